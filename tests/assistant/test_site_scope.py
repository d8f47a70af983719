"""A site's scope prefers its own subjects among equals; it never keeps a citizen from another body's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from assistant.answering.draft import Draft
from assistant.answering.retrieve import RetrieveStep
from assistant.bootstrap import Service
from assistant.domain.reply import Answer, Clarification
from assistant.sites import Scope, load_sites
from knowledge.pages import PageHeader
from knowledge.retrieval import Hit, Retrieval
from knowledge.store.pages import Pages
from tests.assistant.building import SITE, a_candidate, a_draft, a_page, a_question, sure_question
from tests.assistant.test_decide import decide

SITES = load_sites()


class Finds:
    """Finds these pages with these scores."""

    def __init__(self, headers: dict[str, PageHeader], scores: dict[str, float]) -> None:
        self._hits = tuple(Hit(headers[page_id], "nl", score, 1.0, 1.0, None) for page_id, score in scores.items())

    def search(
        self, question: str, language: str, limit: int, at: datetime, *, audience: str = "", variants: bool = False
    ) -> Retrieval:
        return Retrieval(self._hits, dense=True)


def order(pages: Pages, scope: Scope, kids_id: float, rent: float) -> list[str]:
    ids = {"kids-id": kids_id, "huurpremie": rent}
    headers = {one: header for one in ids if (found := pages.find(one)) and (header := _header(pages, found.page_id))}
    scores = dict(sorted(ids.items(), key=lambda one: -one[1]))
    question = a_question(site=replace(SITE, scope=scope))
    found = RetrieveStep(Finds(headers, scores), pages)(a_draft(question=question))
    assert isinstance(found, Draft)
    return [one.page.source_id for one in found.candidates]


def _header(pages: Pages, page_id: str) -> PageHeader:
    return pages.headers([page_id])[page_id]


HOUSING = Scope(themes=frozenset({"BouwenWonen"}))


@pytest.mark.parametrize(
    ("scope", "kids_id", "rent", "first"),
    [
        (Scope(), 1.0, 0.97, "kids-id"),
        (HOUSING, 1.0, 0.97, "huurpremie"),
        (HOUSING, 1.0, 0.9, "kids-id"),
        (HOUSING, 0.97, 1.0, "huurpremie"),
        (Scope(authorities=frozenset({"wonen in vlaanderen"})), 1.0, 0.97, "huurpremie"),
    ],
)
def test_an_own_subject_stands_first_only_among_about_equals(
    ready: Service, scope: Scope, kids_id: float, rent: float, first: str
) -> None:
    found = order(ready.pages, scope, kids_id, rent)
    assert found[0] == first
    assert set(found) == {"kids-id", "huurpremie"}


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("source_id", ["kids-id", "epc"])
def test_no_wrong_door_every_site_answers_what_another_body_does(ready: Service, site: str, source_id: str) -> None:
    question = a_question(sure_question(source_id), site=SITES[site])
    elsewhere = ready.assistant.answer(a_question(sure_question(source_id)))
    reply = ready.assistant.answer(question)
    assert isinstance(reply, Answer)
    assert isinstance(elsewhere, Answer)
    assert reply.statements == elsewhere.statements
    assert reply.authority == elsewhere.authority
    assert {citation.source_id for citation in reply.citations} == {source_id}


@pytest.mark.parametrize("site", SITES)
def test_no_wrong_door_what_is_not_found_leads_to_a_person_on_every_site(ready: Service, site: str) -> None:
    reply = ready.assistant.answer(a_question("zwembad in de woestijn", site=SITES[site]))
    assert {"phone", "counter"} <= {contact.type for contact in reply.contacts}


def test_a_municipal_page_is_of_the_municipality_whose_site_it_is() -> None:
    page = a_page(
        title={"nl": "Compostvat kopen in Mechelen"}, spatial=("BE21212025",), keywords={"nl": ("compostvat",)}
    )

    def on(site: str, words: str) -> object:
        question = a_question(words, site=SITES[site])
        return decide(a_draft(question=question, candidates=(a_candidate(page),)))

    assert isinstance(on("regio", "compostvat kopen"), Clarification)
    assert isinstance(on("gemeente", "compostvat kopen"), Draft)
    assert isinstance(on("gemeente", "compostvat kopen in Leuven"), Clarification)
