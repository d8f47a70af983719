"""What an agent is suggested: the assistant's reply with its sources, how sure it is, and why; it is never stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.accounts.account import grants_of
from assistant.answering.draft import Draft
from assistant.answering.pipeline import Assistant, steps
from assistant.answering.replies import clarify, escalate
from assistant.api.app import create_app
from assistant.bootstrap import Service
from assistant.domain.conversation import Conversation
from assistant.domain.handover import Consent
from assistant.domain.reply import Answer, ClarificationReason, EscalationReason, Reply
from assistant.domain.with_people import agent_accepts, ask_for_person
from assistant.settings import Settings
from knowledge.language import ChatIdentifier
from tests.assistant.building import MUNICIPAL_QUESTION, a_question, fill, sure_question
from tests.assistant.desking import Colleague
from tests.assistant.staffing import PASSWORD, SITES, QuickService
from tests.assistant.talking import REQUEST

STAFF = {"sara": "agent@regio", "piet": "agent@regio", "lies": "agent@gemeente", "an": "supervisor@regio"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> QuickService:
    """An installation with pages and staff, in which nobody answers."""
    made = QuickService(Settings.from_environment({"WEGWIJZER_HOME": str(tmp_path_factory.mktemp("home"))}))
    fill(made, "kids-id", "verhuizen", "identiteitskaart-verloren")
    for username, role in STAFF.items():
        made.accounts.add(username, username.title(), grants_of([role], SITES), PASSWORD, "cli")
    return made


@pytest.fixture(scope="module")
def app(service: QuickService) -> Iterator[FastAPI]:
    app = create_app(service, works=False)
    with TestClient(app):
        yield app


@pytest.fixture(scope="module")
def sara(app: FastAPI) -> Colleague:
    return Colleague(app, "sara")


def with_sara(service: QuickService, *texts: str, consent: Consent = Consent.FULL, after: str = "") -> Conversation:
    """A conversation in which this was said, that sara has now; `after` is said to her."""
    conversation = service.conversations.open(service.sites["regio"], language="nl").conversation
    for number, words in enumerate(texts):
        service.conversations.say(conversation, f"c{number}", words)
    store, at = service.conversation_store, conversation.created_at
    asked = replace(REQUEST, consent=consent)
    store.change(conversation.id, lambda now: ask_for_person(now, at, "U wacht.", asked))
    store.change(conversation.id, lambda now: agent_accepts(now, at, "sara", "Sara neemt over."))
    if after:
        service.conversations.say(conversation, "after", after)
    return conversation


def suggested(colleague: Colleague, conversation: Conversation, **asked: str) -> dict[str, Any]:
    response = colleague.get(f"/conversations/{conversation.id}/suggestions", **asked)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    told: dict[str, Any] = response.json()
    return told


# --- over HTTP


def test_what_the_assistant_is_sure_of_is_suggested_with_its_sources(service: QuickService, sara: Colleague) -> None:
    words = sure_question("kids-id")
    told = suggested(sara, with_sara(service, "iets anders", words))
    assert (told["seq"], told["question"], told["certainty"]) == (2, words, "sure")
    assert told["reply"]["kind"] == "answer"
    assert {one["source_id"] for one in told["reply"]["citations"]} == {"kids-id"}
    assert {"kids", "id"} & set(told["why"]["words"])
    assert told["why"]["section"] in {one["kind"] for one in told["reply"]["statements"]}
    assert set(told["why"]["second"]) == {"title", "page_id"}


def test_what_it_kept_back_is_suggested_to_check(service: QuickService, sara: Colleague) -> None:
    conversation = with_sara(service, MUNICIPAL_QUESTION)
    told = suggested(sara, conversation)
    assert (told["certainty"], told["reply"]["kind"]) == ("check", "answer")
    assert all(statement["citations"] for statement in told["reply"]["statements"])
    events = service.conversation_store.events(conversation.id)
    assert [event.author for event in events] == ["citizen", "system", "system"], "nothing is stored"


def test_what_it_does_not_know_is_not_suggested(service: QuickService, sara: Colleague) -> None:
    told = suggested(sara, with_sara(service, "Waar groeien bananen op de maan?"))
    assert (told["certainty"], told["reply"]["kind"]) == ("none", "escalation")
    assert told["why"] == {"words": [], "section": None, "second": None}


@pytest.mark.parametrize("last", ["Ik wil een medewerker spreken", "bedankt", "hallo"])
def test_the_newest_question_counts_not_the_wish_for_a_person(
    service: QuickService, sara: Colleague, last: str
) -> None:
    told = suggested(sara, with_sara(service, "hallo", sure_question("verhuizen"), last))
    assert (told["seq"], told["certainty"]) == (2, "sure")


def test_an_agent_may_ask_something_else_and_what_identifies_people_is_masked(
    service: QuickService, sara: Colleague
) -> None:
    conversation = with_sara(service, "hallo")
    told = suggested(sara, conversation, question=f"{sure_question('kids-id')} jan@voorbeeld.be")
    assert (told["seq"], told["question"]) == (None, f"{sure_question('kids-id')} [e-mail]")
    assert told["reply"]["kind"] == "answer"


def test_what_staff_may_not_read_is_not_answered(service: QuickService, sara: Colleague) -> None:
    conversation = with_sara(service, sure_question("kids-id"), consent=Consent.WITHOUT_TRANSCRIPT)
    told = suggested(sara, conversation)
    assert (told["seq"], told["question"], told["reply"], told["certainty"]) == (None, "", None, "none")
    later = with_sara(service, "geheim", consent=Consent.WITHOUT_TRANSCRIPT, after=sure_question("verhuizen"))
    assert suggested(sara, later)["seq"] == 4


def test_the_page_an_agent_names_is_a_way_to_ask_for_it(service: QuickService, sara: Colleague) -> None:
    words = "waar haal ik het pasje van mijn dochter, ik heet Jan Peeters"
    path = f"/conversations/{with_sara(service, words).id}/corrections"
    assert sara.post(path, {"seq": 1, "page_id": "sample-kids-id"}).json() == {"counts": True}
    assert sara.post(path, {"seq": 1, "page_id": "sample-kids-id"}).json() == {"counts": False}
    (kept,) = service.phrasings.all()
    assert (kept.page_id, kept.state.value, kept.staff) == ("sample-kids-id", "candidate", True)
    assert "pasje" in kept.words
    assert "Peeters" not in kept.words
    assert 0 < service.phrasings.bonuses(words, "nl")["sample-kids-id"] < 0.6
    for wrong in ({"seq": 99, "page_id": "sample-kids-id"}, {"seq": 1, "page_id": "nergens"}):
        assert sara.post(path, wrong).status_code == 404


@pytest.mark.parametrize(("username", "status"), [("sara", 200), ("an", 200), ("piet", 404), ("lies", 404)])
def test_only_who_may_read_a_conversation_gets_suggestions(
    service: QuickService, app: FastAPI, username: str, status: int
) -> None:
    path = f"/conversations/{with_sara(service, 'hallo').id}/suggestions"
    assert Colleague(app, username).get(path).status_code == status
    assert Colleague(app, username).get("/conversations/nergens/suggestions").status_code == 404
    assert TestClient(app).get(f"/api/v1/desk{path}").status_code == 401


def test_too_long_a_question_is_refused(service: QuickService, sara: Colleague) -> None:
    path = f"/conversations/{with_sara(service, 'hallo').id}/suggestions"
    assert sara.get(path, question="x" * 2001).status_code == 422


# --- what the decision kept back


@dataclass
class Doubts:
    """A step `decide` that is never sure."""

    reason: EscalationReason | ClarificationReason
    name = "decide"

    def __call__(self, draft: Draft) -> Reply:
        if isinstance(self.reason, ClarificationReason):
            return clarify(draft, self.reason, draft.candidates[:1])
        return escalate(draft, self.reason)


def doubting(ready: Service, reason: EscalationReason | ClarificationReason) -> Assistant:
    all_steps = list(steps(ready.retriever, ready.pages, ChatIdentifier(), ready.counters))
    place = next(number for number, step in enumerate(all_steps) if getattr(step, "name", "") == "decide")
    all_steps[place] = Doubts(reason)
    return Assistant(all_steps, {})


@pytest.mark.parametrize("reason", [EscalationReason.LOW_CONFIDENCE, ClarificationReason.TOO_VAGUE])
def test_an_answer_below_the_threshold_is_whole_and_carries_its_confidence(
    ready: Service, reason: EscalationReason | ClarificationReason
) -> None:
    question = a_question(sure_question("kids-id"))
    advice = doubting(ready, reason).advise(question)
    assert advice.reply == doubting(ready, reason).answer(question)
    assert isinstance(advice.kept_back, Answer)
    sure = ready.assistant.answer(question)
    assert isinstance(sure, Answer)
    assert (advice.kept_back.text, advice.kept_back.citations) == (sure.text, sure.citations)


def test_what_was_not_found_is_no_answer(ready: Service) -> None:
    advice = doubting(ready, EscalationReason.NOT_FOUND).advise(a_question(sure_question("kids-id")))
    assert advice.kept_back is None


def test_what_was_answered_is_not_kept_back(ready: Service) -> None:
    question = a_question(sure_question("kids-id"))
    advice = ready.assistant.advise(question)
    assert (advice.reply, advice.kept_back) == (ready.assistant.answer(question), None)
