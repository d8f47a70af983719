"""A reply as JSON: every key of the interface, for each of the four kinds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.bootstrap import Service
from assistant.domain.reply_json import to_json
from tests.assistant.building import MUNICIPAL_QUESTION, a_question, sure_question

KEYS: dict[str, Any] = {
    "kind": str,
    "reason": (str, type(None)),
    "language": str,
    "text": str,
    "statements": list,
    "citations": list,
    "confidence": (float, type(None)),
    "completeness": (str, type(None)),
    "missing": list,
    "valid_on": (str, type(None)),
    "updated_on": (str, type(None)),
    "authority": (dict, type(None)),
    "needs_presence": bool,
    "counter": (dict, type(None)),
    "options": list,
    "contacts": list,
    "related": list,
    "masked_text": str,
}
STATEMENT = {"text", "kind", "language", "translated", "citations"}
CITATION = {"source_id", "page_id", "revision", "title", "url", "language", "quote"}
OPTION = {"id", "label", "summary", "authority", "source_id"}
CONTACT = {"type", "label", "value", "hours", "open_now"}
QUESTIONS = {
    "answer": sure_question("kids-id"),
    "clarification": MUNICIPAL_QUESTION,
    "signpost": "hij ademt niet meer",
    "escalation": "ik wil een mens spreken",
}


def replied(service: Service, kind: str) -> dict[str, Any]:
    reply = to_json(service.assistant.answer(a_question(QUESTIONS[kind])))
    assert reply["kind"] == kind
    return reply


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_key_is_present_with_its_type_in_every_kind_of_reply(ready: Service, kind: str) -> None:
    reply = replied(ready, kind)
    wrong = {key: reply.get(key, "absent") for key, known in KEYS.items() if not isinstance(reply.get(key, ...), known)}
    assert wrong == {}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_reply_is_json_and_survives_it(ready: Service, kind: str) -> None:
    reply = replied(ready, kind)
    assert json.loads(json.dumps(reply, ensure_ascii=False)) == json.loads(json.dumps(reply))


@pytest.mark.parametrize("kind", QUESTIONS)
def test_only_an_answer_has_no_reason(ready: Service, kind: str) -> None:
    assert (replied(ready, kind)["reason"] is None) == (kind == "answer")


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_reply_shows_phone_and_counter_with_all_keys_of_a_contact(ready: Service, kind: str) -> None:
    contacts = replied(ready, kind)["contacts"]
    assert {"phone", "counter"} <= {contact["type"] for contact in contacts}
    assert all(set(contact) >= CONTACT for contact in contacts)


def test_an_answer_carries_its_statements_citations_and_dates(ready: Service) -> None:
    reply = replied(ready, "answer")
    assert all(set(one) >= STATEMENT for one in reply["statements"])
    assert all(set(one) >= CITATION for one in reply["citations"])
    numbers = {number for one in reply["statements"] for number in one["citations"]}
    assert numbers == set(range(len(reply["citations"])))
    assert (reply["completeness"], reply["valid_on"]) == ("full", "2026-11-23")
    assert set(reply["authority"]) >= {"name", "level"}


def test_a_clarification_offers_options_that_can_be_taken(ready: Service) -> None:
    options = replied(ready, "clarification")["options"]
    assert all(set(option) >= OPTION for option in options)
    taken = ready.assistant.answer(a_question(options[0]["label"], source_id=options[0]["source_id"]))
    assert to_json(taken)["kind"] == "answer"


def test_confidence_is_rounded_to_four_digits(ready: Service) -> None:
    assert len(str(replied(ready, "answer")["confidence"]).partition(".")[2]) <= 4
