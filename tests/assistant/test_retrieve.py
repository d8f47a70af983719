"""Step retrieve: the pages that may answer now, or the page that the citizen chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.answering.draft import Draft
from assistant.answering.retrieve import RetrieveStep
from assistant.bootstrap import Service
from assistant.domain.reply import Escalation, EscalationReason
from knowledge.pages import PageDraft
from tests.assistant.building import MUNICIPAL_ID, a_draft, a_question, municipal_service

PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


def step(service: Service) -> RetrieveStep:
    return RetrieveStep(service.retriever, service.pages)


def chosen(service: Service, source_id: str, at: datetime) -> Draft | Escalation:
    return step(service)(a_draft(question=a_question("kies", source_id=source_id, at=at)))


def test_the_page_of_the_question_stands_first_with_its_text(ready: Service) -> None:
    found = step(ready)(a_draft("Kids-ID aanvragen"))
    assert isinstance(found, Draft)
    assert found.candidates[0].page.source_id == "kids-id"
    assert found.candidates[0].page.service.sections
    assert found.dense


def test_nothing_found_is_handed_over(service: Service) -> None:
    reply = step(service)(a_draft("Kids-ID aanvragen"))
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.NOT_FOUND


def test_an_option_that_was_taken_is_the_only_candidate(ready: Service) -> None:
    found = step(ready)(a_draft(question=a_question("wat dan ook", source_id="parkeerkaart")))
    assert isinstance(found, Draft)
    assert [one.page.source_id for one in found.candidates] == ["parkeerkaart"]
    assert found.confidence == 1.0


def test_an_option_that_does_not_exist_is_handed_over(ready: Service) -> None:
    reply = chosen(ready, "bestaat-niet", PUBLISHED)
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.NOT_FOUND


@pytest.mark.parametrize("field", ["ends", "review_by"])
def test_a_page_past_its_end_or_review_term_is_not_answered_from(service: Service, field: str) -> None:
    end = datetime(2026, 6, 30, 23, 59, tzinfo=UTC)
    change: dict[str, Any] = {field: end if field == "ends" else end.date()}
    service.pages.publish([PageDraft(replace(municipal_service(), **change), "1")], PUBLISHED)
    before, after = datetime(2026, 6, 30, 12, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert isinstance(chosen(service, MUNICIPAL_ID, before), Draft)
    reply = chosen(service, MUNICIPAL_ID, after)
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.SOURCE_OUTDATED


def test_a_withdrawn_page_is_not_answered_from(service: Service) -> None:
    service.pages.publish([PageDraft(municipal_service(), "1")], PUBLISHED)
    service.pages.publish([PageDraft(replace(municipal_service(), archived=True), "2")], PUBLISHED)
    reply = chosen(service, MUNICIPAL_ID, PUBLISHED)
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.SOURCE_OUTDATED
