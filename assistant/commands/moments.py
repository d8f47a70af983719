"""Moments as people type and read them on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from assistant.answering.draft import MOMENTS
from knowledge.errors import NamedFailure

_ZONE = "Europe/Brussels"


def parse_moment(moment: str | None) -> datetime:
    """Return an aware datetime from ISO 8601 (Brussels time where no zone is given), now for None."""
    if moment is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        raise NamedFailure(f"at: {moment!r} is not a date and time such as 2026-11-22T10:00.") from None
    if not MOMENTS[0] <= found.year <= MOMENTS[1]:
        raise NamedFailure(f"at: {moment!r} is not between {MOMENTS[0]} and {MOMENTS[1]}.")
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(_ZONE))


def clock_of(moment: datetime) -> str:
    """Write a moment on the clock on which `parse_moment` reads it."""
    return f"{moment.astimezone(ZoneInfo(_ZONE)):%Y-%m-%d %H:%M}"


def end_of(text: str) -> datetime | None:
    """Return the moment after which a page is not answered from; a day alone counts to its end, `never` is none."""
    if text == "never":
        return None
    found = parse_moment(text)
    try:
        return datetime.combine(date.fromisoformat(text), time.max, found.tzinfo)
    except ValueError:
        return found
