"""Several questions in one message: told apart, answered one by one in one reply, and one question is left whole."""

from __future__ import annotations

import random

import pytest

from assistant.answering.parts import parts
from assistant.bootstrap import Service
from assistant.domain.reply import Answer, Clarification, Escalation
from eval.understanding.ordinary import phrasings, questions, swallowed
from tests.assistant.building import a_question, sure_question

BOTH = f"{sure_question('kids-id')}? Nederlands leren?"


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        (
            "nl",
            "hoe vraag ik een rijbewijs aan en wat kost een paspoort",
            ["hoe vraag ik een rijbewijs aan", "wat kost een paspoort"],
        ),
        (
            "fr",
            "comment demander un permis de conduire et combien coûte un passeport",
            ["comment demander un permis de conduire", "combien coûte un passeport"],
        ),
        (
            "nl",
            "Ik ga verhuizen. Wie meld ik dat? En waar koop ik vuilniszakken?",
            ["Ik ga verhuizen. Wie meld ik dat?", "En waar koop ik vuilniszakken?"],
        ),
        (
            "en",
            "how do I recycle a fridge? and what do I do about a stolen passport",
            ["and what do I do about a stolen passport", "how do I recycle a fridge?"],
        ),
    ],
)
def test_questions_about_different_things_are_told_apart_the_urgent_one_first(
    language: str, text: str, found: list[str]
) -> None:
    assert parts(text, language) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "wat kost een parkeerkaart en waar moet ik zijn"),
        ("nl", "hoe vraag ik een paspoort aan, en hoelang duurt het?"),
        ("nl", "ik ben verhuisd, wat moet ik doen"),
        ("fr", "comment demander un passeport et combien ça coûte ?"),
        ("de", "Wie beantrage ich einen Pass und was kostet das?"),
        ("en", "what does a passport cost, and when is it ready?"),
        ("it", "quanto costa un passaporto e dove trovo un parcheggio"),
        ("nl", ""),
    ],
)
def test_one_question_is_left_whole(language: str, text: str) -> None:
    assert parts(text, language) == [text]


def test_of_ordinary_questions_few_are_split_and_few_get_no_page() -> None:
    asked = random.Random(9).sample(phrasings() + questions(), 400)  # noqa: S311 - no secret
    assert sum(len(parts(words, language)) > 1 for language, words, _ in asked) <= 4
    # Some of them tell of a fall, a fight or despair: the number first is no harm there.
    assert len(swallowed(asked)) <= 10


def test_every_part_gets_its_answer_with_its_own_sources(ready: Service) -> None:
    reply = ready.assistant.answer(a_question(BOTH))
    assert isinstance(reply, Answer)
    assert [one.source_id for one in reply.citations[:1]] == ["kids-id"]
    assert {one.source_id for one in reply.citations} == {"kids-id", "nederlands-leren"}
    assert all(one.citations and max(one.citations) < len(reply.citations) for one in reply.statements)
    for statement in reply.statements:
        assert any(statement.text in " ".join(reply.citations[number].quote.split()) for number in statement.citations)
    assert reply.masked_text == BOTH


def test_a_part_that_cannot_be_answered_is_named_with_the_way_to_a_person(ready: Service) -> None:
    reply = ready.assistant.answer(a_question(f"{sure_question('kids-id')}? Wat kost xylofoonzwerk quibbel?"))
    assert isinstance(reply, Answer)
    assert reply.completeness == "partial"
    assert "Wat kost xylofoonzwerk quibbel?" in reply.missing
    assert [contact.type for contact in reply.contacts] == ["phone", "counter"]


def test_where_no_part_can_be_answered_nothing_is(ready: Service) -> None:
    reply = ready.assistant.answer(a_question("Wat kost xylofoonzwerk? Waar koop ik een quibbel?"))
    assert isinstance(reply, Clarification | Escalation)
