"""Sites: none starts without a phone, a counter and their hours; a folder adds to and replaces the package's own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.sites import SiteError, load_sites, parse_site
from assistant.sites.style import contrast_with_white
from tests.assistant.building import open_home
from tests.conftest import MONDAY_MORNING

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
    "misspelt field": (GOOD.replace("[phone]", 'langauge_policy = "nl-only"\n[phone]', 1), "langauge_policy"),
    "unknown policy": (GOOD.replace("[phone]", 'language_policy = "vrij"\n[phone]', 1), "language_policy"),
    "unknown form of address": (GOOD.replace("[phone]", 'form_of_address = "gij"\n[phone]', 1), "form_of_address"),
    "checked on a text": (changed("[phone.hours]", 'checked_on = "2026"\n[phone.hours]'), "phone.checked_on"),
    "closing days of nobody": (changed(PHONE_HOURS, PHONE_HOURS + 'calendar = "atlantis"\n'), "calendar"),
    "counter that is not there": (changed(COUNTER, "").replace("[phone]", 'counters = ["x"]\n[phone]'), "'x'"),
    "unknown style": (GOOD.replace("[phone]", '[style]\ncolour = "red"\n[phone]', 1), "style.colour"),
    "unknown scope": (GOOD.replace("[phone]", '[scope]\ntheme = "x"\n[phone]', 1), "scope.theme"),
    "scope of nowhere": (GOOD.replace("[phone]", '[scope]\nmunicipality = "X"\n[phone]', 1), "scope.municipality"),
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
    assert set(load_sites(tmp_path)) == {"regio", "agentschap", "gemeente"}
    assert load_sites(tmp_path)["gemeente"].name == "Gemeente Demo"


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


def test_the_package_has_a_site_of_a_region_an_agency_and_a_municipality() -> None:
    sites = load_sites()
    assert set(sites) == {"regio", "agentschap", "gemeente"}
    assert all(site.sample and site.phone.checked_on for site in sites.values())
    assert all("voorbeeld" in sites[name].name for name in ("agentschap", "gemeente"))


def test_a_site_takes_counters_from_the_directory_by_their_id() -> None:
    counter = load_sites()["gemeente"].counters[0]
    assert (counter.name, counter.address) == ("Stad Mechelen", "Grote Markt 21, 2800 Mechelen")
    assert counter.sample_hours


def test_a_home_has_sites_counters_and_closing_days_of_its_own(home: Path) -> None:
    for folder in ("sites", "counters"):
        (home / folder).mkdir(parents=True)
    (home / "closing_days.toml").write_text(
        '[gent]\ncalendar = "flanders"\nclosed = [{ day = 2026-11-23, certainty = "A" }]\n', "utf-8"
    )
    (home / "counters" / "gent.toml").write_text(
        '[[counters]]\nid = "gent-zuid"\nkind = "gemeente"\nname = "Loket Zuid"\nmunicipality = "Gent"\n'
        'address = "Voorbeeldplein 1, 9000 Gent"\nlanguages = ["nl"]\nsource = "eigen"\ncertainty = "A"\n'
        'checked_on = 2026-11-22\nhours = { monday = ["09:00-12:00"], calendar = "gent" }\n',
        "utf-8",
    )
    text = changed(COUNTER, "").replace("[phone]", 'counters = ["gent-zuid"]\n[phone]', 1)
    (home / "sites" / "gent.toml").write_text(text.replace('"gemeente"', '"gent"'), "utf-8")
    counter = open_home(home).sites["gent"].counters[0]
    assert counter.name == "Loket Zuid"
    assert counter.hours.closes_at(MONDAY_MORNING) is None


POLICIES = {
    "Dutch only": ("nl-only", ["nl"], "nl", None),
    "Dutch only with French": ("nl-only", ["nl", "fr"], "nl", "languages"),
    "on request": ("on-request", ["nl", "fr", "en"], "nl", None),
    "on request, but French first": ("on-request", ["fr", "nl"], "fr", "languages"),
    "on request, but opening in French": ("on-request", ["nl", "fr"], "fr", "default_language"),
    "facility": ("facility", ["nl", "fr"], "nl", None),
    "facility with German": ("facility", ["nl", "fr", "de"], "nl", None),
    "facility without French": ("facility", ["nl", "de"], "nl", "languages"),
    "facility with French first": ("facility", ["fr", "nl"], "fr", "languages"),
    "Brussels": ("brussels", ["fr", "nl"], "fr", None),
    "Brussels without Dutch": ("brussels", ["fr", "en"], "fr", "languages"),
}


@pytest.mark.parametrize(("policy", "languages", "default", "field"), POLICIES.values(), ids=POLICIES)
def test_languages_keep_to_the_policy_of_the_site(
    policy: str, languages: list[str], default: str, field: str | None
) -> None:
    text = changed('default_language = "nl"', f'default_language = "{default}"\nlanguage_policy = "{policy}"')
    text = text.replace('["nl", "fr"]', str(languages).replace("'", '"'))
    if field is None:
        site = parse_site("gemeente.toml", text)
        assert (site.language_policy, list(site.languages)) == (policy, languages)
    else:
        with pytest.raises(SiteError, match=rf"gemeente\.toml: {field}: .*{policy}"):
            parse_site("gemeente.toml", text)


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#000000", 21.0), ("#ffffff", 1.0), ("#ffe615", 1.27), ("#0055cc", 6.62), ("#767676", 4.54)]
)
def test_contrast_is_that_of_wcag(colour: str, ratio: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(ratio, abs=0.01)


def test_a_colour_on_which_white_cannot_be_read_is_refused_with_a_shade_that_will_do() -> None:
    styled = '[style]\naccent = "#009e47"\n[phone]'
    with pytest.raises(
        SiteError, match=r"gemeente\.toml: style\.accent: #009e47 .* 3\.51:1 .* (#[0-9a-f]{6})"
    ) as refused:
        parse_site("gemeente.toml", GOOD.replace("[phone]", styled, 1))
    shade = str(refused.value).rstrip(".").rsplit(" ", maxsplit=1)[-1]
    assert contrast_with_white(shade) >= 4.5
    site = parse_site("gemeente.toml", GOOD.replace("[phone]", styled.replace("#009e47", shade), 1))
    assert site.style.accent == shade


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "url(x)"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(SiteError, match=r"style\.accent"):
        parse_site("gemeente.toml", GOOD.replace("[phone]", f'[style]\naccent = "{colour}"\n[phone]', 1))


@pytest.mark.parametrize("form", ["u", "je"])
def test_a_site_says_how_it_speaks_to_citizens(form: str) -> None:
    text = GOOD.replace("[phone]", f'form_of_address = "{form}"\n[phone]', 1)
    assert parse_site("gemeente.toml", text).form_of_address == form


def test_a_site_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "oud.toml").write_bytes("# Café".encode("latin-1"))
    with pytest.raises(SiteError, match=r"oud\.toml: cannot be read"):
        load_sites(tmp_path)
