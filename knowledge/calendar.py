"""Opening hours and holidays: open now, until when, and when next."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.easter import easter

from knowledge.closing_days import ClosingDays, closing_days

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LOOK_AHEAD = 31
"""Days in which the next opening is searched; a place closed for longer has no next opening to promise."""
_FIXED, _AFTER_EASTER = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)), (1, 39, 50)
"""The ten holidays of the Belgian law of 1974: (month, day), and days after Easter."""

Interval = tuple[time, time]


@lru_cache(maxsize=64)
def holidays(year: int, calendar: str) -> frozenset[date]:
    """Return the holidays of `year`: "belgium" has the ten by law, "flanders" also 11 July. Raises KeyError."""
    return _days(year, closing_days()[calendar])


@lru_cache(maxsize=64)
def _days(year: int, closed: ClosingDays) -> frozenset[date]:
    each_year = {date(year, month, day) for month, day in closed.each_year if _exists(year, month, day)}
    by_law = _belgian(year) if closed.holidays == "belgium" else set()
    return frozenset(by_law | each_year | {day for day in closed.once if day.year == year})


def _belgian(year: int) -> set[date]:
    sunday = easter(year)
    return {date(year, *day) for day in _FIXED} | {sunday + timedelta(days) for days in _AFTER_EASTER}


def _exists(year: int, month: int, day: int) -> bool:
    return (month, day) != (2, 29) or isleap(year)


@dataclass(frozen=True)
class OpeningHours:
    """A weekly pattern with exceptions, in the place's own time zone (schema.org OpeningHoursSpecification).

    `weekly` has a tuple of (opens, closes) for each weekday, Monday first; `closed` are extra closing days. `calendar`
    names the body whose closing days hold; `days` are these days, where they are not those of the package.
    """

    weekly: tuple[tuple[Interval, ...], ...]
    calendar: str = "flanders"
    zone: str = "Europe/Brussels"
    closed: frozenset[date] = frozenset()
    days: ClosingDays | None = None

    @property
    def closing_days(self) -> ClosingDays:
        """The closing days of the body."""
        return self.days or closing_days()[self.calendar]

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        return self.closing_days == ClosingDays("none") and all(day == ((time.min, time.max),) for day in self.weekly)

    def closes_at(self, moment: datetime) -> datetime | None:
        """Return when it closes if it is open at `moment` (aware), else None."""
        local = moment.astimezone(ZoneInfo(self.zone))
        for opens, closes in self.intervals(local.date()):
            if opens <= local.time() < closes:
                until = closes
                # The next part of the day may begin where this one ends.
                for begins, ends in self.intervals(local.date()):
                    until = ends if begins == until else until
                return datetime.combine(local.date(), until, local.tzinfo)
        return None

    def opens_at(self, moment: datetime) -> datetime | None:
        """Return the next opening after `moment` (aware), None if there is none within a month."""
        local = moment.astimezone(ZoneInfo(self.zone))
        for offset in range(_LOOK_AHEAD):
            day = local.date() + timedelta(days=offset)
            for opens, _ in self.intervals(day):
                if (opening := datetime.combine(day, opens, local.tzinfo)) > local:
                    return opening
        return None

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """Return when it is open on a day: none on a closing day."""
        return () if self._closed_on(day) else self.weekly[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Return whether a day is a werkdag of the body: Monday to Friday, no holiday and no closing day."""
        return day.weekday() < 5 and not self._closed_on(day)

    def after_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th werkdag after a day."""
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def _closed_on(self, day: date) -> bool:
        return day in self.closed or day in _days(day.year, self.closing_days)


def parse_hours(table: Mapping[str, object], bodies: Mapping[str, ClosingDays] | None = None) -> OpeningHours:
    """Read `{monday = ["09:00-12:00", …], …, calendar = "flanders", closed = [2026-12-24]}`.

    `calendar` names one of `bodies` (default: those of the package). Raises ValueError naming the day and what is
    wrong with it.
    """
    if unknown := sorted(set(table) - {*DAYS, "calendar", "closed", "zone"}):
        raise ValueError(f"{unknown[0]}: not one of {', '.join(DAYS)}, calendar, closed, zone")
    weekly = tuple(tuple(sorted(_interval(day, str(text)) for text in _texts(table, day))) for day in DAYS)
    closed = table.get("closed", [])
    if not isinstance(closed, list) or not all(type(day) is date for day in closed):
        raise ValueError("closed: give dates, such as [2026-12-24]")
    calendar = str(table.get("calendar", "flanders"))
    bodies = closing_days() if bodies is None else bodies
    if calendar not in bodies:
        raise ValueError(f"calendar: {calendar!r} is not one of {', '.join(bodies)}")
    zone = str(table.get("zone", "Europe/Brussels"))
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"zone: {zone!r} is not a time zone such as Europe/Brussels") from None
    return OpeningHours(weekly, calendar, zone, frozenset(closed), bodies[calendar])


def _texts(table: Mapping[str, object], day: str) -> list[object]:
    value = table.get(day, [])
    if not isinstance(value, list):
        raise ValueError(f'{day}: give a list, such as ["09:00-12:00"]')
    return value


def _interval(day: str, text: str) -> Interval:
    try:
        opens, closes = (time.max if part == "24:00" else time.fromisoformat(part) for part in text.split("-"))
    except ValueError:
        raise ValueError(f'{day}: {text!r} is not an interval such as "09:00-12:00"') from None
    if opens.tzinfo or closes.tzinfo:
        raise ValueError(f"{day}: {text!r} has a time zone; give it once, as zone")
    if opens >= closes:
        raise ValueError(f"{day}: {text!r} closes before it opens")
    return opens, closes
