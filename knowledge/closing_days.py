"""Days on which a body is closed: its country's holidays, and what a deployer writes down in `closing_days.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from knowledge.errors import NamedFailure

FILE = "closing_days.toml"
BASES = ("belgium", "none")
"""What every calendar comes down to: the holidays of a country, or no holidays at all."""
_FIELDS = {"calendar", "each_year", "closed", "source", "checked_on"}
_CERTAINTIES = ("A", "B", "C")


class ClosingDaysError(NamedFailure):
    """The file cannot be used; the message names the file, the body, the field and the cure."""


@dataclass(frozen=True)
class ClosingDays:
    """The closing days of one body: `holidays` is one of BASES, `each_year` (month, day), `once` single days."""

    holidays: str
    each_year: frozenset[tuple[int, int]] = frozenset()
    once: frozenset[date] = frozenset()


def closing_days(file: Path | None = None) -> Mapping[str, ClosingDays]:
    """Return the bodies by name: the package's, then those of `file` if it is there. Raises ClosingDaysError."""
    if file is None or not file.is_file():
        return _packaged()
    try:
        return _read(file.name, file.read_text("utf-8"), _packaged())
    except (OSError, UnicodeDecodeError) as error:
        raise ClosingDaysError(f"{file} cannot be read: {error}.") from error


@cache
def _packaged() -> Mapping[str, ClosingDays]:
    known = {name: ClosingDays(name) for name in BASES}
    return _read(FILE, resources.files("knowledge").joinpath(FILE).read_text("utf-8"), known)


def _read(name: str, text: str, known: Mapping[str, ClosingDays]) -> Mapping[str, ClosingDays]:
    """Add the bodies of a file to `known`; each may follow one that stands before it."""
    found = dict(known)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ClosingDaysError(f"{name}: {error}.") from None
    for body, table in tables.items():
        try:
            found[body] = _body(table, found)
        except ValueError as error:
            raise ClosingDaysError(f"{name}: [{body}] {error}") from None
    return found


def _body(table: Any, known: Mapping[str, ClosingDays]) -> ClosingDays:
    if not isinstance(table, dict):
        raise ValueError("is not a table: write its fields under [name].")
    if unknown := sorted(set(table) - _FIELDS):
        raise ValueError(f"{unknown[0]} is not known; known: {', '.join(sorted(_FIELDS))}.")
    calendar = table.get("calendar")
    if not isinstance(calendar, str) or calendar not in known:
        raise ValueError(f"calendar: {calendar!r} is not one of {', '.join(known)}.")
    given = {field: table.get(field, []) for field in ("each_year", "closed")}
    for field, value in given.items():
        if not isinstance(value, list):
            raise ValueError(f"{field}: give a list.")
    like = known[calendar]
    each_year = like.each_year | {_month_and_day(day) for day in given["each_year"]}
    return ClosingDays(like.holidays, each_year, like.once | {_once(entry) for entry in given["closed"]})


def _month_and_day(text: object) -> tuple[int, int]:
    try:
        # Of a leap year, so that 29 February can be named.
        day = date.fromisoformat(f"2028-{text}")
    except ValueError:
        raise ValueError(f'each_year: {text!r} is not a month and day, such as "07-11".') from None
    return day.month, day.day


def _once(entry: Any) -> date:
    if not isinstance(entry, dict) or type(entry.get("day")) is not date:
        raise ValueError(f"closed: {entry!r} has no day, such as {{ day = 2026-12-24 }}.")
    day: date = entry["day"]
    if entry.get("certainty") not in _CERTAINTIES:
        raise ValueError(f"closed: {day}: certainty {entry.get('certainty')!r} is not one of A, B, C.")
    return day
