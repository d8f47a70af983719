"""Step intent: the wish for a person, and small talk, need no search."""

from __future__ import annotations

import pytest

from assistant.answering.cues import cues
from assistant.answering.draft import Draft
from assistant.answering.intent import intent
from assistant.domain.reply import Escalation, EscalationReason, Signpost
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import a_draft, a_question

WISHES = {
    "nl": ["mens", "Ik wil een mens spreken.", "kan ik met iemand praten?", "ik wil bellen", "bel mij terug, bel me"],
    "fr": ["un humain", "Je veux parler à quelqu’un", "je veux parler à un collaborateur", "rappelez-moi"],
    "de": ["ein Mensch", "Ich möchte mit einem Menschen sprechen", "Rufen Sie mich an", "ich will anrufen"],
    "en": ["human", "I want to talk to a human", "can I speak with someone?", "call me back", "agent"],
    "tr": ["Bir insanla konuşmak istiyorum", "yetkili ile görüşmek istiyorum"],
    "ar": ["أريد التحدث مع شخص", "أريد موظف"],
    "uk": ["Хочу поговорити з людиною", "оператор"],
    "pl": ["Chcę porozmawiać z człowiekiem", "rozmowa z konsultantem"],
    "ro": ["Vreau să vorbesc cu un om", "Vreau să vorbesc cu o persoană"],
    "es": ["Quiero hablar con una persona", "hablar con un agente"],
}
SMALL_TALK = {
    "greeting": ["hallo", "Goeiedag!", "Bonjour", "Guten Tag", "hello", "merhaba", "مرحبا", "привіт", "dzień dobry"],
    "thanks": ["bedankt", "Dank u wel!", "merci beaucoup", "danke", "thank you", "gracias", "дякую", "teşekkürler"],
    "about_assistant": ["Ben jij een mens?", "wie ben je", "es-tu un robot ?", "Bist du ein Mensch?", "are you a bot?"],
}


@pytest.mark.parametrize(("language", "words"), [(code, one) for code, many in WISHES.items() for one in many])
def test_who_asks_for_a_person_gets_one_at_the_first_turn(language: str, words: str) -> None:
    reply = intent(a_draft(question=a_question(words, language=language)))
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.ASKED_FOR_PERSON
    assert [contact.type for contact in reply.contacts] == ["phone", "counter"]
    assert reply.language == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["page.person", "page.person_question", "clarification.person"])
def test_the_words_of_our_own_button_for_a_person_are_understood(key: str, language: str) -> None:
    reply = intent(a_draft(text(key, language)))
    assert isinstance(reply, Escalation)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_can_be_searched_and_is_not_heard_where_nothing_is_said(language: str) -> None:
    heard = [(table, name) for table, found in cues(language).items() for name, cue in found.items() if cue.search("")]
    assert not heard


def test_all_languages_of_the_service_have_a_way_to_ask_for_a_person() -> None:
    assert set(WISHES) == set(LANGUAGES)


@pytest.mark.parametrize(("reason", "words"), [(reason, one) for reason, many in SMALL_TALK.items() for one in many])
def test_small_talk_gets_fixed_words_and_the_way_to_a_person(reason: str, words: str) -> None:
    reply = intent(a_draft(words))
    assert isinstance(reply, Signpost)
    assert reply.reason == reason
    assert reply.text == text(f"signpost.{reason}", "nl")
    assert [contact.type for contact in reply.contacts] == ["phone", "counter"]


@pytest.mark.parametrize(
    "words",
    [
        "hallo, wat kost een kids-id?",
        "bedankt, en waar is het loket?",
        "parkeerkaart voor een persoon met een handicap",
        "welke medewerker van de gemeente tekent de akte",
        "carte de stationnement pour une personne handicapée",
        "بطاقة وقوف لشخص معاق",
        "паркувальна картка для людини з інвалідністю",
        "mag een mens zonder papieren trouwen",
    ],
)
def test_a_question_is_not_mistaken_for_small_talk_or_a_wish_for_a_person(words: str) -> None:
    assert isinstance(intent(a_draft(words)), Draft)
