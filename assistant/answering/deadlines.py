"""The last day of a period that a page states, counted from the day that the citizen names, and how it was counted."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from babel.dates import get_month_names
from babel.units import format_unit

from assistant.answering.contacts import whole_day_in_words
from assistant.messages import text
from knowledge.calendar import holidays
from knowledge.passages import passages
from knowledge.services import PublicService
from knowledge.text import fold

_DUTCH, _CALENDAR = "nl", "belgium"
_WORKING = "working_days"
_MONTHS = {"months": 1, "years": 12}
_UNITS = {"days": "duration-day", "weeks": "duration-week", "months": "duration-month", "years": "duration-year"}
_SATURDAY = 5
_YEARS = (1900, 2100)
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True)
class Period:
    """So many units after a start; `moves`: a last day that is no working day becomes the next one."""

    count: int
    unit: str
    moves: bool = False

    def last_day(self, start: date) -> date:
        """Return the last day; the start itself is not counted."""
        if self.unit == _WORKING:
            day = start
            for _ in range(self.count):
                day = next_working_day(day + timedelta(days=1))
            return day
        last = self._last(start)
        return next_working_day(last) if self.moves else last

    def _last(self, start: date) -> date:
        if self.unit in _MONTHS:
            year, month = divmod(start.year * 12 + start.month - 1 + self.count * _MONTHS[self.unit], 12)
            # What begins on the 31st ends on the last day of a shorter month.
            return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
        return start + timedelta(days=self.count * (7 if self.unit == "weeks" else 1))


def deadline_in_words(service: PublicService, said: str, today: date, language: str) -> str:
    """Return the last day and how it was counted; "" where the page states no one period, or no one start is named."""
    period, start = period_of(service), day_in(said, today, language)
    if period is None or start is None:
        return ""
    last = period.last_day(start)
    unit = _UNITS.get(period.unit)
    length = (
        format_unit(period.count, unit, locale=language) if unit else text("deadline.days", language, n=period.count)
    )
    words = [
        text(
            "deadline.until",
            language,
            start=whole_day_in_words(start, language),
            day=whole_day_in_words(last, language),
            period=length,
        )
    ]
    if period.unit == _WORKING:
        words.append(text("deadline.working", language))
    elif period.moves and last != Period(period.count, period.unit).last_day(start):
        words.append(text("deadline.moved", language))
    elif last != next_working_day(last):
        words.append(text("deadline.closed", language))
    return " ".join(words)


def period_of(service: PublicService) -> Period | None:
    """Return the one period from a start that the Dutch page states; None where it states none or several."""
    told = fold(" ".join(one.text for passage in passages(service, _DUTCH) for one in passage.sentences))
    moves = bool(re.search(_tables()["moves"]["says"], told))
    found = {
        Period(int(count), unit, moves)
        for unit, pattern in _tables()["periods"].items()
        for count in re.findall(pattern.replace("(N)", r"(\d{1,3})"), told)
    }
    return found.pop() if len(found) == 1 else None


def day_in(said: str, today: date, language: str) -> date | None:
    """Return the one day that a text names, in figures or in words; None where it names none or several.

    A day without its year is the one that is nearest to today.
    """
    words = fold(said)
    found = {today + timedelta(days=by) for word, by in _days(language).items() if re.search(rf"\b{word}\b", words)}
    for day, month, year in _written(words, language):
        found |= {one for one in (_exact(day, month, year, today),) if one}
    return found.pop() if len(found) == 1 else None


def next_working_day(day: date) -> date:
    """Return the day itself if it is a working day, else the first one after it."""
    while day.weekday() >= _SATURDAY or day in holidays(day.year, _CALENDAR):
        day += timedelta(days=1)
    return day


def _written(words: str, language: str) -> list[tuple[int, int, str]]:
    figures = re.findall(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?\b", words)
    months = _months(language)
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    named = re.findall(rf"\b(\d{{1,2}})(?:er|\.)? (?:de )?({names})\b(?:,? (?:de )?(\d{{4}}))?", words)
    return [(int(day), int(month), year) for day, month, year in figures] + [
        (int(day), months[month], year) for day, month, year in named
    ]


def _exact(day: int, month: int, year: str, today: date) -> date | None:
    years = [int(year)] if year else [today.year - 1, today.year, today.year + 1]
    if not _YEARS[0] <= years[0] < years[-1] + 1 <= _YEARS[1]:
        return None
    try:
        days = [date(one, month, day) for one in years]
    except ValueError:
        return None
    nearest = min(days, key=lambda one: abs(one - today))
    return nearest if year or abs(nearest - today) <= _HALF_A_YEAR else None


@cache
def _months(language: str) -> dict[str, int]:
    return {
        fold(name): number
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, language).items()
    }


def _days(language: str) -> dict[str, int]:
    found: dict[str, int] = _tables()["days"].get(language, {})
    return {fold(word): by for word, by in found.items()}


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("deadlines.toml").read_text("utf-8"))
