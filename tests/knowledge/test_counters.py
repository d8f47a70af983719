"""Counters: real addresses of the sample, the nearest one by municipality and area, and precise words for mistakes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from knowledge.closing_days import ClosingDays
from knowledge.counters import KINDS, Counter, CounterDirectory, Nearness, load_counters

BY_PROVINCE = {
    "Antwerpen": ["Antwerpen", "Geel", "Lier", "Mechelen", "Turnhout"],
    "Limburg": ["Beringen", "Genk", "Hasselt", "Lommel", "Sint-Truiden"],
    "Oost-Vlaanderen": ["Aalst", "Gent", "Lokeren", "Ronse", "Sint-Niklaas"],
    "Vlaams-Brabant": ["Halle", "Leuven", "Tienen", "Vilvoorde", "Wemmel"],
    "West-Vlaanderen": ["Brugge", "Ieper", "Kortrijk", "Oostende", "Roeselare"],
}
DATA = Path(__file__).parents[3] / "shared" / "data" / "flemish_orgs_addresses" / "organisations.jsonl.gz"
CLASSES = {"gemeente": "5ab0e9b8a3b2ca7c5e000001", "ocmw": "5ab0e9b8a3b2ca7c5e000002"}
DIRECTORY = load_counters()
GOOD = """
[[counters]]
id = "mechelen-tweede"
kind = "gemeente"
name = "Tweede loket"
municipality = "Mechelen"
address = "Voorbeeldplein 1, 2800 Mechelen"
languages = ["nl"]
hours = { monday = ["09:00-12:00"] }
source = "zelf nagekeken"
certainty = "A"
checked_on = 2026-11-22
"""


def loaded(folder: Path, text: str, **bodies: ClosingDays) -> CounterDirectory:
    (folder / "eigen.toml").write_text(text, "utf-8")
    return load_counters(folder, bodies or None)


def ids(kind: str, where: str, directory: CounterDirectory = DIRECTORY) -> list[tuple[str, str]]:
    return [(near.counter.id, near.nearness.value) for near in directory.nearest(kind, where)]


def test_the_sample_has_a_municipal_and_a_social_counter_in_25_municipalities() -> None:
    assert DIRECTORY.flaws == []
    for kind in ("gemeente", "ocmw"):
        found = sorted(one.municipality for one in DIRECTORY.by_id.values() if one.kind == kind)
        assert found == sorted(name for names in BY_PROVINCE.values() for name in names)


def test_the_sample_is_spread_over_the_five_provinces() -> None:
    for province, names in BY_PROVINCE.items():
        assert {place.province for name in names if (place := DIRECTORY.places.find(name))} == {province}


def test_hours_are_samples_and_said_to_be_and_no_phone_is_made_up() -> None:
    assert all(one.sample_hours and not one.phone for one in DIRECTORY.by_id.values())


def test_facility_municipalities_also_speak_french() -> None:
    french = {one.municipality for one in DIRECTORY.by_id.values() if "fr" in one.languages}
    assert french == {"Ronse", "Wemmel"}


@pytest.mark.skipif(not DATA.is_file(), reason="the organisation data is not beside the project")
def test_every_name_number_and_address_is_that_of_the_data() -> None:
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    by_ovo = {ovo[-9:]: row for row in rows for ovo in row["ovo"]}
    assert [one.id for one in DIRECTORY.by_id.values() if not _as_in(by_ovo[one.ovo], one)] == []


def _as_in(row: dict[str, list[object]], counter: Counter) -> bool:
    addresses = [one for one in row["contacts"] if isinstance(one, dict) and one.get("fullAddress")]
    written = {one["fullAddress"].removesuffix(", België").replace(" ,", ",").lower() for one in addresses}
    same = row["label"] == [counter.municipality] and row["class"] == [CLASSES[counter.kind]]
    return same and counter.address.lower() in written


@pytest.mark.parametrize(
    ("kind", "where", "found"),
    [
        ("gemeente", "Gent", [("gent-gemeente", "municipality")]),
        ("gemeente", "9052", [("gent-gemeente", "municipality")]),
        ("gemeente", "Kortessem", [("hasselt-gemeente", "municipality")]),
        ("ocmw", "Ostende", [("oostende-ocmw", "municipality")]),
        ("energiehuis", "Leuven", [("leuven-gemeente", "ask")]),
        ("vdab", "9600", [("ronse-gemeente", "ask")]),
        # Inhabitants of Deinze are not helped at the counter of Gent.
        ("gemeente", "Deinze", []),
        ("ocmw", "Nevele", []),
        ("gemeente", "Brasschaat", []),
        ("gemeente", "9000 Brugge", []),
    ],
)
def test_the_nearest_counter_is_the_own_one_or_one_that_can_tell(
    kind: str, where: str, found: list[tuple[str, str]]
) -> None:
    assert ids(kind, where) == found


def test_a_counter_of_the_same_province_comes_after_the_own_one(tmp_path: Path) -> None:
    caw = GOOD.replace('"mechelen-tweede"', '"caw-mechelen"').replace('"gemeente"', '"caw"')
    directory = loaded(tmp_path, caw)
    assert ids("caw", "Mechelen", directory) == [("caw-mechelen", "municipality")]
    assert ids("caw", "Turnhout", directory) == [("turnhout-gemeente", "ask"), ("caw-mechelen", "area")]
    assert ids("caw", "Gent", directory) == [("gent-gemeente", "ask")]


def test_a_counter_that_says_what_it_does_is_left_out_for_anything_else(tmp_path: Path) -> None:
    told = GOOD + 'services = ["kids-id", "reispas"]\n'
    directory = loaded(tmp_path, told)
    assert directory.by_id["mechelen-tweede"].offers("kids-id") is True
    assert directory.by_id["mechelen-gemeente"].offers("kids-id") is None

    def near(service: str) -> list[str]:
        return [one.counter.id for one in directory.nearest("gemeente", "Mechelen", service=service)]

    assert near("kids-id") == ["mechelen-tweede", "mechelen-gemeente"]
    assert near("huwelijk") == ["mechelen-gemeente"]
    assert near("") == ["mechelen-gemeente", "mechelen-tweede"]


def test_a_kind_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="zwembad"):
        DIRECTORY.nearest("zwembad", "Gent")
    assert {near for kind in KINDS for near in DIRECTORY.nearest(kind, "nergens")} == set()


def test_a_deployer_adds_a_counter_and_replaces_one(tmp_path: Path) -> None:
    own = GOOD.replace('"mechelen-tweede"', '"mechelen-gemeente"').replace(
        "hours = {", 'phone = "015 00 00 00"\nhours = {'
    )
    directory = loaded(tmp_path, GOOD + own)
    assert directory.flaws == []
    assert ids("gemeente", "Mechelen", directory) == [
        ("mechelen-gemeente", "municipality"),
        ("mechelen-tweede", "municipality"),
    ]
    assert directory.by_id["mechelen-gemeente"].phone == "015 00 00 00"


def test_a_deployer_adds_a_municipality_with_its_counter(tmp_path: Path) -> None:
    place = '[[municipalities]]\nname = "Brasschaat"\nprovince = "Antwerpen"\npostcodes = [2930]\n'
    directory = loaded(tmp_path, place + GOOD.replace('"Mechelen"', '"Brasschaat"'))
    assert ids("gemeente", "2930", directory) == [("mechelen-tweede", "municipality")]
    assert load_counters().places.find("2930") is None


def test_a_counter_may_follow_the_closing_days_of_a_body(tmp_path: Path) -> None:
    text = GOOD.replace('hours = { monday = ["09:00-12:00"] }', 'hours = { calendar = "mechelen" }')
    directory = loaded(tmp_path, text, flanders=ClosingDays("none"), mechelen=ClosingDays("belgium"))
    assert directory.by_id["mechelen-tweede"].hours.closing_days == ClosingDays("belgium")


def test_a_counter_may_say_how_one_gets_in_and_where_to_make_an_appointment(tmp_path: Path) -> None:
    said = 'accessible = "Helling aan de zijdeur."\nappointment = "https://afspraak.example.be/loket"\n'
    counter = loaded(tmp_path, GOOD + said).by_id["mechelen-tweede"]
    assert (counter.accessible, counter.appointment) == ("Helling aan de zijdeur.", "https://afspraak.example.be/loket")
    assert not any(one.accessible or one.appointment for one in DIRECTORY.by_id.values())


def broken(before: str, after: str) -> str:
    assert before in GOOD
    return GOOD.replace(before, after)


FAULTS = {
    "no address": (broken('address = "Voorbeeldplein 1, 2800 Mechelen"\n', ""), "address", 2),
    "empty name": (broken('"Tweede loket"', '" "'), "name", 5),
    "unknown kind": (broken('kind = "gemeente"', 'kind = "zwembad"'), "kind", 4),
    "unknown municipality": (broken('municipality = "Mechelen"', 'municipality = "Atlantis"'), "municipality", 6),
    "old name": (broken('municipality = "Mechelen"', 'municipality = "Kortessem"'), "municipality", 6),
    "unknown language": (broken('["nl"]', '["xx"]'), "languages", 8),
    "no language": (broken('languages = ["nl"]\n', ""), "languages", 2),
    "wrong hours": (broken("09:00-12:00", "9 to 12"), "hours", 9),
    "hours by a name that is not there": (broken('{ monday = ["09:00-12:00"] }', '"altijd"'), "hours", 9),
    "no hours": (broken('hours = { monday = ["09:00-12:00"] }\n', ""), "hours", 2),
    "no source": (broken('source = "zelf nagekeken"\n', ""), "source", 2),
    "wrong certainty": (broken('certainty = "A"', 'certainty = "zeker"'), "certainty", 11),
    "date in quotes": (broken("2026-11-22", '"2026-11-22"'), "checked_on", 12),
    "wrong OVO number": (GOOD + 'ovo = "OVO1"\n', "ovo", 13),
    "phone as a number": (GOOD + "phone = 15\n", "phone", 13),
    "appointment that is no web address": (GOOD + 'appointment = "javascript:alert(1)"\n', "appointment", 13),
    "appointment without https": (GOOD + 'appointment = "http://example.be"\n', "appointment", 13),
    "accessible as a choice": (GOOD + "accessible = true\n", "accessible", 13),
    "misspelt field": (GOOD + 'telefoon = "015"\n', "telefoon", 13),
    "sample hours in words": (GOOD + 'sample_hours = "ja"\n', "sample_hours", 13),
    "twice": (GOOD + GOOD, "id", 15),
    "no id": (broken('id = "mechelen-tweede"\n', ""), "id", 2),
}


@pytest.mark.parametrize(("text", "field", "line"), FAULTS.values(), ids=FAULTS)
def test_a_bad_counter_is_named_and_skipped_and_the_rest_goes_on(
    tmp_path: Path, text: str, field: str, line: int
) -> None:
    rest = GOOD.replace("mechelen-tweede", "mechelen-derde")
    directory = loaded(tmp_path, text + rest)
    (flaw,) = directory.flaws
    assert (flaw.file, flaw.field, flaw.line) == ("eigen.toml", field, line)
    assert all((flaw.entry, flaw.why, flaw.mend))
    assert f"eigen.toml, line {line}: {flaw.entry}: {field}: {flaw.why}. {flaw.mend}." == str(flaw)
    assert "mechelen-derde" in directory.by_id
    assert len(directory.by_id) == 51 + ("mechelen-tweede" in directory.by_id)


WHOLE = {
    "not TOML": ("x = = 1", "Correct the TOML"),
    "misspelt table": ("[[counter]]\nid = 1", "counter"),
    "no list": ("[counters]\nid = 1", "[[counters]]"),
    "hours without a name": ("hours = 1", "[hours.…]"),
    "unknown kind": ('[kinds.zwembad]\nname = "x"\nask = "gemeente"', "zwembad"),
    "kind that asks nobody": (
        '[kinds.caw]\nname = "x"\nask = "niemand"\nsource = "x"\ncertainty = "A"\nchecked_on = 2026-11-22',
        "ask",
    ),
}


@pytest.mark.parametrize(("text", "named"), WHOLE.values(), ids=WHOLE)
def test_what_is_wrong_with_a_file_is_told_and_the_sample_stays(tmp_path: Path, text: str, named: str) -> None:
    directory = loaded(tmp_path, text)
    assert any("eigen.toml" in str(flaw) and named in str(flaw) for flaw in directory.flaws)
    assert len(directory.by_id) == 50
    assert directory.nearest("caw", "Gent")[0].nearness is Nearness.ASK


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "oud.toml").write_bytes("# Café".encode("latin-1"))
    (flaw,) = load_counters(tmp_path).flaws
    assert (flaw.file, flaw.mend) == ("oud.toml", "Save it as UTF-8")
