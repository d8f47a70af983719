"""Entries of TOML files that people write: what is wrong with one is said with its file, line, field and cure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class Flaw:
    """Why an entry was left out; `line` is None where it cannot be found."""

    file: str
    line: int | None
    entry: str
    field: str
    why: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return ": ".join(part for part in (where, self.entry, self.field, f"{self.why}. {self.mend}.") if part)


class EntryError(ValueError):
    """An entry cannot be used."""

    def __init__(self, field: str, why: str, mend: str) -> None:
        super().__init__(f"{field}: {why}. {mend}.")
        self.field, self.why, self.mend = field, why, mend


@dataclass(frozen=True)
class EntryFile:
    """One file: its tables, and its text to find lines in."""

    name: str
    text: str
    tables: Mapping[str, Any]

    @classmethod
    def read(cls, name: str, text: str) -> EntryFile | Flaw:
        """Return the file, or what keeps it from being read as TOML."""
        try:
            return cls(name, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            return Flaw(name, int(found[1]) if found else None, "", "", str(error), "Correct the TOML")

    def entries(self, name: str, flaws: list[Flaw]) -> list[Mapping[str, Any]]:
        """Return the entries under [[name]]; what is none is added to `flaws`."""
        value = self.tables.get(name, [])
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            return value
        flaws.append(Flaw(self.name, None, name, "", "is not a list of tables", f"Head each entry with [[{name}]]"))
        return []

    def unknown(self, known: Iterable[str]) -> list[Flaw]:
        """Return a flaw for each table that is not `known`: a misspelt one would be lost in silence."""
        names = sorted(known)
        mend = f"Use one of {', '.join(names)}"
        return [Flaw(self.name, None, one, "", "is not known", mend) for one in self.tables if one not in names]

    def flaw(self, header: str, number: int, entry: str, error: EntryError) -> Flaw:
        """Return `error` with its line: that of the field, else of the `number`-th (from 0) `header`."""
        lines = self.text.splitlines()
        heads = [at for at, line in enumerate(lines) if line.strip().startswith(header)]
        if number >= len(heads):
            return Flaw(self.name, None, entry, error.field, error.why, error.mend)
        start = heads[number]
        end = next((at for at in range(start + 1, len(lines)) if lines[at].startswith("[[")), len(lines))
        named = re.compile(rf"\s*{re.escape(error.field.split('.')[0])}\s*=")
        at = next((at for at in range(start, end) if named.match(lines[at])), start)
        return Flaw(self.name, at + 1, entry, error.field, error.why, error.mend)


def files_in(folder: Path | None) -> Iterator[EntryFile | Flaw]:
    """Yield the TOML files of `folder` by name, or what keeps one from being read; none where there is no folder."""
    for file in sorted(folder.glob("*.toml")) if folder is not None else ():
        try:
            yield EntryFile.read(file.name, file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            yield Flaw(file.name, None, "", "", f"cannot be read: {error}", "Save it as UTF-8")


def known_fields(entry: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise EntryError for the first field that is not `known`: a misspelt one would be lost in silence."""
    names = sorted(known)
    if unknown := sorted(set(entry) - set(names)):
        raise EntryError(unknown[0], "is not known", f"Use one of {', '.join(names)}")


def text_of(entry: Mapping[str, Any], field: str, among: Iterable[str] = ()) -> str:
    """Return a field that must be text (one of `among`, if given). Raises EntryError."""
    value, among = entry.get(field), tuple(among)
    if not isinstance(value, str) or not value.strip():
        why = "is missing" if value is None else f"{value!r} is not a text"
        raise EntryError(field, why, f"Give one of {', '.join(among)}" if among else f'Give it as {field} = "…"')
    if among and value not in among:
        raise EntryError(field, f"{value!r} is not known", f"Give one of {', '.join(among)}")
    return value


def texts_of(entry: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """Return a field that is a list of texts, empty where it is not there. Raises EntryError."""
    value = entry.get(field, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise EntryError(field, f"{value!r} is not a list of texts", f'Give it as {field} = ["…"]')
    return tuple(value)


def date_of(entry: Mapping[str, Any], field: str) -> date:
    """Return a field that must be a date. Raises EntryError."""
    value = entry.get(field)
    if type(value) is not date:
        why = "is missing" if value is None else f"{value!r} is not a date"
        raise EntryError(field, why, f"Give a date without quotes, such as {field} = 2026-11-22")
    return value
