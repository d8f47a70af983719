"""Closing days per body: written down by whoever deploys, on top of the holidays of the country."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from knowledge.calendar import DAYS, holidays, parse_hours
from knowledge.closing_days import ClosingDaysError, closing_days

OFFICE: dict[str, object] = {day: ["09:00-12:00"] for day in DAYS}
BROKEN = {
    "not TOML": ("x = = 1", "line 1"),
    "no table": ("x = 1", "[x]"),
    "misspelt field": ('[x]\ncalendar = "flanders"\nclose = []', "close"),
    "unknown calendar": ('[x]\ncalendar = "atlantis"', "atlantis"),
    "no calendar": ("[x]\nclosed = []", "calendar"),
    "no list": ('[x]\ncalendar = "none"\nclosed = 2026-12-24', "closed"),
    "no day": ('[x]\ncalendar = "none"\nclosed = [{ certainty = "A" }]', "day"),
    "day in quotes": ('[x]\ncalendar = "none"\nclosed = [{ day = "2026-12-24", certainty = "A" }]', "day"),
    "no certainty": ('[x]\ncalendar = "none"\nclosed = [{ day = 2026-12-24 }]', "certainty"),
    "no such day": ('[x]\ncalendar = "none"\neach_year = ["02-30"]', "02-30"),
}


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day} 10:00").replace(tzinfo=ZoneInfo("Europe/Brussels"))


def written(folder: Path, text: str) -> Path:
    file = folder / "closing_days.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_flemish_administration_has_days_of_its_own(year: int) -> None:
    own = holidays(year, "flemish-administration") - holidays(year, "flanders")
    assert own == {date(year, 11, 2), date(year, 11, 15), date(year, 12, 26)}


def test_a_bridge_day_closes_that_body_only() -> None:
    agency = parse_hours({**OFFICE, "calendar": "flemish-administration"})
    assert agency.closes_at(at("2027-11-02")) is None
    assert parse_hours(OFFICE).closes_at(at("2027-11-02")) is not None


def test_a_deployer_adds_a_body_and_replaces_one_of_the_package(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[mechelen]\ncalendar = "flanders"\neach_year = ["02-29"]\nclosed = [{ day = 2026-12-24, certainty = "A" }]\n'
        '[flemish-administration]\ncalendar = "flanders"\n',
    )
    bodies = closing_days(file)
    hours = parse_hours({**OFFICE, "calendar": "mechelen"}, bodies)
    assert [hours.closes_at(at(day)) is None for day in ("2026-12-24", "2026-07-11", "2028-02-29", "2026-12-23")] == [
        True,
        True,
        True,
        False,
    ]
    assert not bodies["flemish-administration"].once
    assert closing_days()["flemish-administration"].once


def test_without_a_file_of_their_own_a_home_has_the_days_of_the_package(tmp_path: Path) -> None:
    assert closing_days(tmp_path / "closing_days.toml") == closing_days()


@pytest.mark.parametrize(("text", "named"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_named_with_its_file_and_field(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ClosingDaysError) as refused:
        closing_days(written(tmp_path, text))
    assert "closing_days.toml" in str(refused.value)
    assert named in str(refused.value)


def test_hours_of_a_body_that_nobody_wrote_down_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"calendar: 'mechelen' is not one of .*flemish-administration"):
        parse_hours({**OFFICE, "calendar": "mechelen"})
