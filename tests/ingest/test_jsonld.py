"""Expanded JSON-LD becomes the compact keys of the model, linked nodes in their place."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.sources.ipdc_record import to_service
from ingest.sources.jsonld import compact, is_expanded

MODEL = "https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#"
TERMS = "http://purl.org/dc/terms/"
ADDRESS = "https://data.vlaanderen.be/ns/adres#"
ORDER = "http://www.w3.org/ns/shacl#order"
Node = dict[str, Any]


def text(words: str, language: str = "nl") -> Node:
    return {"@language": language, "@value": words}


def link(name: str) -> Node:
    return {"@id": f"http://x/{name}"}


def node(name: str, kind: str, **predicates: Any) -> Node:
    return {"@id": f"http://x/{name}", "@type": [kind], **predicates}


def service(**predicates: Any) -> Node:
    return node("service", f"{MODEL}InstancePublicServiceSnapshot", **predicates)


def only(*nodes: Node) -> Node:
    """The one record that `nodes` describe."""
    (found,) = compact(list(nodes))
    return found


@pytest.mark.parametrize(
    ("document", "expanded"),
    [
        ([service(**{f"{TERMS}title": [text("A")]})], True),
        ([], False),
        ({"@id": "http://x/1", f"{TERMS}title": []}, False),
        ([{"@id": "http://x/1", "naam": {"nl": "A"}}], False),
        ([{f"{TERMS}title": []}], False),
        (["text"], False),
    ],
)
def test_only_a_list_of_nodes_with_full_addresses_is_expanded(document: object, expanded: bool) -> None:
    assert is_expanded(document) is expanded


def test_texts_come_per_language() -> None:
    found = only(
        service(
            **{
                f"{TERMS}title": [text("Akte"), text("Certificate", "en")],
                f"{TERMS}description": [text("<p>U</p>", "nl-be-x-formal")],
            }
        )
    )
    assert found["naam"] == {"nl": "Akte", "en": "Certificate"}
    assert found["beschrijving"] == {"nl-be-x-formal": "<p>U</p>"}


def test_keywords_are_lists_per_language() -> None:
    keyword = "http://www.w3.org/ns/dcat#keyword"
    found = only(service(**{keyword: [text("akte"), text("certificate", "en"), text("bewijs")]}))
    assert found["zoektermen"] == {"nl": ["akte", "bewijs"], "en": ["certificate"]}


def test_a_requirement_holds_its_evidence() -> None:
    found = only(
        service(**{"http://vocab.belgif.be/ns/publicservice#hasRequirement": [link("requirement")]}),
        node(
            "requirement",
            "http://data.europa.eu/m8g/Requirement",
            **{
                f"{TERMS}title": [text("Leeftijd")],
                "http://data.europa.eu/m8g/hasSupportingEvidence": [link("evidence")],
                ORDER: [{"@type": "http://www.w3.org/2001/XMLSchema#integer", "@value": "1"}],
            },
        ),
        node("evidence", "http://data.europa.eu/m8g/Evidence", **{f"{TERMS}title": [text("Kaart")]}),
    )
    (requirement,) = found["voorwaarden"]
    assert requirement["naam"] == {"nl": "Leeftijd"}
    assert requirement["order"] == "1"
    assert requirement["bewijs"]["naam"] == {"nl": "Kaart"}


def test_a_contact_holds_its_address() -> None:
    found = only(
        service(**{"http://data.europa.eu/m8g/hasContactPoint": [link("contact")]}),
        node(
            "contact",
            "http://schema.org/ContactPoint",
            **{"http://schema.org/email": [{"@value": "info@x.example"}], f"{MODEL}address": [link("address")]},
        ),
        node(
            "address",
            "http://www.w3.org/ns/locn#Address",
            **{
                f"{ADDRESS}Straatnaam": [text("Kerkstraat")],
                f"{ADDRESS}Adresvoorstelling.huisnummer": [{"@value": "2"}],
                f"{ADDRESS}Adresvoorstelling.busnummer": [{"@value": "B"}],
                f"{ADDRESS}postcode": [{"@value": "8000"}],
                f"{ADDRESS}gemeentenaam": [text("Brugge")],
                f"{ADDRESS}land": [text("België")],
            },
        ),
    )
    (contact,) = found["contactgegevens"]
    assert contact["email"] == "info@x.example"
    address = {key: value for key, value in contact["adres"].items() if not key.startswith("@")}
    assert address == {
        "straatnaam": {"nl": "Kerkstraat"},
        "huisnummer": "2",
        "busnummer": "B",
        "postcode": "8000",
        "gemeentenaam": {"nl": "Brugge"},
        "land": {"nl": "België"},
    }


def test_single_fields_are_values_and_the_others_lists() -> None:
    found = only(
        service(
            **{
                "http://schema.org/productID": [{"@value": "1496"}],
                f"{TERMS}type": [{"@id": "http://x/Type/Bewijs"}],
                f"{MODEL}isArchived": [{"@value": True}],
                "http://www.w3.org/ns/prov#generatedAtTime": [{"@value": "2024-01-01T00:00:00Z"}],
                f"{MODEL}targetAudience": [{"@id": "http://x/Doelgroep/Burger"}],
            }
        )
    )
    assert found["productnummer"] == "1496"
    assert found["type"] == "http://x/Type/Bewijs"
    assert found["gearchiveerd"] is True
    assert found["generatedAtTime"] == "2024-01-01T00:00:00Z"
    assert found["doelgroepen"] == ["http://x/Doelgroep/Burger"]


def test_a_rule_and_a_cost_are_told_apart_from_predicates_with_the_same_ending() -> None:
    found = only(
        service(
            **{
                "http://purl.org/vocab/cpsv#follows": [{"@id": "http://x/rule"}],
                "http://data.europa.eu/m8g/hasCost": [{"@id": "http://x/cost"}],
                "http://www.w3.org/2000/01/rdf-schema#seeAlso": [{"@id": "http://x/site"}],
            }
        )
    )
    assert (found["procedures"], found["kosten"]) == (["http://x/rule"], ["http://x/cost"])
    assert found["websites"] == ["http://x/site"]


def test_a_predicate_that_the_model_does_not_know_stays_under_its_address() -> None:
    found = only(service(**{"http://www.w3.org/ns/adms#status": [{"@id": "http://x/sent"}]}))
    assert found["http://www.w3.org/ns/adms#status"] == ["http://x/sent"]


def test_a_node_that_points_back_ends_as_a_reference() -> None:
    cost = "http://data.europa.eu/m8g/hasCost"
    found = only(
        service(**{cost: [link("cost")]}),
        node("cost", "http://data.europa.eu/m8g/Cost", **{cost: [link("service"), link("cost")]}),
    )
    assert found["kosten"][0]["kosten"] == ["http://x/service", "http://x/cost"]


def test_each_service_of_a_document_is_a_record_and_other_nodes_are_not() -> None:
    nodes = [
        service(**{f"{TERMS}title": [text("A")]}),
        {**service(**{f"{TERMS}title": [text("B")]}), "@id": "http://x/other"},
        node("site", "http://schema.org/WebSite", **{f"{TERMS}title": [text("C")]}),
    ]
    assert [found["naam"]["nl"] for found in compact(nodes)] == ["A", "B"]


def test_a_node_written_in_place_is_kept() -> None:
    cost = {"@type": ["http://data.europa.eu/m8g/Cost"], f"{TERMS}title": [text("Prijs")]}
    found = only(service(**{"http://data.europa.eu/m8g/hasCost": [cost]}))
    assert found["kosten"][0]["naam"] == {"nl": "Prijs"}


def test_nodes_written_in_each_other_are_all_kept() -> None:
    proof = {f"{TERMS}title": [text("Kaart")]}
    requirement = {"http://data.europa.eu/m8g/hasSupportingEvidence": [proof, {f"{TERMS}title": [text("Attest")]}]}
    found = only(service(**{"http://vocab.belgif.be/ns/publicservice#hasRequirement": [requirement]}))
    assert [one["naam"]["nl"] for one in found["voorwaarden"][0]["bewijs"]] == ["Kaart", "Attest"]


def test_a_long_chain_of_nodes_ends_as_a_reference() -> None:
    cost = "http://data.europa.eu/m8g/hasCost"
    chain = [node(str(i), "http://x/Cost", **{cost: [link(str(i + 1))]}) for i in range(3000)]
    assert only(service(**{cost: [link("0")]}), *chain)["kosten"][0]["kosten"]


def test_a_title_without_language_counts_as_dutch_as_it_does_in_a_compact_record() -> None:
    found = only(service(**{f"{TERMS}title": [{"@value": "Akte"}], f"{TERMS}description": [text("<p>U</p>")]}))
    assert to_service(found, "a.json").title == {"nl": "Akte"}
