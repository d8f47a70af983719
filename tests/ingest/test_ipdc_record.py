"""One IPDC record as a service: every field is kept, in the order and the language that the source gives."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, datetime

import pytest

from ingest.sources.ipdc_record import to_service
from knowledge.richtext import blocks
from knowledge.services import (
    Address,
    AuthorityLevel,
    ContactPoint,
    Described,
    Evidence,
    LegalResource,
    PublicService,
    Requirement,
    Rule,
    Website,
    localized,
)
from tests.ingest.records import COMPLETE, record

NOT_FROM_IPDC = {
    *("phrasings", "unsigned"),
    *("life_event", "journey", "report_point"),
    *("summary", "easy", "policy_status", "needs_presence", "granting", "review_by", "checked_on", "sample"),
    "sections",
}
REQUIRED = {"naam", "beschrijving", "productnummer"}
UNKNOWN = {"laatstOntvangen", "metadata"}


@pytest.fixture(scope="module")
def complete() -> PublicService:
    return to_service(COMPLETE, "a.json")


def test_no_field_is_left_empty_by_a_complete_record(complete: PublicService) -> None:
    for field in fields(PublicService):
        default = field.default if field.default_factory is MISSING else field.default_factory()
        if field.name not in NOT_FROM_IPDC:
            assert getattr(complete, field.name) != default, field.name


def test_texts_are_kept_per_variant(complete: PublicService) -> None:
    assert (complete.source, complete.source_id) == ("ipdc", "215")
    assert complete.title == {"nl": "Premie", "nl-BE-x-formal": "Premie u", "en-x-generated": "Grant"}
    assert complete.description == {"nl": "<p>Kort.</p>"}
    assert complete.additional_description == {"nl": "<p>Lang.</p>"}
    assert complete.exceptions == {"nl": "<p>Behalve zo.</p>"}
    assert complete.regulation == {"nl": "<p>Het decreet.</p>"}
    assert complete.contact_description == {"nl": "<p>Bel ons.</p>"}


def test_requirements_costs_and_advantages_are_kept(complete: PublicService) -> None:
    evidence = Evidence({"nl": "Kaart"}, {"nl": "<p>Uw kaart.</p>"})
    assert complete.requirements == (Requirement({"nl": "Leeftijd"}, {"nl": "<p>U bent 18.</p>"}, evidence),)
    assert complete.costs == (Described({"nl": "Prijs"}, {"nl": "<p>5 euro.</p>"}),)
    assert complete.financial_advantages == (Described({"nl": "Bedrag"}, {"nl": "<p>50 euro.</p>"}),)


def test_procedures_are_kept_in_the_order_of_the_source_with_their_websites(complete: PublicService) -> None:
    site = Website({"nl": "Loket"}, {"nl": "Hier"}, "https://loket.example")
    assert complete.rules == (
        Rule({"nl": "Eerst"}, {"nl": "<p>Vraag aan.</p>"}, (site,)),
        Rule({"nl": "Dan"}, {"nl": "<p>Wacht.</p>"}),
    )


def test_websites_laws_and_contacts_are_kept(complete: PublicService) -> None:
    assert complete.websites == (Website({"nl": "Meer"}, {"nl": "Uitleg"}, "https://meer.example"),)
    assert complete.legal_resources == (LegalResource({"nl": "Decreet"}, {"nl": "Tekst"}, "https://codex.example"),)
    address = Address({"nl": "Kerkstraat"}, "1", "A", "8000", {"nl": "Brugge"}, {"nl": "België"})
    contact = ContactPoint("info@loket.example", "1700", "https://contact.example", "ma-vr 9-17", address)
    assert complete.contact_points == (contact,)


def test_codes_are_the_last_part_of_their_address(complete: PublicService) -> None:
    assert complete.type == "FinancieelVoordeel"
    assert complete.themes == ("BouwenWonen", "MilieuEnergie")
    assert complete.audience == ("Burger",)
    assert complete.spatial == ("BE2",)
    assert complete.competent_authorities == ("OVO1",)
    assert complete.executing_authorities == ("OVO2",)
    assert complete.contact_authorities == ("OVO3",)
    assert complete.publication_media == ("YourEurope",)
    assert complete.your_europe_categories == ("VoertuigenParkeren",)
    assert complete.service_languages == ("nl", "fr")
    assert complete.concept == "705d"
    assert complete.related == ("1939", "01bd")


def test_levels_of_government_are_named(complete: PublicService) -> None:
    level = AuthorityLevel
    assert complete.competent_levels == (level.FLEMISH, level.FEDERAL)
    assert complete.executing_levels == (level.LOCAL, level.PROVINCIAL, level.THIRD_PARTY, level.EUROPEAN)


def test_keywords_and_addresses_are_kept(complete: PublicService) -> None:
    assert complete.keywords == {"nl": ("premie", "steun"), "nl-BE-x-informal": ("geld",)}
    assert complete.version_of == "https://ipdc.example/id/instantie/5b57"
    assert complete.url == "https://pagina.example"


def test_dates_with_nanoseconds_offsets_or_neither_are_moments(complete: PublicService) -> None:
    assert complete.generated_at == datetime(2024, 8, 21, 7, 20, 51, 894670, tzinfo=UTC)
    assert complete.starts == datetime(2019, 4, 13, tzinfo=UTC)
    assert complete.ends == datetime(2030, 1, 1, tzinfo=UTC)
    assert complete.created == datetime(2011, 10, 6, 10, 15, 10, tzinfo=UTC)
    assert complete.modified == datetime(2023, 4, 17, tzinfo=UTC)


def test_keys_that_the_model_does_not_know_are_kept_as_they_are(complete: PublicService) -> None:
    assert {key: complete.extra[key] for key in UNKNOWN} == {key: COMPLETE[key] for key in UNKNOWN}


def test_what_parts_say_beside_what_the_model_knows_is_kept(complete: PublicService) -> None:
    assert complete.extra.keys() - UNKNOWN == {"publicatieLink", "verwanteProducten", "regelgeving"}
    assert complete.extra["publicatieLink"] == [{"naam": {"nl": "Lees meer"}}]
    assert complete.extra["verwanteProducten"] == [
        {"id": "01bc", "productnummer": "1939", "type": "HeeftDeel"},
        {"id": "01bd"},
    ]
    assert complete.extra["regelgeving"] == [{"id": "03aa"}]


def test_the_smallest_record_is_a_service_with_nothing_made_up() -> None:
    found = to_service(record("7"), "a.json")
    assert found == PublicService("ipdc", "7", {"nl": "Parkeerkaart 7"}, {"nl": "<p>U krijgt een kaart.</p>"})


@pytest.mark.parametrize("key", sorted(COMPLETE.keys() - REQUIRED - UNKNOWN))
def test_a_key_without_value_is_as_good_as_absent(key: str) -> None:
    assert to_service(record(**{key: None}), "a.json") == to_service(record(), "a.json")


def test_parts_without_a_place_in_the_order_come_last_as_they_stand() -> None:
    parts = [{"naam": {"nl": "c"}}, {"naam": {"nl": "d"}}, {"naam": {"nl": "b"}, "order": "10"}]
    costs = to_service(record(kosten=[*parts, {"naam": {"nl": "a"}, "order": 9.5}]), "a.json").costs
    assert [cost.title["nl"] for cost in costs] == ["a", "b", "c", "d"]


def test_a_single_object_counts_as_a_list_of_one() -> None:
    assert len(to_service(record(kosten={"naam": {"nl": "Prijs"}}, themas="Wonen"), "a.json").costs) == 1


@pytest.mark.parametrize("tag", ["nl-BE-x-formal", "nl-be-x-formal"])
def test_the_u_form_is_shown_before_the_others_in_either_letter_case(tag: str) -> None:
    texts = {"nl-BE-x-informal": "Je krijgt", "nl": "Men krijgt", tag: "U krijgt"}
    found = to_service(record(beschrijving=texts), "a.json").description
    assert localized(found, "nl") == "U krijgt"
    assert set(found) == {"nl-BE-x-informal", "nl", "nl-BE-x-formal"}


def test_a_bare_text_counts_as_dutch() -> None:
    assert to_service(record(naam="Verhuizen"), "a.json").title == {"nl": "Verhuizen"}


def test_line_ends_typed_inside_a_text_stay_visible() -> None:
    found = to_service(record(beschrijving={"nl": "Eerst dit\ndan dat"}), "a.json")
    assert found.description == {"nl": "Eerst dit<br>dan dat"}


@pytest.mark.parametrize(
    ("value", "archived"), [(True, True), ("true", True), ("True", True), (False, False), ("false", False), ("", False)]
)
def test_archived_is_read_from_a_boolean_and_from_its_word(value: object, archived: bool) -> None:
    assert to_service(record(gearchiveerd=value), "a.json").archived is archived


def test_html_is_cleaned_and_staff_addresses_are_left_out_everywhere_in_texts() -> None:
    link = {"url": "mailto:an.peeters@x.example"}
    assert "peeters" not in to_service(record(publicatieLink=link), "a.json").url
    html = '<p onclick="x()">Mail <a href="mailto:an.peeters@x.example">an.peeters@x.example</a><script>x</script></p>'
    found = to_service(record(kosten=[{"beschrijving": {"nl": html}}], beschrijving={"nl": html}), "a.json")
    assert found.description["nl"] == found.costs[0].description["nl"]
    assert found.description["nl"] == "<p>Mail <a>[e-mailadres weggelaten]</a></p>"


def test_a_staff_address_written_with_a_character_reference_is_left_out() -> None:
    found = to_service(record(beschrijving={"nl": "<p>an.peeters&#64;x.example</p>"}), "a.json")
    assert "an.peeters" not in found.description["nl"]


@pytest.mark.parametrize(
    "fields",
    [
        {"zoektermen": {"nl": ["an.peeters@x.example"]}},
        {"metadata": {"bewerktDoor": "an.peeters@x.example"}},
    ],
)
def test_a_staff_address_is_left_out_of_fields_that_are_no_texts(fields: dict[str, object]) -> None:
    assert "an.peeters" not in repr(to_service(record(**fields), "a.json"))


def test_no_evidence_is_lost_where_a_requirement_has_several() -> None:
    proofs = [
        {"naam": {"nl": "Kaart"}, "beschrijving": {"nl-BE-x-formal": "<p>Uw kaart.</p>"}},
        {"naam": {"nl": "Attest"}, "beschrijving": {"nl": "<p>Het attest.</p>"}},
    ]
    (requirement,) = to_service(record(voorwaarden=[{"bewijs": proofs}]), "a.json").requirements
    assert requirement.evidence is not None
    assert requirement.evidence.title == {"nl": "Kaart, Attest"}
    shown = localized(requirement.evidence.description, "nl")
    assert [block.text for block in blocks(shown)] == ["Uw kaart.", "Het attest."]
