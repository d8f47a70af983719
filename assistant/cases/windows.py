"""When a citizen can be called back, and by when an answer is due: working days, in the hours of the site's phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assistant.domain.case import Window
from assistant.sites import Site
from assistant.sites.desk import CALLS
from knowledge.calendar import Interval, OpeningHours
from knowledge.errors import NamedFailure


class BadWindow(NamedFailure):
    """Not one of the moments at which a citizen can be called back now."""

    slot = "window"

    def __init__(self) -> None:
        super().__init__("Not one of the moments that are offered now.")


DAYS = 5
"""Working days over which moments are offered."""
_LENGTH, _SHORTEST = 120, 60
"""Minutes of a window; what is left over of a part of the day and is shorter is added to the window before."""
_LOOK_AHEAD = 31
_DAY = 24 * 60


def callback_windows(site: Site, at: datetime) -> tuple[Window, ...]:
    """Return the moments that can be promised at `at`, in order: all of them begin later, in the hours of the phone."""
    hours, found, counted = site.phone.hours, list[Window](), 0
    today = at.astimezone(ZoneInfo(hours.zone)).date()
    for offset in range(_LOOK_AHEAD):
        day = today + timedelta(days=offset)
        left = [window for window in _windows(hours, day) if window.start > at]
        found += left
        counted += bool(left) and hours.is_working_day(day)
        if counted == DAYS:
            break
    return tuple(found)


def chosen_window(site: Site, at: datetime, wished: Window | datetime | None) -> Window:
    """Return the offered moment that somebody chose, by its start alone or whole. Raises BadWindow."""
    for window in callback_windows(site, at):
        if wished in (window, window.start):
            return window
    raise BadWindow


def calls_of(site: Site) -> int:
    """Return how many citizens can be called in one window."""
    return site.desk.calls if site.desk else CALLS


def read_start(typed: str) -> datetime:
    """Return the start of a window as a form sends it. Raises BadWindow."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise BadWindow from None
    if at.tzinfo is None:
        raise BadWindow
    return at


def due_after(site: Site, at: datetime, working_days: int) -> datetime:
    """Return when the last of so many working days after `at` ends: as the phone closes, else at midnight."""
    hours = site.phone.hours
    day = hours.after_working_days(at.astimezone(ZoneInfo(hours.zone)).date(), working_days)
    intervals = hours.intervals(day)
    return _moment(hours, day, _minutes(intervals[-1][1]) if intervals else _DAY)


def _windows(hours: OpeningHours, day: date) -> Iterator[Window]:
    for interval in hours.intervals(day):
        for start, end in _parts(interval):
            window = Window(_moment(hours, day, start), _moment(hours, day, end))
            # In the night in which the clock goes forward an hour is not there.
            if window.start < window.end:
                yield window


def _parts(interval: Interval) -> Iterator[tuple[int, int]]:
    start, closes = (_minutes(one) for one in interval)
    while start < closes:
        end = start + _LENGTH if closes - start - _LENGTH >= _SHORTEST else closes
        yield start, min(end, closes)
        start = end


def _minutes(of_day: time) -> int:
    return _DAY if of_day == time.max else of_day.hour * 60 + of_day.minute


def _moment(hours: OpeningHours, day: date, minutes: int) -> datetime:
    midnight = datetime.combine(day, time.min, ZoneInfo(hours.zone))
    # By the wall clock: what is added within a zone is.
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)
