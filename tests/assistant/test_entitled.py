"""Who asks whether they may have something gets conditions to check and what is likely; never that they may not."""

from __future__ import annotations

import pytest

from assistant.answering.entitled import asks_whether, yes_or_no
from assistant.answering.following import Turn
from assistant.bootstrap import Service
from assistant.domain.reply import Answer
from assistant.messages import text
from knowledge.language import LANGUAGES
from tests.assistant.building import a_question

ASKED = "Heb ik recht op de huursubsidie?"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ASKED),
        ("nl", "kom ik in aanmerking voor de huurpremie"),
        ("nl", "kan ik een sociale woning krijgen?"),
        ("fr", "ai-je droit à l'allocation ?"),
        ("de", "habe ich Anspruch auf Kindergeld?"),
        ("en", "am I entitled to the rent subsidy?"),
        ("tr", "kira yardımı alabilir miyim?"),
        ("ar", "هل يحق لي الحصول على الدعم؟"),
        ("uk", "чи маю я право на допомогу?"),
        ("pl", "czy mam prawo do dodatku?"),
        ("ro", "am dreptul la ajutor?"),
        ("es", "¿tengo derecho a la ayuda?"),
    ],
)
def test_who_asks_for_themselves_is_heard(language: str, words: str) -> None:
    assert asks_whether(words, language)


@pytest.mark.parametrize("words", ["wat kost een paspoort", "hoe vraag ik de huursubsidie aan", "krijg ik het thuis"])
def test_another_question_is_not_taken_for_it(words: str) -> None:
    assert not asks_whether(words, "nl")


def test_a_yes_or_a_no_is_nothing_more() -> None:
    assert [yes_or_no(words, "nl") for words in ("Ja.", "nee", "ja maar wat kost het", "")] == [True, False, None, None]


def asking(service: Service, text: str, *history: Turn) -> Answer:
    source_id = None if history else "huursubsidie"
    reply = service.assistant.answer(a_question(text, history=history, source_id=source_id))
    assert isinstance(reply, Answer)
    return reply


def test_the_conditions_are_asked_three_at_most_and_a_yes_makes_it_likely(ready: Service) -> None:
    first = asking(ready, ASKED)
    told = " ".join(first.notices)
    assert "3. " in told
    assert "4. " not in told
    assert "Wonen in Vlaanderen" in told
    assert [contact.type for contact in first.contacts] == ["phone", "counter"]
    turn = Turn(ASKED, "huursubsidie")
    assert text("entitled.likely", "nl") in asking(ready, "ja", turn).notices
    refused = asking(ready, "nee", turn)
    assert text("entitled.unlikely", "nl") in refused.notices
    assert "geen recht" not in refused.text


def test_a_page_without_conditions_asks_none(ready: Service) -> None:
    found = asking(ready, "Wat is de huursubsidie?")
    assert not any("ja of nee" in notice for notice in found.notices)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_can_say_yes_and_no(language: str) -> None:
    said = {
        "nl": ("ja", "nee"),
        "fr": ("oui", "non"),
        "de": ("ja", "nein"),
        "en": ("yes", "no"),
        "tr": ("evet", "hayır"),
    }
    said |= {"ar": ("نعم", "لا"), "uk": ("так", "ні"), "pl": ("tak", "nie"), "ro": ("da", "nu"), "es": ("sí", "no")}
    assert [yes_or_no(words, language) for words in said[language]] == [True, False]
