"""A message is read after those before it: what goes on, goes back, is corrected, or is new; nothing else leaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.contextualise import ContextStep
from assistant.answering.draft import Draft
from assistant.answering.following import Tie, Turn, in_context
from assistant.answering.intents import Intent, Wish
from assistant.bootstrap import Service
from assistant.conversations.turns import turn_of
from assistant.domain.reply import Answer, Clarification, ClarificationReason, Escalation, EscalationReason
from knowledge.counters import load_counters
from knowledge.language import LANGUAGES
from tests.assistant.building import MUNICIPAL_ID, MUNICIPAL_QUESTION, a_draft, a_question, sure_question

CARD = Turn("Hoe vraag ik een nieuwe identiteitskaart aan?", "identiteitskaart")
MOVE = Turn("Ik ga verhuizen, hoe geef ik mijn nieuw adres door?", "verhuizen")
STEP = ContextStep(load_counters().places)


def test_a_first_message_stands_alone() -> None:
    found = in_context((), CARD.text, "nl")
    assert (found.text, found.tie) == (CARD.text, Tie.ALONE)


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("nl", "en wat kost dat?"),
        ("nl", "hoe lang duurt dat"),
        ("fr", "et combien ça coûte ?"),
        ("de", "und was kostet das?"),
        ("nl", "wat kost het?"),
        ("en", "and what does it cost?"),
    ],
)
def test_what_asks_for_another_part_stays_on_the_page(language: str, message: str) -> None:
    found = in_context([CARD], message, language)
    assert (found.tie, found.source_id) == (Tie.SAME_PAGE, "identiteitskaart")


def test_what_adds_somebody_is_looked_for_with_the_subject() -> None:
    found = in_context([CARD], "en voor mijn zoon van 13?", "nl")
    assert found.tie is Tie.GOES_ON
    assert found.source_id is None
    assert CARD.text in found.text
    assert "mijn zoon van 13" in found.text


def test_what_was_not_answered_is_looked_for_again() -> None:
    found = in_context([Turn(CARD.text)], "en wat kost dat?", "nl")
    assert (found.tie, found.source_id) == (Tie.GOES_ON, None)


def test_a_message_that_says_it_all_is_a_new_subject() -> None:
    message = "hoe schrijf ik mijn dochter van drie jaar in voor de kleuterschool"
    found = in_context([CARD], message, "nl")
    assert (found.text, found.tie) == (message, Tie.ALONE)


@pytest.mark.parametrize(
    ("language", "message", "rest"),
    [
        ("nl", "Iets anders: wat kost een bus?", "wat kost een bus"),
        ("nl", "andere vraag, een rijbewijs", "een rijbewijs"),
        ("fr", "autre chose : le permis", "le permis"),
        ("de", "etwas anderes: der Führerschein", "der fuhrerschein"),
        ("en", "another question: a driving licence", "a driving licence"),
        ("uk", "інше питання: права", "права"),
        ("ar", "سؤال آخر: رخصة", "رخصه"),
    ],
)
def test_who_says_so_begins_anew(language: str, message: str, rest: str) -> None:
    found = in_context([CARD], message, language)
    assert found.tie is Tie.ALONE
    assert found.text.replace("ة", "ه") == rest


@pytest.mark.parametrize(
    ("message", "source_id"),
    [
        ("terug naar mijn eerste vraag", "identiteitskaart"),
        ("even terug naar die kaart, wat kost die?", "identiteitskaart"),
        ("terug naar het verhuizen", "verhuizen"),
        ("terug naar mijn vorige vraag", "verhuizen"),
    ],
)
def test_who_goes_back_is_where_they_were(message: str, source_id: str) -> None:
    third = Turn("hoe schrijf ik mijn dochter van drie jaar in voor de kleuterschool", "inschrijven-school")
    found = in_context([CARD, MOVE, third], message, "nl")
    assert (found.tie, found.source_id) == (Tie.BACK, source_id)
    assert "kleuterschool" not in found.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_goes_back_and_begins_anew(language: str) -> None:
    back = {
        "nl": "terug naar de eerste vraag",
        "fr": "revenons à la première question",
        "de": "zurück zur ersten Frage",
        "en": "back to the first question",
        "tr": "ilk soruma dönelim",
        "ar": "أعود للسؤال الأول",
        "uk": "повернуся до першого",
        "pl": "wracam do pierwszego",
        "ro": "înapoi la prima întrebare",
        "es": "vuelvo a lo primero",
    }
    assert in_context([CARD, MOVE], back[language], language).tie is Tie.BACK


def test_a_correction_looks_elsewhere() -> None:
    found = in_context([CARD], "nee, ik bedoel het internationaal paspoort", "nl")
    assert (found.tie, found.refused) == (Tie.CORRECTED, "identiteitskaart")
    assert "identiteitskaart" not in found.text


def test_what_goes_on_goes_on_from_the_last_subject() -> None:
    found = in_context([CARD, Turn("en voor mijn zoon?", "kids-id")], "wat kost dat?", "nl")
    assert (found.tie, found.source_id) == (Tie.SAME_PAGE, "kids-id")


@given(st.lists(st.text(max_size=60), max_size=5), st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_whatever_is_said_something_is_looked_for(before: list[str], message: str, language: str) -> None:
    found = in_context([Turn(text) for text in before], message, language)
    assert found.text or not message
    assert found.refused is None


@given(st.lists(st.sampled_from(["kerkhof", "viskaart", "zwembad"]), min_size=1, max_size=4))
def test_nothing_of_an_ended_subject_leaks(words: list[str]) -> None:
    before = [Turn(f"hoe vraag ik een {word} aan voor mijn oude zieke buurman in Gent", word) for word in words]
    found = in_context([*before, CARD], "en wat kost dat?", "nl")
    assert found.source_id == "identiteitskaart"
    assert not any(word in found.text for word in words)


def told(*history: Turn, text: str, **changes: object) -> Draft:
    return STEP(a_draft(text, question=a_question(text, history=history), **changes))


def test_a_place_that_was_asked_for_completes_the_question() -> None:
    asked = Turn("waar kan ik een compostvat kopen", asked_place=True)
    draft = told(asked, text="in Gent")
    assert (draft.question.municipality, draft.subject) == ("Gent", asked.text)
    later = told(
        asked, Turn("in Gent", "compostvat"), text="hoe schrijf ik mijn dochter van drie jaar in voor de kleuterschool"
    )
    assert (later.question.municipality, later.subject) == ("Gent", later.text)


def test_no_place_is_made_of_a_new_question() -> None:
    asked = Turn("waar kan ik een compostvat kopen", asked_place=True)
    draft = told(asked, text="hoe schrijf ik mijn dochter van drie jaar in voor de kleuterschool in september")
    assert draft.question.municipality is None


def test_what_seemed_vague_is_not_after_a_subject() -> None:
    draft = told(CARD, text="en wat kost dat?", wish=Wish(Intent.VAGUE, 0.5))
    assert (draft.wish, draft.question.source_id) == (None, "identiteitskaart")


def test_the_next_question_stays_on_the_page_that_was_answered_from(ready: Service) -> None:
    first = ready.assistant.answer(a_question(sure_question("kids-id")))
    assert isinstance(first, Answer)
    turn = turn_of(first.masked_text, first)
    assert turn is not None
    second = ready.assistant.answer(a_question("en wat kost dat?", history=(turn,)))
    assert isinstance(second, Answer)
    assert {one.source_id for one in second.citations} == {turn.source_id}
    assert "cost" in [statement.kind.value for statement in second.statements]


@pytest.mark.parametrize(
    ("message", "source_id"),
    [("mijn rijbewijs vervangen", "rijbewijs-omwisselen"), ("ik verhuis naar een andere gemeente", "verhuizen")],
)
def test_words_that_name_another_page_are_not_answered_from_the_one_before(
    ready: Service, message: str, source_id: str
) -> None:
    first = ready.assistant.answer(a_question(sure_question("kids-id")))
    turn = turn_of(first.masked_text, first)
    assert turn is not None
    assert turn.source_id == "kids-id"
    second = ready.assistant.answer(a_question(message, history=(turn,)))
    found = (
        second.citations if isinstance(second, Answer) else second.options if isinstance(second, Clarification) else ()
    )
    assert source_id in {one.source_id for one in found}
    assert not (isinstance(second, Answer) and {one.source_id for one in second.citations} == {"kids-id"})


def test_after_two_replies_that_were_no_answer_comes_a_person(ready: Service) -> None:
    vague = "iets met een kaart"
    asked = [Turn(vague, missed=True), Turn(f"{vague} of zo", missed=True)]
    first, third = (ready.assistant.answer(a_question(vague, history=tuple(asked[:count]))) for count in (0, 2))
    assert isinstance(first, Clarification)
    assert isinstance(third, Escalation)
    assert third.reason is EscalationReason.REPEATED_FAILURE
    assert [contact.type for contact in third.contacts] == ["phone", "counter"]


def test_a_place_is_asked_once_and_kept(ready: Service) -> None:
    first = ready.assistant.answer(a_question(MUNICIPAL_QUESTION))
    assert isinstance(first, Clarification)
    assert first.reason is ClarificationReason.MUNICIPALITY_NEEDED
    turn = turn_of(first.masked_text, first)
    assert turn is not None
    second = ready.assistant.answer(a_question("Demostad", history=(turn,)))
    assert not (isinstance(second, Clarification) and second.reason is ClarificationReason.MUNICIPALITY_NEEDED)
    offered = {one.source_id for one in (second.citations if isinstance(second, Answer) else second.options)}
    assert MUNICIPAL_ID in offered
