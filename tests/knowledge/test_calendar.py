"""Opening hours and holidays: open now, until when, and when next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays as library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar import DAYS, OpeningHours, holidays, parse_hours

OFFICE = {day: ["09:00-12:00", "13:30-17:00"] for day in DAYS[:5]}
HOURS = parse_hours(OFFICE)
ALWAYS = parse_hours({**{day: ["00:00-24:00"] for day in DAYS}, "calendar": "none"})
BRUSSELS = ZoneInfo("Europe/Brussels")


def at(text: str) -> datetime:
    """A moment in Brussels, given as 2026-11-23 09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def state(hours: OpeningHours, moment: datetime) -> tuple[datetime | None, datetime | None]:
    return hours.closes_at(moment), hours.opens_at(moment)


@pytest.mark.parametrize(
    ("year", "easter_monday", "ascension", "whit_monday"),
    [
        (2026, "2026-04-06", "2026-05-14", "2026-05-25"),
        (2027, "2027-03-29", "2027-05-06", "2027-05-17"),
        (2028, "2028-04-17", "2028-05-25", "2028-06-05"),
    ],
)
def test_belgium_has_ten_holidays_a_year(year: int, easter_monday: str, ascension: str, whit_monday: str) -> None:
    fixed = {date(year, *day) for day in ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))}
    movable = {date.fromisoformat(day) for day in (easter_monday, ascension, whit_monday)}
    assert holidays(year, "belgium") == fixed | movable
    assert holidays(year, "flanders") == fixed | movable | {date(year, 7, 11)}


def test_the_holidays_are_those_of_a_library_but_its_two_sundays() -> None:
    for year in range(2000, 2101):
        known = library.country_holidays("BE", years=year, language="nl").items()
        assert holidays(year, "belgium") == {day for day, name in known if name not in {"Pasen", "Pinksteren"}}


def test_an_unknown_calendar_is_an_error() -> None:
    with pytest.raises(KeyError):
        holidays(2026, "atlantis")


@pytest.mark.parametrize(
    ("moment", "closes", "opens"),
    [
        ("2026-11-23 08:59", None, "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-23 12:00", "2026-11-23 13:30"),
        ("2026-11-23 11:59", "2026-11-23 12:00", "2026-11-23 13:30"),
        ("2026-11-23 12:00", None, "2026-11-23 13:30"),
        ("2026-11-23 13:30", "2026-11-23 17:00", "2026-11-24 09:00"),
        ("2026-11-23 17:00", None, "2026-11-24 09:00"),
        ("2026-11-27 17:00", None, "2026-11-30 09:00"),
        ("2026-11-28 10:00", None, "2026-11-30 09:00"),
        ("2026-12-24 18:00", None, "2026-12-28 09:00"),
        ("2026-12-25 10:00", None, "2026-12-28 09:00"),
        ("2026-12-31 17:00", None, "2027-01-04 09:00"),
        ("2027-03-26 18:00", None, "2027-03-30 09:00"),
    ],
)
def test_opening_and_closing_in_a_week_with_a_weekend_and_holidays(
    moment: str, closes: str | None, opens: str | None
) -> None:
    assert state(HOURS, at(moment)) == (closes and at(closes), opens and at(opens))


@pytest.mark.parametrize(
    ("utc_opening", "utc_closing"),
    [("2026-01-12 08:00", "2026-01-12 11:00"), ("2026-07-13 07:00", "2026-07-13 10:00")],
)
def test_an_office_keeps_local_time_in_winter_and_in_summer(utc_opening: str, utc_closing: str) -> None:
    opening, closing = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (utc_opening, utc_closing))
    assert HOURS.opens_at(opening - timedelta(minutes=1)) == opening
    assert HOURS.closes_at(opening - timedelta(minutes=1)) is None
    assert HOURS.closes_at(opening) == closing


@pytest.mark.parametrize(
    ("friday", "monday", "hours_between"),
    [("2026-03-27 17:00", "2026-03-30 09:00", 63), ("2026-10-23 17:00", "2026-10-26 09:00", 65)],
)
def test_the_clock_change_in_a_weekend_moves_no_opening(friday: str, monday: str, hours_between: int) -> None:
    opening = HOURS.opens_at(at(friday))
    assert opening == at(monday)
    assert opening.astimezone(UTC) - at(friday).astimezone(UTC) == timedelta(hours=hours_between)


def test_the_flemish_holiday_closes_flemish_offices_only() -> None:
    # 11 July 2028 is a Tuesday.
    moment = at("2028-07-11 10:00")
    assert state(HOURS, moment) == (None, at("2028-07-12 09:00"))
    assert parse_hours({**OFFICE, "calendar": "belgium"}).closes_at(moment) == at("2028-07-11 12:00")


def test_without_a_calendar_no_holiday_closes() -> None:
    assert parse_hours({**OFFICE, "calendar": "none"}).closes_at(at("2026-12-25 10:00")) == at("2026-12-25 12:00")


def test_an_extra_closing_day_is_skipped() -> None:
    bridge = parse_hours({**OFFICE, "closed": [date(2026, 11, 24)]})
    assert state(bridge, at("2026-11-24 10:00")) == (None, at("2026-11-25 09:00"))
    assert HOURS.closes_at(at("2026-11-24 10:00")) == at("2026-11-24 12:00")


@pytest.mark.parametrize(("days", "opens"), [(29, "2026-12-23 09:00"), (40, None)])
def test_a_place_closed_for_more_than_a_month_promises_no_opening(days: int, opens: str | None) -> None:
    closed = [date(2026, 11, 24) + timedelta(days=number) for number in range(days)]
    hours = parse_hours({**OFFICE, "calendar": "none", "closed": closed})
    assert hours.opens_at(at("2026-11-23 18:00")) == (opens and at(opens))


def test_a_place_without_hours_never_opens() -> None:
    assert state(parse_hours({}), at("2026-11-23 10:00")) == (None, None)


@pytest.mark.parametrize("moment", ["2026-12-25 00:00", "2026-11-28 23:59", "2026-03-29 02:30"])
def test_a_place_that_is_always_open_is_open_on_holidays_and_at_night(moment: str) -> None:
    assert ALWAYS.always
    assert ALWAYS.closes_at(at(moment)) is not None


@pytest.mark.parametrize("table", [OFFICE, {day: ["00:00-24:00"] for day in DAYS}, {"monday": ["00:00-24:00"]}, {}])
def test_a_place_that_closes_sometimes_is_not_always_open(table: dict[str, object]) -> None:
    assert not parse_hours(table).always


def test_another_time_zone_is_kept() -> None:
    hours = parse_hours({**OFFICE, "zone": "America/New_York"})
    assert hours.opens_at(datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)))
def test_the_next_opening_is_later_and_then_it_is_open(moment: datetime) -> None:
    opening = HOURS.opens_at(moment)
    assert opening is not None
    assert opening > moment
    assert HOURS.closes_at(opening) is not None
    assert HOURS.closes_at(opening - timedelta(seconds=1)) is None
