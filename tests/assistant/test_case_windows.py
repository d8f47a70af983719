"""When a citizen can be called back: weekend, holiday, bridge day, both changes of the clock; never in the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cases.windows import DAYS, callback_windows, due_after
from assistant.sites import Site
from knowledge.calendar import OpeningHours, parse_hours
from tests.assistant.building import SITE

BRUSSELS = ZoneInfo("Europe/Brussels")
MORNINGS = {day: ["09:00-12:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def site(hours: dict[str, object] | OpeningHours) -> Site:
    found = hours if isinstance(hours, OpeningHours) else parse_hours(hours)
    return replace(SITE, phone=replace(SITE.phone, hours=found))


def shown(of: Site, moment: str) -> list[str]:
    """The windows on the clock of Brussels."""
    local = ((one.start.astimezone(BRUSSELS), one.end.astimezone(BRUSSELS)) for one in callback_windows(of, at(moment)))
    return [f"{start:%d/%m %H:%M}-{end:%H:%M}" for start, end in local]


def days(of: Site, moment: str) -> list[str]:
    return list(dict.fromkeys(one[:5] for one in shown(of, moment)))


def test_of_today_only_what_is_still_to_come_is_offered() -> None:
    assert shown(SITE, "2026-11-23T13:00")[:3] == ["23/11 15:00-17:00", "23/11 17:00-19:00", "24/11 09:00-11:00"]


def test_a_part_of_the_day_is_cut_in_pieces_of_two_hours_and_the_rest() -> None:
    assert shown(site(MORNINGS), "2026-11-23T00:00")[:3] == [
        "23/11 09:00-11:00",
        "23/11 11:00-12:00",
        "24/11 09:00-11:00",
    ]
    assert shown(site({"monday": ["09:00-11:30"]}), "2026-11-23T00:00")[0] == "23/11 09:00-11:30"


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2026-11-23T08:00", ["23/11", "24/11", "25/11", "26/11", "27/11"]),
        ("2026-11-27T20:00", ["30/11", "01/12", "02/12", "03/12", "04/12"]),
        ("2026-11-10T20:00", ["12/11", "13/11", "16/11", "17/11", "18/11"]),
        ("2026-12-24T20:00", ["28/12", "29/12", "30/12", "31/12", "04/01"]),
        ("2026-07-10T20:00", ["13/07", "14/07", "15/07", "16/07", "17/07"]),
    ],
    ids=["a week", "a weekend", "a holiday", "christmas and new year", "the flemish holiday on a saturday"],
)
def test_weekends_and_holidays_are_passed_over(moment: str, found: list[str]) -> None:
    assert days(SITE, moment) == found


def test_a_bridge_day_of_the_body_is_passed_over() -> None:
    bridge = site(replace(SITE.phone.hours, closed=frozenset({date(2026, 5, 15)})))
    assert days(SITE, "2026-05-13T20:00")[0] == "15/05", "14 May 2026 is Ascension Day"
    assert days(bridge, "2026-05-13T20:00")[0] == "18/05"


def test_a_saturday_on_which_the_phone_is_answered_is_offered_beside_five_working_days() -> None:
    also = site(MORNINGS | {"saturday": ["10:00-12:00"]})
    assert days(also, "2026-11-26T20:00") == ["27/11", "28/11", "30/11", "01/12", "02/12", "03/12"]


@pytest.mark.parametrize(("day", "offset"), [("2026-03-30", 2), ("2026-10-26", 1)])
def test_after_the_clock_changed_the_hour_on_the_wall_holds(day: str, offset: int) -> None:
    saturday = datetime.fromisoformat(day) - timedelta(days=2)
    first = callback_windows(SITE, saturday.replace(tzinfo=BRUSSELS))[0]
    assert (first.start.astimezone(BRUSSELS).isoformat(), first.start.hour) == (
        f"{day}T09:00:00+0{offset}:00",
        9 - offset,
    )


@pytest.mark.parametrize(
    ("night", "first"),
    [("2026-03-28T23:30", "29/03 00:00-03:00"), ("2026-10-24T23:30", "25/10 00:00-02:00")],
    ids=["an hour is not there", "an hour comes twice"],
)
def test_a_phone_that_never_closes_has_no_window_that_is_not_there_or_twice(night: str, first: str) -> None:
    always = site({day: ["00:00-24:00"] for day in ("saturday", "sunday", "monday")})
    found = callback_windows(always, at(night))
    assert all(one.start < one.end <= two.start for one, two in pairwise(found))
    assert shown(always, night)[0] == first


def test_a_phone_that_is_not_answered_for_a_month_promises_nothing() -> None:
    away = replace(SITE.phone.hours, closed=frozenset(date(2026, 7, 1) + timedelta(days=n) for n in range(40)))
    assert callback_windows(site(away), at("2026-07-01T08:00")) == ()


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.dictionaries(
        st.sampled_from([*MORNINGS, "saturday"]),
        st.sampled_from([["09:00-12:00"], ["08:15-08:45"], ["09:00-19:00"], ["00:00-24:00"]]),
    ),
)
@settings(max_examples=60)
def test_whatever_the_hours_every_window_is_to_come_and_open_throughout(
    moment: datetime, week: dict[str, object]
) -> None:
    of, now = site(week), moment.replace(tzinfo=UTC)
    found = callback_windows(of, now)
    assert [one.start for one in found] == sorted(one.start for one in found)
    for one in found:
        assert now < one.start < one.end
        closes = of.phone.hours.closes_at(one.start)
        assert closes is not None
        assert closes.astimezone(UTC) >= one.end - timedelta(minutes=1)
    working = {one.start.astimezone(BRUSSELS).date() for one in found}
    assert len([day for day in working if of.phone.hours.is_working_day(day)]) <= DAYS


@pytest.mark.parametrize(
    ("moment", "count", "due"),
    [
        ("2026-11-02T12:00", 8, "2026-11-13T19:00"),
        ("2026-11-20T23:00", 1, "2026-11-23T19:00"),
        ("2026-12-23T12:00", 2, "2026-12-28T19:00"),
        ("2026-10-23T12:00", 1, "2026-10-26T19:00"),
    ],
    ids=["the eighth with a holiday", "friday evening", "christmas", "the clock goes back"],
)
def test_working_days_are_counted_from_the_day_after(moment: str, count: int, due: str) -> None:
    assert due_after(SITE, at(moment), count) == at(due)


def test_on_a_working_day_without_phone_hours_it_is_due_at_midnight() -> None:
    assert due_after(site({"monday": ["09:00-12:00"]}), at("2026-11-23T10:00"), 1) == at("2026-11-25T00:00")
