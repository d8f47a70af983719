"""Reading opening hours: every mistake is refused by a sentence that names its place."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from knowledge.calendar import DAYS, parse_hours


def test_hours_are_read_by_weekday_with_monday_first() -> None:
    hours = parse_hours({"monday": ["09:00-12:00", "13:30-17:00"], "sunday": ["00:00-24:00"]})
    assert hours.weekly[0] == ((time(9), time(12)), (time(13, 30), time(17)))
    assert hours.weekly[1:6] == ((),) * 5
    assert hours.weekly[6] == ((time.min, time.max),)


def test_what_is_left_out_has_a_default() -> None:
    hours = parse_hours({})
    assert (hours.calendar, hours.zone, hours.closed) == ("flanders", "Europe/Brussels", frozenset())
    assert parse_hours({"closed": [date(2026, 12, 24)]}).closed == {date(2026, 12, 24)}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "value",
    [
        "09:00-12:00",
        ["9u-12u"],
        ["09:00"],
        ["09:00–12:00"],
        ["09:00-12:00-13:00"],
        ["25:00-26:00"],
        ["12:00-09:00"],
        ["09:00-09:00"],
        ["24:00-24:00"],
        [9],
        [""],
    ],
)
def test_a_mistake_in_an_interval_names_its_day(day: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{day}: "):
        parse_hours({day: value})


@pytest.mark.parametrize("value", ["09:00+01:00-12:00", "09:00Z-12:00Z"])
def test_a_time_zone_in_an_interval_names_its_day(value: str) -> None:
    with pytest.raises(ValueError, match=r"^monday: "):
        parse_hours({"monday": [value]})


@pytest.mark.parametrize("closed", ["2026-12-24", ["2026-12-24"], [20261224]])
def test_closing_days_must_be_dates(closed: object) -> None:
    with pytest.raises(ValueError, match=r"^closed: "):
        parse_hours({"closed": closed})


def test_a_closing_day_with_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^closed: "):
        parse_hours({"closed": [datetime(2026, 12, 24)]})


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^calendar: 'france'"):
        parse_hours({"calendar": "france"})


@pytest.mark.parametrize("zone", ["Europe/Brusels", "Europe", "", "../etc"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match=r"^zone: "):
        parse_hours({"zone": zone})


def test_a_misspelt_day_is_refused() -> None:
    with pytest.raises(ValueError, match="mondag"):
        parse_hours({"mondag": ["09:00-12:00"]})


def test_intervals_in_any_order_give_the_earliest_opening() -> None:
    hours = parse_hours({"monday": ["13:00-17:00", "09:00-12:00"]})
    moment = datetime.fromisoformat("2026-11-23T07:00+01:00")
    assert hours.opens_at(moment) == datetime.fromisoformat("2026-11-23T09:00+01:00")
