"""Words of citizens for official terms, from TOML files in a folder: what is broken is told, the rest is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.report import Refusal
from ingest.toml_lines import place
from knowledge.language import LANGUAGES
from knowledge.terms import Term

_FIRST, _NEXT = 0.9, 0.8
"""Weight of the official word of another language, and of the everyday words for it."""
_UNSURE = 0.5
"""Factor for words that well may mean something else."""
_KINDS = ("noun", "phrase", "verb", "situation")

_Wrong = tuple[str, str]
"""The field of an entry that is wrong, and what was expected there."""


def read_words(folder: Path) -> Iterator[Term | Refusal]:
    """Yield the terms of `everyday.<language>.toml`, `aliases.<language>.toml`, `lookalikes.toml`, `terms/*.toml`."""
    for file in sorted(folder.rglob("*.toml")):
        name = str(file.relative_to(folder))
        try:
            text = file.read_text("utf-8")
            tables = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            yield Refusal(name, "file", f"Not valid TOML: {error}.")
            continue
        kind, _, rest = file.name.partition(".")
        language = rest.split(".")[0] if rest.count(".") else "nl"
        if file.parent.name == "terms":
            yield from _read(name, text, "terms", language, {file.stem: tables})
        elif kind not in {"everyday", "aliases", "lookalikes"}:
            yield Refusal(name, "file name", "Expected everyday, aliases, lookalikes, or a file in terms/.")
        elif language not in LANGUAGES:
            yield Refusal(name, "file name", f"{language} is not one of the languages {', '.join(LANGUAGES)}.")
        else:
            yield from _read(name, text, kind, language, tables if kind == "everyday" else {"": tables})


def _read(name: str, text: str, kind: str, language: str, themes: dict[str, Any]) -> Iterator[Term | Refusal]:
    for theme, entries in themes.items():
        if not isinstance(entries, dict):
            yield Refusal(f"{place(name, text, theme)}: {theme}", "theme", "Expected a table [theme] with words in it.")
            continue
        for words, entry in entries.items():
            for found in _terms(kind, language, theme, words, entry):
                if isinstance(found, Term):
                    yield found
                else:
                    where = place(name, text, words, theme if kind == "everyday" else "")
                    yield Refusal(f"{where}: {words}", *found)


def _terms(kind: str, language: str, theme: str, words: str, entry: Any) -> Iterator[Term | _Wrong]:
    if not isinstance(entry, dict):
        yield "entry", f"Expected a table, found {entry!r}."
    elif kind == "everyday":
        yield from _everyday(language, theme, words, entry)
    elif kind == "aliases":
        yield from _aliases(language, words, entry)
    elif kind == "lookalikes":
        yield from _lookalikes(words, entry)
    else:
        yield from _concept(theme, entry)


def _everyday(language: str, theme: str, words: str, entry: dict[str, Any]) -> Iterator[Term | _Wrong]:
    official, weight, kind = entry.get("official"), entry.get("weight", 1.0), entry.get("kind", "noun")
    if not _texts(official):
        yield "official", "Expected a list of terms."
    elif type(weight) not in {int, float} or not 0 < weight <= 1:
        yield "weight", f"Expected a number above 0 and up to 1, found {weight!r}."
    elif kind not in _KINDS:
        yield "kind", f"Expected one of {', '.join(_KINDS)}, found {kind!r}."
    elif not isinstance(unsure := entry.get("ambiguous", False), bool):
        yield "ambiguous", f"Expected true or false, found {unsure!r}."
    else:
        for term in entry["official"]:
            yield Term(language, words, term, float(weight), kind, theme, unsure)


def _aliases(language: str, words: str, entry: dict[str, Any]) -> Iterator[Term | _Wrong]:
    if isinstance(entry.get("now"), str):
        yield Term(language, words, entry["now"], _FIRST, "alias")
    else:
        yield "now", "Expected the name that is official today."


def _lookalikes(words: str, entry: dict[str, Any]) -> Iterator[Term | _Wrong]:
    belgian, unsure = entry.get("belgian", []), entry.get("ambiguous", False)
    if belgian and not _texts(belgian):
        yield "belgian", "Expected a list of Belgian terms."
    elif not isinstance(unsure, bool):
        yield "ambiguous", f"Expected true or false, found {unsure!r}."
    else:
        for term in belgian:
            yield Term("nl", words, term, _NEXT * (_UNSURE if unsure else 1.0), "lookalike", "", unsure)


def _concept(theme: str, entry: dict[str, Any]) -> Iterator[Term | _Wrong]:
    dutch = entry.get("nl", [])
    if not _texts(dutch):
        yield "nl", "Expected a list of Dutch words, the official term first."
        return
    for language in LANGUAGES:
        words = entry.get(language, [])
        if not isinstance(words, list):
            yield language, "Expected a list of words."
            continue
        for rank, word in enumerate(words):
            if str(word).lower() != dutch[0].lower():
                yield Term(language, str(word), dutch[0], _NEXT if rank else _FIRST, "noun", theme)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one.strip() for one in value)
