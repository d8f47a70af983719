"""Which municipality a name or a postcode belongs to today; old names with the day on which they ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from knowledge.entries import EntryError, EntryFile, Flaw, date_of, known_fields, text_of, texts_of
from knowledge.places import municipalities_in
from knowledge.text import tokens

_POSTCODE = re.compile(r"[1-9]\d{3}")
_POSTCODE_AND_NAME = re.compile(rf"\s*({_POSTCODE.pattern})?\s*(.*?)\s*", re.DOTALL)


@dataclass(frozen=True)
class Municipality:
    """A municipality of today; `was` is the old name it was asked by, which held until the day before `since`."""

    name: str
    province: str
    was: str = ""
    since: date | None = None

    @property
    def until(self) -> date | None:
        """The last day of the old name."""
        return self.since - timedelta(days=1) if self.since else None


@dataclass
class Municipalities:
    """The municipalities that are known by name; `flaws` are the entries that could not be used."""

    flaws: list[Flaw] = field(default_factory=list)
    _named: dict[str, Municipality] = field(default_factory=dict)
    _merged: dict[str, tuple[str, Municipality]] = field(default_factory=dict)
    _by_postcode: dict[str, Municipality] = field(default_factory=dict)

    def find(self, place: str, on: date | None = None) -> Municipality | None:
        """Return the municipality of a name, a postcode or both ("9000 Gent") on the day `on` (default: the latest).

        None where it is not known, and where name and postcode do not agree: it never guesses.
        """
        found = self.candidates(place, on)
        return found[0] if len(found) == 1 else None

    def candidates(self, place: str, on: date | None = None) -> tuple[Municipality, ...]:
        """Return the municipality of the name and that of the postcode: two where they do not agree."""
        found = _POSTCODE_AND_NAME.fullmatch(place)
        assert found is not None  # noqa: S101 - the pattern matches every text
        by_postcode, by_name = self._by_postcode.get(found[1] or ""), self._of_name(found[2], on)
        same = by_postcode and by_name and by_postcode.name == by_name.name
        return tuple(one for one in (by_name, None if same else by_postcode) if one)

    def named_in(self, text: str, on: date | None = None) -> Municipality | None:
        """Return the one municipality that `text` names; None for none, for several and for one that is not known."""
        found = {self._of_name(name, on) for name in municipalities_in(text)}
        names = {one.name if one else None for one in found}
        # "Wij wonen in Kortessem (Hasselt)": the old name is what the citizen has to be told about.
        return max(found, key=lambda one: bool(one and one.was)) if len(names) == 1 else None

    def _of_name(self, name: str, on: date | None) -> Municipality | None:
        key = folded(name)
        merged = self._merged.get(key)
        if merged is not None:
            old, today = merged
            assert today.since is not None  # noqa: S101 - a merger has a day
            return today if on is None or on >= today.since else Municipality(old, today.province)
        return self._named.get(key)

    def read(self, file: EntryFile) -> None:
        """Add the entries of a file; one that cannot be used is reported in `flaws` and skipped."""
        for header, add in (("municipalities", self._add), ("mergers", self._merge)):
            for number, entry in enumerate(file.entries(header, self.flaws)):
                try:
                    add(entry)
                except EntryError as error:
                    name = str(entry.get("name") or entry.get("now") or f"entry {number + 1}")
                    self.flaws.append(file.flaw(f"[[{header}]]", number, name, error))

    def _add(self, entry: Mapping[str, Any]) -> None:
        known_fields(entry, ("name", "province", "postcodes", "also"))
        municipality = Municipality(text_of(entry, "name"), text_of(entry, "province"))
        given = entry.get("postcodes", [])
        postcodes = [str(code) for code in given] if isinstance(given, list) else [str(given)]
        if wrong := next((code for code in postcodes if not _POSTCODE.fullmatch(code)), None):
            raise EntryError("postcodes", f"{wrong} is not a Belgian postcode", "Give four digits, such as 9000")
        for code in postcodes:
            if (other := self._by_postcode.get(code)) and other.name != municipality.name:
                raise EntryError("postcodes", f"{code} is also of {other.name}", "Leave it with one of the two")
        names = (municipality.name, *texts_of(entry, "also"))
        self._named |= dict.fromkeys(map(folded, names), municipality)
        self._by_postcode |= dict.fromkeys(postcodes, municipality)

    def _merge(self, entry: Mapping[str, Any]) -> None:
        known_fields(entry, ("on", "now", "was", "province"))
        on, now, province = date_of(entry, "on"), text_of(entry, "now"), text_of(entry, "province")
        old = texts_of(entry, "was")
        if len(old) < 2:
            raise EntryError("was", "names fewer than two municipalities", "Name all that became one")
        self._named.setdefault(folded(now), Municipality(now, province))
        for name in old:
            if name != now:
                self._merged[folded(name)] = name, Municipality(now, province, name, on)


def folded(name: str) -> str:
    """Return a name as it is compared: lower case, no accents, words joined by single spaces."""
    return " ".join(tokens(name))
