"""Counters: where a citizen can go, and which one is nearest: the own municipality's, then the own area's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any

from knowledge.calendar import OpeningHours, parse_hours
from knowledge.closing_days import ClosingDays
from knowledge.entries import (
    EntryError,
    EntryFile,
    Flaw,
    date_of,
    files_in,
    known_fields,
    text_of,
    texts_of,
)
from knowledge.language import LANGUAGES
from knowledge.municipalities import Municipalities, Municipality

KINDS = ("gemeente", "ocmw", "woonloket", "energiehuis", "vdab", "caw")
"""What a counter is of. A municipality (`gemeente`) and its OCMW serve their own inhabitants only."""
_OWN = frozenset({"gemeente", "ocmw"})
_AREAS = ("municipality", "region", "province")
_CERTAINTIES = ("A", "B", "C")
_PACKAGED = ("postcodes.toml", "counters.toml")
_TABLES = ("kinds", "hours", "counters", "municipalities", "mergers")
_OVO = re.compile(r"OVO\d{6}")
_HTTPS = re.compile(r"https://[^\s/]\S*")
_TEXTS = ("id", "kind", "name", "municipality", "address", "source", "certainty")
_SAID = ("ovo", "phone", "accessible", "appointment")
_FURTHER = (*_SAID, "languages", "hours", "sample_hours", "services", "checked_on")


class Nearness(StrEnum):
    """Why a counter was found: its own municipality's, one that can tell where to go, or one of the same province."""

    MUNICIPALITY = "municipality"
    ASK = "ask"
    AREA = "area"


@dataclass(frozen=True)
class Counter:
    """One counter as its source gives it; `phone`, `accessible` and `appointment` are empty where it does not say.

    `accessible` tells in words how one gets in, `appointment` is the address on the web where one makes one;
    `services` are the `source_id`s of all that is done there, empty where the source does not say.
    """

    id: str
    kind: str
    name: str
    municipality: str
    address: str
    hours: OpeningHours
    sample_hours: bool
    languages: tuple[str, ...]
    source: str
    certainty: str
    checked_on: date
    ovo: str = ""
    phone: str = ""
    accessible: str = ""
    appointment: str = ""
    services: tuple[str, ...] = ()

    def offers(self, service: str) -> bool | None:
        """Return whether a service is done here, None where that is not known."""
        return service in self.services if self.services else None


@dataclass(frozen=True)
class AskKind:
    """A kind of counter whose addresses are not known: the counters of the kind `ask` can tell; `area` is its reach."""

    name: str
    ask: str
    area: str


@dataclass(frozen=True)
class Near:
    """A counter that was looked for, and why it was found."""

    counter: Counter
    nearness: Nearness


@dataclass
class CounterDirectory:
    """All counters; `flaws` are the entries that could not be used."""

    places: Municipalities = field(default_factory=Municipalities)
    by_id: dict[str, Counter] = field(default_factory=dict)
    kinds: dict[str, AskKind] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    def nearest(self, kind: str, where: str | Municipality, on: date | None = None, service: str = "") -> list[Near]:
        """Return the counters of `kind` for a municipality or postcode, nearest first.

        First those of the same municipality, else, for a kind whose addresses are not known, that of whom to ask; then,
        for kinds that serve more than one municipality, those of the same province. Without coordinates no distances
        are told apart. Empty for a place that is not known: it never guesses. With a `service`, counters that say they
        do not do it are left out, and those that say they do come first. Raises KeyError for an unknown kind.
        """
        if kind not in KINDS:
            raise KeyError(kind)
        place = self.places.find(where, on) if isinstance(where, str) else where
        if place is None:
            return []
        found = [Near(one, Nearness.MUNICIPALITY) for one in self._of(kind) if one.municipality == place.name]
        if not found and kind in self.kinds:
            asked = self._of(self.kinds[kind].ask)
            found = [Near(one, Nearness.ASK) for one in asked if one.municipality == place.name]
        if kind not in _OWN:
            others = (one for one in self._of(kind) if one.municipality != place.name)
            found += [Near(one, Nearness.AREA) for one in others if self._province(one) == place.province]
        if not service:
            return found
        able = [near for near in found if near.counter.offers(service) is not False]
        return sorted(able, key=lambda near: (near.nearness is Nearness.AREA, not near.counter.offers(service)))

    def of_municipality(self, place: Municipality | None) -> Counter | None:
        """Return the counter of the municipality itself, None where it is not known."""
        near = self.nearest("gemeente", place) if place else []
        return near[0].counter if near else None

    def _of(self, kind: str) -> list[Counter]:
        return [one for one in self.by_id.values() if one.kind == kind]

    def _province(self, counter: Counter) -> str:
        place = self.places.find(counter.municipality)
        return place.province if place else ""

    def read(self, file: EntryFile, bodies: Mapping[str, ClosingDays] | None = None) -> None:
        """Add the entries of a file, replacing those of the same id; one that cannot be used becomes a flaw."""
        self.flaws += file.unknown(_TABLES)
        self.places.read(file)
        named = self._tables(file, "hours")
        for name, entry in self._tables(file, "kinds").items():
            try:
                self.kinds[name] = _ask_kind(name, entry)
            except EntryError as error:
                self.flaws.append(file.flaw(f"[kinds.{name}]", 0, name, error))
        inside: set[str] = set()
        for number, entry in enumerate(file.entries("counters", self.flaws)):
            try:
                counter = _counter(entry, named, bodies, self.places)
                if counter.id in inside:
                    raise EntryError("id", f"{counter.id!r} is there twice", "Give each counter an id of its own")
            except EntryError as error:
                name = str(entry.get("id") or f"entry {number + 1}")
                self.flaws.append(file.flaw("[[counters]]", number, name, error))
            else:
                inside.add(counter.id)
                self.by_id[counter.id] = counter

    def _tables(self, file: EntryFile, name: str) -> Mapping[str, Any]:
        table = file.tables.get(name, {})
        if isinstance(table, dict) and all(isinstance(one, dict) for one in table.values()):
            return table
        self.flaws.append(Flaw(file.name, None, name, "", "is not made of tables", f"Write them as [{name}.…]"))
        return {}


def load_counters(folder: Path | None = None, bodies: Mapping[str, ClosingDays] | None = None) -> CounterDirectory:
    """Return the counters of the sample, then those of the TOML files in `folder`; `bodies` are known calendars.

    What cannot be used is in `flaws`, with its file, line, field and cure; the rest goes on.
    """
    directory = CounterDirectory()
    content = resources.files("knowledge").joinpath("content")
    packaged = (EntryFile.read(name, content.joinpath(name).read_text("utf-8")) for name in _PACKAGED)
    for file in (*packaged, *files_in(folder)):
        if isinstance(file, Flaw):
            directory.flaws.append(file)
        else:
            directory.read(file, bodies)
    directory.flaws[:0] = directory.places.flaws
    return directory


def _ask_kind(name: str, entry: Mapping[str, Any]) -> AskKind:
    known_fields(entry, ("name", "ask", "area", "source", "certainty", "checked_on"))
    if name not in KINDS:
        raise EntryError("", f"{name!r} is not a kind of counter", f"Use one of {', '.join(KINDS)}")
    text_of(entry, "source")
    text_of(entry, "certainty", _CERTAINTIES)
    date_of(entry, "checked_on")
    return AskKind(text_of(entry, "name"), text_of(entry, "ask", sorted(_OWN)), text_of(entry, "area", _AREAS))


def _counter(
    entry: Mapping[str, Any], named: Mapping[str, Any], bodies: Mapping[str, ClosingDays] | None, places: Municipalities
) -> Counter:
    known_fields(entry, (*_TEXTS, *_FURTHER))
    among: dict[str, Iterable[str]] = {"kind": KINDS, "certainty": _CERTAINTIES}
    texts = {name: text_of(entry, name, among.get(name, ())) for name in _TEXTS}
    texts |= {name: text_of(entry, name) for name in _SAID if name in entry}
    if "ovo" in texts and not _OVO.fullmatch(texts["ovo"]):
        raise EntryError("ovo", f"{texts['ovo']!r} is not an OVO number", "Give it as OVO and six digits")
    if not _HTTPS.fullmatch(texts.get("appointment", "https://…")):
        why = f"{texts['appointment']!r} is not an address on the web"
        raise EntryError("appointment", why, "Give one that begins with https://")
    place = places.find(texts["municipality"])
    if place is None or place.name != texts["municipality"]:
        today = f"It is called {place.name} today" if place else "Correct it, or add it under [[municipalities]]"
        raise EntryError("municipality", f"{texts['municipality']!r} is not a municipality that is known", today)
    languages = texts_of(entry, "languages")
    if not languages or (unknown := [code for code in languages if code not in LANGUAGES]):
        why = f"{unknown[0]!r} is not known" if languages else "is missing"
        raise EntryError("languages", why, f"Give some of {', '.join(LANGUAGES)}")
    sample_hours = entry.get("sample_hours", False)
    if not isinstance(sample_hours, bool):
        raise EntryError("sample_hours", f"{sample_hours!r} is neither true nor false", "Give true or false")
    return Counter(
        **texts,
        hours=_hours(entry.get("hours"), named, bodies),
        sample_hours=sample_hours,
        languages=languages,
        services=texts_of(entry, "services") if "services" in entry else (),
        checked_on=date_of(entry, "checked_on"),
    )


def _hours(given: Any, named: Mapping[str, Any], bodies: Mapping[str, ClosingDays] | None) -> OpeningHours:
    table = named.get(given) if isinstance(given, str) else given
    if not isinstance(table, dict):
        why = "is missing" if given is None else f"{given!r} is no table and not the name of one"
        raise EntryError("hours", why, "Give a table, or the name of one under [hours.…] in the same file")
    try:
        return parse_hours(table, bodies)
    except ValueError as error:
        raise EntryError("hours", str(error), "Write them as in [hours.voorbeelduren] of the sample") from None
