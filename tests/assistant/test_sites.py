"""Sites: none starts without a phone, a counter and their hours; a folder adds to and replaces the package's own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.sites import SiteError, load_sites, parse_site
from tests.assistant.building import open_home

GOOD = """
id = "gemeente"
name = "Gemeente Demo"
default_language = "nl"
languages = ["nl", "fr"]

[phone]
number = "09 000 00 00"

[phone.hours]
monday = ["09:00-12:00"]

[[counters]]
name = "Gemeentehuis"
address = "Voorbeeldplein 1, 0000 Demo"

[counters.hours]
monday = ["09:00-12:00"]
"""


def without(*lines: str) -> str:
    return "\n".join(line for line in GOOD.splitlines() if line.strip() not in lines)


def changed(before: str, after: str) -> str:
    assert before in GOOD
    return GOOD.replace(before, after)


PHONE_HOURS = '[phone.hours]\nmonday = ["09:00-12:00"]\n'
COUNTER = GOOD[GOOD.index("[[counters]]") :]
BROKEN = {
    "no phone": (GOOD.replace('[phone]\nnumber = "09 000 00 00"\n', "").replace(PHONE_HOURS, ""), "phone"),
    "no number": (without('number = "09 000 00 00"'), "number"),
    "empty number": (changed('"09 000 00 00"', '"  "'), "phone"),
    "no phone hours": (changed(PHONE_HOURS, ""), "hours"),
    "phone that never opens": (changed(PHONE_HOURS, "[phone.hours]\n"), "hours"),
    "no counters": (changed(COUNTER, ""), "counters"),
    "empty counters": (changed(COUNTER, "").replace("[phone]", "counters = []\n[phone]"), "counters"),
    "no address": (without('address = "Voorbeeldplein 1, 0000 Demo"'), "address"),
    "no counter hours": (changed(COUNTER, COUNTER[: COUNTER.index("[counters.hours]")]), "hours"),
    "wrong hours": (changed(PHONE_HOURS, PHONE_HOURS.replace("09:00-12:00", "9 to 12")), "monday"),
    "closes before it opens": (changed(PHONE_HOURS, PHONE_HOURS.replace("09:00-12:00", "12:00-09:00")), "monday"),
    "unknown language": (changed('["nl", "fr"]', '["nl", "xx"]'), "languages"),
    "unknown default language": (changed('default_language = "nl"', 'default_language = "xx"'), "languages"),
    "default language not offered": (changed('default_language = "nl"', 'default_language = "de"'), "default_language"),
    "impatient": (GOOD.replace("[phone]", "[conversation]\nwarn_after_minutes = 0\n[phone]", 1), "warn_after_minutes"),
    "patient in words": (GOOD.replace("[phone]", '[conversation]\nkeep_days = "30"\n[phone]', 1), "keep_days"),
    "misspelt patience": (GOOD.replace("[phone]", "[conversation]\nkeep = 30\n[phone]", 1), "conversation.keep"),
    "no id": (without('id = "gemeente"'), "id"),
    "no name": (without('name = "Gemeente Demo"'), "name"),
    "phone is not a table": (
        GOOD.replace(PHONE_HOURS, "").replace('[phone]\nnumber = "09 000 00 00"\n', 'phone = "1700"\n'),
        "phone",
    ),
    "not TOML": ("id = = 1", "line 1"),
}


def test_a_complete_site_is_read() -> None:
    site = parse_site("gemeente.toml", GOOD)
    assert (site.id, site.phone.number, site.counters[0].address) == (
        "gemeente",
        "09 000 00 00",
        "Voorbeeldplein 1, 0000 Demo",
    )
    assert (site.audience, site.sample) == ("Burger", False)


@pytest.mark.parametrize(("content", "field"), BROKEN.values(), ids=BROKEN)
def test_a_site_without_a_way_to_a_person_is_refused_with_its_file_and_field(content: str, field: str) -> None:
    with pytest.raises(SiteError) as refused:
        parse_site("gemeente.toml", content)
    assert "gemeente.toml" in str(refused.value)
    assert field in str(refused.value)


def test_every_site_of_the_package_is_complete() -> None:
    assert {site.phone.number for site in load_sites().values()} == {"1700"}


def test_a_folder_adds_sites_to_those_of_the_package(tmp_path: Path) -> None:
    (tmp_path / "gemeente.toml").write_text(GOOD, "utf-8")
    assert set(load_sites(tmp_path)) == {"regio", "gemeente"}


def test_a_folder_replaces_a_site_by_its_id_whatever_the_file_is_called(tmp_path: Path) -> None:
    (tmp_path / "anders.toml").write_text(GOOD.replace('"gemeente"', '"regio"'), "utf-8")
    assert load_sites(tmp_path)["regio"].name == "Gemeente Demo"


def test_one_broken_site_keeps_the_service_from_starting(tmp_path: Path, home: Path) -> None:
    (tmp_path / "kapot.toml").write_text(BROKEN["no counters"][0], "utf-8")
    service = open_home(home, WEGWIJZER_SITES=str(tmp_path))
    with pytest.raises(SiteError, match=r"kapot\.toml"):
        _ = service.sites


def test_a_site_answers_in_a_language_it_offers() -> None:
    site = parse_site("gemeente.toml", GOOD)
    assert [site.language_or_default(code) for code in ("fr", "de", "xx", None)] == ["fr", "nl", "nl", "nl"]


def test_a_site_says_how_long_it_waits_for_a_citizen_and_keeps_a_conversation() -> None:
    silent = parse_site("gemeente.toml", GOOD).patience
    assert (silent.warn, silent.close, silent.keep) == (timedelta(minutes=10), timedelta(minutes=5), timedelta(days=30))
    text = GOOD.replace("[phone]", "[conversation]\nwarn_after_minutes = 2.5\nkeep_days = 7\n[phone]", 1)
    said = parse_site("gemeente.toml", text).patience
    assert (said.warn, said.close, said.keep) == (timedelta(minutes=2.5), timedelta(minutes=5), timedelta(days=7))
