"""`/pages/{id}`: the source with its sections, so that every citation can be read where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.bootstrap import Service
from assistant.messages import text
from ingest.sources.sample import read_sample
from knowledge.pages import PageDraft
from knowledge.services import Link, Section, SectionKind, Sentence, Website
from tests.assistant.building import municipal_service, sure_question
from tests.assistant.reading import one, seen, words

PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_citation_leads_to_the_passage_it_quotes(client: TestClient) -> None:
    for source_id in ("kids-id", "epc"):
        reply = client.post("/api/v1/answers", json={"question": sure_question(source_id)}).json()
        assert reply["citations"]
        for citation in reply["citations"]:
            page = seen(client.get(citation["url"]))
            passage = one(page, f"#{urlsplit(citation['url']).fragment}")
            assert [item.text() for item in passage.css("li")] == citation["quote"].split("\n")


def test_a_page_is_shown_in_the_language_asked_for_if_it_has_that(client: TestClient) -> None:
    french = client.get("/pages/sample-kids-id?language=fr").text
    assert 'article lang="fr"' in french
    not_arabic = client.get("/pages/sample-parkeerkaart?language=ar").text
    assert '<html lang="ar"' in not_arabic
    assert 'article lang="nl"' in not_arabic


def test_a_page_tells_its_version_and_that_it_is_a_sample(client: TestClient) -> None:
    page = client.get("/pages/sample-kids-id?language=nl").text
    assert text("page.sample", "nl") in page
    assert "Versie 1" in page


@pytest.mark.parametrize("path", ["/pages/bestaat-niet", "/pages/sample-kids-id%00", "/pages/<b>", "/pages/%2e%2e"])
def test_a_page_that_does_not_exist_says_so_with_a_way_to_a_person(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"Accept-Language": "fr"})
    assert response.status_code == 404
    if response.headers["content-type"].startswith("text/html"):
        assert text("page.not_found_page", "fr") in words(seen(response, 404))
        assert "tel:1700" in response.text


@pytest.mark.parametrize("change", [{"archived": True}, {"ends": datetime(2026, 1, 2, tzinfo=UTC)}], ids=str)
def test_a_page_that_no_longer_holds_is_not_shown(service: Service, change: dict[str, Any]) -> None:
    service.pages.publish([PageDraft(replace(municipal_service(), **change), "1")], PUBLISHED)
    with TestClient(create_app(service)) as running:
        response = running.get("/pages/test-compostvat")
    assert response.status_code == 404
    assert "containerpark" not in response.text


def test_links_and_markup_of_a_source_are_shown_as_what_they_are(service: Service) -> None:
    sentence = Sentence("Lees de folder <b>nu</b> & bel.", (Link("folder", "https://example.be/?a=1&b=2"),))
    section = Section(SectionKind.DESCRIPTION, "nl", "description", "Zo <i>gaat</i> het", (sentence,))
    site = Website({"nl": "Meer <weten>"}, {}, "https://example.be")
    service_page = replace(municipal_service(), title={"nl": "Compost <vat>"}, sections=(section,), websites=(site,))
    service.pages.publish([PageDraft(service_page, "1")], PUBLISHED)
    with TestClient(create_app(service)) as running:
        page = seen(running.get("/pages/test-compostvat?language=nl"))
    assert words(page, "article h2") == "Compost <vat>"
    assert words(page, "#p0 li") == "Lees de folder <b>nu</b> & bel."
    assert one(page, "#p0 a").attributes["href"] == "https://example.be/?a=1&b=2"
    assert page.css("article b, article i, article weten") == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,<b>x</b>", "vbscript:x"])
def test_an_address_that_is_no_web_address_never_becomes_a_link(service: Service, address: str) -> None:
    harmful = replace(municipal_service(), url=address, websites=(Website({"nl": "Klik"}, {}, address),))
    service.pages.publish([PageDraft(harmful, "1")], PUBLISHED)
    with TestClient(create_app(service)) as running:
        source = running.get("/pages/test-compostvat?language=nl")
        answer = running.post("/", data={"question": "Compostvat", "source_id": "compostvat"})
    links = [str(link.attributes["href"]) for page in (source, answer) for link in seen(page).css("a[href]")]
    assert [link for link in links if link.startswith(address.partition(":")[0])] == []


def test_a_source_page_names_what_each_part_tells_once(client: TestClient) -> None:
    headings = [one.text() for one in seen(client.get("/pages/sample-verhuizen?language=nl")).css("article h3")]
    assert headings == ["Voorwaarden", "Uitzonderingen", "Stappen", "Meebrengen", "Kosten", "Termijn", "Waar"]


def test_a_step_of_a_journey_leads_to_the_page_that_tells_more(client: TestClient) -> None:
    page = seen(client.get("/pages/sample-gebeurtenis-overlijden?language=en"))
    steps = next(part for part in page.css("section") if "Funeral director" in part.text()).css("li")
    places = [[link.attributes["href"] for link in step.css("a")] for step in steps]
    assert places[2] == ["/pages/sample-overlijden-aangeven?language=en"]
    assert places[4] == []
    assert client.get(places[2][0]).status_code == 200


def test_a_step_leads_nowhere_where_its_page_is_not_there(service: Service) -> None:
    drafts = [one for one in read_sample() if isinstance(one, PageDraft)]
    service.pages.publish([one for one in drafts if one.service.life_event == "death"], PUBLISHED)
    with TestClient(create_app(service)) as running:
        page = seen(running.get("/pages/sample-gebeurtenis-overlijden?language=nl"))
    assert "Uitvaartdienst" in words(page, "article")
    assert page.css("article li a") == []
