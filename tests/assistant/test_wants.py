"""Which part of a page a question asks for, and which sentences tell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.wants import tells, wanted
from knowledge.services import SectionKind

COST, EVIDENCE, DEADLINE = SectionKind.COST, SectionKind.EVIDENCE, SectionKind.DEADLINE
WHERE, CONDITION, STEP = SectionKind.WHERE, SectionKind.CONDITION, SectionKind.STEP


@pytest.mark.parametrize(
    ("kind", "questions"),
    [
        (COST, ["Wat kost een Kids-ID?", "Combien coûte la carte ?", "Was kostet der Ausweis?", "What does it cost?"]),
        (EVIDENCE, ["Wat breng ik mee?", "Que dois-je apporter ?", "Was muss ich mitbringen?", "What must I bring?"]),
        (DEADLINE, ["Binnen hoeveel dagen?", "Quel est le délai ?", "Wie lange dauert es?", "How long does it take?"]),
        (WHERE, ["Waar is het loket?", "Où dois-je aller ?", "Wo ist das?", "Where do I go?"]),
        (CONDITION, ["Heb ik recht op een premie?", "Ai-je droit ?", "Habe ich Anspruch?", "Am I eligible?"]),
        (STEP, ["Hoe vraag ik dat aan?", "Comment faire ?", "Wie beantrage ich das?", "How do I apply?"]),
        (SectionKind.BENEFIT, ["Hoeveel krijg ik?", "Wie viel bekomme ich?", "How much will I get?"]),
        (SectionKind.CONTACT, ["Wat is het telefoonnummer?", "Quel est le numéro ?", "What is the phone number?"]),
        (SectionKind.LEGAL, ["In welke wet staat dat?", "Quelle loi ?", "Welches Gesetz?", "Which law?"]),
    ],
)
def test_a_question_says_which_part_it_is_about_in_four_languages(kind: SectionKind, questions: list[str]) -> None:
    assert [question for question in questions if kind not in wanted(question)] == []


@pytest.mark.parametrize("question", ["Kids-ID", "verhuizen", "parkeerkaart voor mijn moeder", "", "???"])
def test_a_subject_alone_asks_for_the_whole(question: str) -> None:
    assert wanted(question) == ()


def test_how_to_asks_for_the_steps_only_where_nothing_else_is_named() -> None:
    assert wanted("Hoe vraag ik dat aan?") == (STEP,)
    assert wanted("Hoe weet ik wat dat kost?") == (COST,)


def test_a_question_may_name_several_parts() -> None:
    assert set(wanted("Waar moet ik zijn en wat kost het?")) >= {WHERE, COST}


def test_telling_a_new_address_is_not_asking_for_an_address() -> None:
    assert WHERE not in wanted("Hoe geef ik mijn nieuw adres door?")


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("De parkeerkaart is gratis.", COST),
        ("U betaalt € 12.", COST),
        ("Breng uw identiteitskaart mee.", EVIDENCE),
        ("Doe dat binnen 8 werkdagen.", DEADLINE),
        ("Ga naar het loket.", WHERE),
    ],
)
def test_a_sentence_shows_what_it_tells_wherever_it_stands(sentence: str, kind: SectionKind) -> None:
    assert tells(sentence, kind)


def test_a_description_tells_no_part_in_particular() -> None:
    assert not any(tells("Een hond is een dier.", kind) for kind in SectionKind)


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    assert set(wanted(text)) <= set(SectionKind)
