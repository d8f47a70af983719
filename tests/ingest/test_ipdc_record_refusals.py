"""What an IPDC record may not hold: each is refused by the full path of its field, never guessed at."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.report import RecordError, Refusal
from ingest.sources.ipdc_record import to_service
from tests.ingest.records import COMPLETE, record


def refusal(record: dict[str, Any]) -> Refusal:
    """What is wrong with `record`."""
    with pytest.raises(RecordError) as refused:
        to_service(record, "a.json#3")
    assert refused.value.refusal.record == "a.json#3"
    return refused.value.refusal


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("naam", {"naam": ["Premie"]}),
        ("naam", {"naam": {"nl": ["Premie"]}}),
        ("beschrijving", {"beschrijving": 5}),
        ("verdereBeschrijving", {"verdereBeschrijving": {"nl": {"html": "x"}}}),
        ("uitzonderingen", {"uitzonderingen": []}),
        ("regelgevingTekst", {"regelgevingTekst": True}),
        ("contactBeschrijving", {"contactBeschrijving": {"nl": 1}}),
        ("voorwaarden", {"voorwaarden": "18 jaar"}),
        ("voorwaarden[0].naam", {"voorwaarden": [{"naam": 5}]}),
        ("voorwaarden[1].beschrijving", {"voorwaarden": [{}, {"beschrijving": 5}]}),
        ("voorwaarden[0].bewijs", {"voorwaarden": [{"bewijs": "kaart"}]}),
        ("procedures", {"procedures": [None]}),
        ("procedures[0].websites", {"procedures": [{"websites": ["x"]}]}),
        ("procedures[0].websites[1].url", {"procedures": [{"websites": [{}, {"url": {"a": "x"}}]}]}),
        ("procedures[0].order", {"procedures": [{"order": "eerst"}]}),
        ("procedures[0].order", {"procedures": [{"order": [1]}]}),
        ("kosten", {"kosten": ["5 euro"]}),
        ("kosten[0].naam", {"kosten": [{"naam": {"nl": 5}}]}),
        ("financieleVoordelen[0].beschrijving", {"financieleVoordelen": [{"beschrijving": ["x"]}]}),
        ("websites[0].url", {"websites": {"url": ["https://x.example"]}}),
        ("regelgeving[0].url", {"regelgeving": [{"url": {}}]}),
        ("contactgegevens[0].email", {"contactgegevens": [{"email": ["info@x.example"]}]}),
        ("contactgegevens[0].adres", {"contactgegevens": [{"adres": "Kerkstraat 1"}]}),
        ("zoektermen", {"zoektermen": "premie"}),
        ("bevoegdBestuursniveaus", {"bevoegdBestuursniveaus": ["Galactisch"]}),
        ("uitvoerendBestuursniveaus", {"uitvoerendBestuursniveaus": [{"@id": "http://x/Nergens"}]}),
        ("verwanteProducten", {"verwanteProducten": ["1939"]}),
        ("verwanteProducten[0].productnummer", {"verwanteProducten": [{"productnummer": []}]}),
        ("publicatieLink", {"publicatieLink": "https://x.example"}),
        ("publicatieLink", {"publicatieLink": ["https://x.example"]}),
        ("startDienstVerlening", {"startDienstVerlening": "binnenkort"}),
        ("eindeDienstVerlening", {"eindeDienstVerlening": {"@value": "2030-01-01"}}),
        ("creatie", {"creatie": "2024-13-01"}),
        ("laatstGewijzigd", {"laatstGewijzigd": "01/02/2024"}),
        ("generatedAtTime", {"generatedAtTime": "2024-08-21T25:00:00Z"}),
        ("eindeDienstVerlening", {"eindeDienstVerlening": "9999-12-31T23:59:59-01:00"}),
        ("startDienstVerlening", {"startDienstVerlening": "0001-01-01T00:00:00+01:00"}),
        ("kosten[0].order", {"kosten": [{"order": 10**4000}]}),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_the_path_of_its_field(field: str, change: dict[str, Any]) -> None:
    assert to_service(COMPLETE, "a.json#3").source_id == "215"
    assert refusal({**COMPLETE, **change}).field == field


@pytest.mark.parametrize("key", ["naam", "beschrijving"])
@pytest.mark.parametrize("value", [None, "", {}, {"nl": ""}, {"nl": "  \n "}, {"nl": None}])
def test_a_page_needs_a_title_and_a_description(key: str, value: object) -> None:
    found = refusal(record(**{key: value}))
    assert found.field == key
    assert "required" in found.why


def test_a_record_without_an_id_is_refused() -> None:
    assert refusal(record("")).field == "productnummer"


@pytest.mark.parametrize(
    "kind",
    [
        "ConceptSnapshot",
        ["ConceptSnapshot"],
        ["ConceptualPublicServiceSnapshot"],
        "https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#ConceptualPublicService",
    ],
)
def test_a_concept_is_refused_because_it_is_a_template(kind: object) -> None:
    assert to_service(record(**{"@type": ["InstantieSnapshot"]}), "a.json#3")
    found = refusal(record(**{"@type": kind}))
    assert found.field == "@type"
    assert "import its instances" in found.why


def test_an_unknown_level_is_answered_with_the_known_ones() -> None:
    found = refusal(record(bevoegdBestuursniveaus=["Vlaams", "Galactisch"]))
    assert found.why.startswith("'Galactisch' is not a level of government")
    assert "europees, federaal, vlaams, provinciaal, lokaal, derden" in found.why


def test_a_refusal_reads_as_one_line_with_record_field_and_reason() -> None:
    with pytest.raises(RecordError, match=r"^a\.json#3: kosten: Expected objects, found str\.$"):
        to_service(record(kosten=["5 euro"]), "a.json#3")


def test_the_number_in_a_path_is_the_place_in_the_source_and_not_in_the_order() -> None:
    costs = [{"order": 2, "naam": 5}, {"order": 1}]
    assert refusal(record(kosten=costs)).field == "kosten[0].naam"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("voorwaarden[0].bewijs.naam", {"voorwaarden": [{"bewijs": {"naam": 5}}]}),
        ("publicatieLink.url", {"publicatieLink": {"url": {"nl": "https://x.example"}}}),
        ("contactgegevens[0].adres.straatnaam", {"contactgegevens": [{"adres": {"straatnaam": 5}}]}),
    ],
)
def test_a_single_object_has_no_number_in_the_path(field: str, change: dict[str, Any]) -> None:
    assert refusal(record(**change)).field == field


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("themas", {"themas": [["Wonen"]]}),
        ("themas", {"themas": [{"naam": "Wonen"}]}),
        ("type", {"type": ["Bewijs", "Voorwerp"]}),
        ("zoektermen", {"zoektermen": {"nl": [{"woord": "premie"}]}}),
        ("zoektermen", {"zoektermen": {"nl": [None]}}),
        ("productnummer", {"productnummer": {"nl": "1"}}),
        ("linkedConcept", {"linkedConcept": {"naam": "x"}}),
        ("isVersionOf", {"isVersionOf": ["http://x/9"]}),
        ("gearchiveerd", {"gearchiveerd": "ja"}),
        ("publicatieLink.url", {"publicatieLink": {"url": True}}),
        ("publicatieLink", {"publicatieLink": [{}, {}]}),
    ],
)
def test_a_code_or_word_that_is_no_text_is_refused(field: str, change: dict[str, Any]) -> None:
    assert refusal(record(**change)).field == field
