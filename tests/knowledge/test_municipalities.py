"""Municipalities: names and postcodes of today, old names with their last day, and never a guess."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.counters import load_counters
from knowledge.entries import EntryFile
from knowledge.municipalities import Municipalities
from knowledge.places import municipalities_in
from tests.knowledge.test_counters import BY_PROVINCE

PLACES = load_counters().places
MERGED = {
    "Kortessem": ("Hasselt", date(2025, 1, 1)),
    "Borsbeek": ("Antwerpen", date(2025, 1, 1)),
    "Moerbeke": ("Lokeren", date(2025, 1, 1)),
    "Zwijndrecht": ("Beveren-Kruibeke-Zwijndrecht", date(2025, 1, 1)),
    "Tongeren": ("Tongeren-Borgloon", date(2025, 1, 1)),
    "Gooik": ("Pajottegem", date(2025, 1, 1)),
    "De Pinte": ("Nazareth-De Pinte", date(2025, 1, 1)),
    "Nevele": ("Deinze", date(2019, 1, 1)),
    "Knesselare": ("Aalter", date(2019, 1, 1)),
    "Sint-Amands": ("Puurs-Sint-Amands", date(2019, 1, 1)),
}


def name_of(place: str, on: date | None = None) -> str | None:
    found = PLACES.find(place, on)
    return found.name if found else None


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("9000", "Gent"),
        ("9052", "Gent"),
        ("2018", "Antwerpen"),
        ("2150", "Antwerpen"),
        ("3724", "Hasselt"),
        ("9180", "Lokeren"),
        ("9185", None),
        ("0000", None),
        ("GENT", "Gent"),
        ("sint niklaas", "Sint-Niklaas"),
        ("Louvain", "Leuven"),
        ("9000 Gent", "Gent"),
        ("9050 Gentbrugge", "Gent"),
        ("9000 Brugge", None),
        ("Brasschaat", None),
        ("", None),
        ("Gent of Brugge", None),
    ],
)
def test_a_name_or_a_postcode_is_a_municipality_of_today_or_unknown(place: str, name: str | None) -> None:
    assert name_of(place) == name


@pytest.mark.parametrize(("old", "today"), MERGED.items())
def test_an_old_name_is_found_with_the_day_on_which_it_ended(old: str, today: tuple[str, date]) -> None:
    found = PLACES.find(old)
    assert found is not None
    assert (found.name, found.was, found.since) == (today[0], old, today[1])
    assert found.until == date(today[1].year - 1, 12, 31)


def test_before_the_merger_the_old_name_was_the_name() -> None:
    assert (name_of("Kortessem", date(2024, 12, 31)), name_of("Kortessem", date(2025, 1, 1))) == (
        "Kortessem",
        "Hasselt",
    )


def test_a_municipality_that_kept_its_name_was_never_called_otherwise() -> None:
    assert all((found := PLACES.find(name)) and not found.was for name in ("Hasselt", "Deinze", "Aalter", "Lokeren"))


@pytest.mark.parametrize("name", [*MERGED, *(name for names in BY_PROVINCE.values() for name in names)])
def test_every_name_is_heard_in_a_question(name: str) -> None:
    assert PLACES.named_in(f"Waar is het loket in {name}?") == PLACES.find(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ik verhuis naar Leuven", "Leuven"),
        ("Mijn gemeente in Vlaanderen is Gent, in België", "Gent"),
        ("van Gent naar Leuven", None),
        ("van Brasschaat naar Leuven", None),
        ("Ik woon in Oud-Turnhout", None),
        ("Ik woon in Tielt-Winge", None),
        ("een geel formulier", None),
        ("uit welke landen?", None),
        ("Gent, dus Gand", "Gent"),
        ("een kids-id", None),
        ("Beveren-Kruibeke-Zwijndrecht", "Beveren-Kruibeke-Zwijndrecht"),
    ],
)
def test_only_a_single_municipality_is_taken_from_a_question(text: str, name: str | None) -> None:
    found = PLACES.named_in(text)
    assert (found.name if found else None) == name


def test_a_longer_name_is_not_the_shorter_one_in_it() -> None:
    assert municipalities_in("Ik woon in Oud-Turnhout") == ("oud turnhout",)


BROKEN = {
    "no name": ('[[municipalities]]\nprovince = "X"', "name", 1),
    "no province": ('[[municipalities]]\nname = "X"', "province", 1),
    "no postcode": ('[[municipalities]]\nname = "X"\nprovince = "X"\npostcodes = [12]', "postcodes", 4),
    "postcode of another": ('[[municipalities]]\nname = "X"\nprovince = "X"\npostcodes = [9999]', "postcodes", 4),
    "no date": ('[[mergers]]\non = "2025"\nnow = "X"\nwas = ["A", "B"]\nprovince = "X"', "on", 2),
    "nothing merged": ('[[mergers]]\non = 2025-01-01\nnow = "X"\nwas = ["A"]\nprovince = "X"', "was", 4),
}


@pytest.mark.parametrize(("text", "field", "line"), BROKEN.values(), ids=BROKEN)
def test_a_bad_entry_is_named_and_skipped_and_the_rest_goes_on(text: str, field: str, line: int) -> None:
    good = '\n[[municipalities]]\nname = "Goed"\nprovince = "Y"\npostcodes = [8888]\n'
    first = '[[municipalities]]\nname = "Eerst"\nprovince = "Y"\npostcodes = [9999]\n'
    places = Municipalities()
    for one in (first, text + good):
        file = EntryFile.read("eigen.toml", one)
        assert isinstance(file, EntryFile)
        places.read(file)
    (flaw,) = places.flaws
    assert (flaw.file, flaw.field, flaw.line) == ("eigen.toml", field, line)
    found = places.find("8888")
    assert found is not None
    assert found.name == "Goed"
