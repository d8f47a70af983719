"""The pipeline: any failure of a part ends in a hand-over, and every reply can be explained from its trace."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import pytest

from assistant.answering.draft import Draft
from assistant.answering.pipeline import Step, steps
from assistant.bootstrap import Service
from assistant.domain.reply import Answer, Clarification, Escalation, EscalationReason, Signpost
from knowledge.language import LangdetectIdentifier
from knowledge.pages import PageHeader, PageState
from knowledge.passages import passages
from knowledge.retrieval import Hit, Retrieval
from tests.assistant.building import (
    MUNICIPAL_QUESTION,
    a_question,
    assistant_with,
    filled_home,
    open_home,
    sure_question,
)
from tests.homes import Homes

NAMES = [
    "clean",
    "mask",
    "danger",
    "language",
    "intent",
    "contextualise",
    "split",
    "retrieve",
    "compose",
    "verify",
    "decide",
    "enrich",
]
QUESTION = sure_question("kids-id")


class FailingStep:
    """Fails, and says the citizen's words while doing so, as libraries do."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, draft: Draft) -> NoReturn:
        raise RuntimeError(f"cannot handle {draft.question.text!r}")


class FailingRetriever:
    """Is down."""

    def search(
        self, question: str, language: str, limit: int, at: datetime, *, audience: str = "", variants: bool = False
    ) -> Retrieval:
        raise ConnectionError(f"no answer to {question!r}")


class CarelessRetriever:
    """Finds a page but forgets its score."""

    def search(
        self, question: str, language: str, limit: int, at: datetime, *, audience: str = "", variants: bool = False
    ) -> Retrieval:
        header = PageHeader("sample-kids-id", "kids-id", 1, PageState.PUBLISHED, None, None, (), b"")
        return Retrieval((Hit(header, language, 1.0, 1.0, None, None),), dense=True)  # type: ignore[arg-type]


def real_steps(service: Service) -> tuple[Step, ...]:
    return steps(service.retriever, service.pages, LangdetectIdentifier())


def component_failed(reply: object) -> Escalation:
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.COMPONENT_FAILED
    assert [contact.type for contact in reply.contacts] == ["phone", "counter"]
    assert all(contact.value in reply.text for contact in reply.contacts)
    return reply


def test_the_steps_stand_in_their_order(ready: Service) -> None:
    _, trace = ready.assistant.answer_traced(a_question(QUESTION))
    assert [one.step for one in trace.steps] == NAMES


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_step_that_fails_becomes_a_hand_over(ready: Service, number: int, caplog: pytest.LogCaptureFixture) -> None:
    broken = list(real_steps(ready))
    broken[number] = FailingStep(NAMES[number])
    reply, trace = assistant_with(tuple(broken)).answer_traced(a_question(QUESTION))
    assert component_failed(reply).detail == f"{NAMES[number]}: RuntimeError"
    assert (trace.steps[-1].step, trace.steps[-1].outcome) == (NAMES[number], "escalation")
    assert NAMES[number] in caplog.text
    assert not any(word in caplog.text.lower() for word in ("kids", "aanvragen", "cannot handle"))


@pytest.mark.parametrize("number", [0, 1], ids=NAMES[:2])
def test_words_that_were_not_masked_are_not_shown(ready: Service, number: int) -> None:
    broken = list(real_steps(ready))
    broken[number] = FailingStep(NAMES[number])
    reply = assistant_with(tuple(broken)).answer(a_question("mijn nummer is 93.05.18-223.61"))
    assert component_failed(reply).masked_text == ""
    assert "93.05" not in reply.text


def test_a_search_that_is_down_becomes_a_hand_over(ready: Service, caplog: pytest.LogCaptureFixture) -> None:
    broken = steps(FailingRetriever(), ready.pages, LangdetectIdentifier())
    component_failed(assistant_with(broken).answer(a_question(QUESTION)))
    assert "Kids" not in caplog.text


def test_danger_and_a_person_need_no_search(ready: Service) -> None:
    assistant = assistant_with(steps(FailingRetriever(), ready.pages, LangdetectIdentifier()))
    danger, person = assistant.answer(a_question("hij ademt niet meer")), assistant.answer(a_question("een mens"))
    assert isinstance(danger, Signpost)
    assert danger.contacts[0].value == "112"
    assert isinstance(person, Escalation)
    assert person.reason is EscalationReason.ASKED_FOR_PERSON


def test_a_part_that_returns_nonsense_becomes_a_hand_over(ready: Service) -> None:
    broken = steps(CarelessRetriever(), ready.pages, LangdetectIdentifier())
    component_failed(assistant_with(broken).answer(a_question(QUESTION)))


def test_an_empty_index_hands_over_with_phone_and_counter(service: Service) -> None:
    reply = service.assistant.answer(a_question(QUESTION))
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.NOT_FOUND
    assert [(one.type, one.value) for one in reply.contacts] == [
        ("phone", "1700"),
        ("counter", "Voorbeeldplein 1, 0000 Demo"),
    ]


def test_without_vectors_words_still_answer_and_the_trace_says_so(homes: Homes, home: Path) -> None:
    filled_home(homes, home)
    for folder in home.glob("index/generation-*/*/dense"):
        shutil.rmtree(folder)
    reply, trace = open_home(home).assistant.answer_traced(a_question(QUESTION))
    assert isinstance(reply, Answer | Clarification)
    retrieved = next(one for one in trace.steps if one.step == "retrieve")
    assert retrieved.scores["dense"] is False


def test_the_trace_tells_times_scores_versions_and_what_was_found(ready: Service) -> None:
    reply, trace = ready.assistant.answer_traced(a_question(QUESTION))
    assert isinstance(reply, Answer)
    assert all(one.ms >= 0 for one in trace.steps)
    assert [one.outcome for one in trace.steps] == ["went on"] * (len(NAMES) - 1) + ["answer"]
    assert trace.found[0]["page_id"] == "sample-kids-id"
    assert {"index", "decision", "composer"} <= set(trace.versions)
    json.dumps(asdict(trace))


def test_the_passages_behind_an_answer_are_kept_with_its_trace(ready: Service) -> None:
    reply, trace = ready.assistant.answer_traced(a_question(QUESTION))
    assert isinstance(reply, Answer)
    assert trace.passages == reply.citations


def test_a_reply_that_is_no_answer_has_no_passages_in_its_trace(ready: Service) -> None:
    reply, trace = ready.assistant.answer_traced(a_question(MUNICIPAL_QUESTION))
    assert isinstance(reply, Clarification)
    assert trace.passages == ()
    assert trace.steps[-1].step == "decide"


@pytest.mark.parametrize("asking", ["", "Wat kost het?", "Waar moet ik zijn?", "Wat breng ik mee?", "Comment faire ?"])
def test_every_sentence_of_every_answer_stands_in_its_source(ready: Service, asking: str) -> None:
    found = ready.pages.get(ready.pages.page_ids()).values()
    # The title is asked of every page, the rest of every fourth: to go through all of them takes long.
    for page in list(found)[:: 4 if asking else 1]:
        written = {passage.text for code in page.service.languages for passage in passages(page.service, code)}
        for language in (*page.service.languages, "ar"):
            question = a_question(asking or page.source_id, language=language, source_id=page.source_id)
            answer = ready.assistant.answer(question)
            assert isinstance(answer, Answer), (page.page_id, language, answer)
            for statement in answer.statements:
                quotes = [answer.citations[number].quote for number in statement.citations]
                assert quotes
                assert all(statement.text in quote for quote in quotes)
                assert set(quotes) <= written
