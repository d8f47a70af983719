"""Step language: declared, else the one the question is written in, else the site's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.draft import Draft
from assistant.answering.language import LanguageStep, SpokenLanguage
from assistant.domain.reply import Signpost, SignpostReason
from eval.understanding.language import CORE, guesses, read, right
from knowledge.language import LANGUAGES, ChatIdentifier, LangdetectIdentifier
from tests.assistant.building import SITE, a_draft, a_question

DETECTING = LanguageStep(ChatIdentifier())


class Saying:
    """Says what it was told to say."""

    def __init__(self, **probabilities: float) -> None:
        self._probabilities = probabilities

    def probabilities(self, text: str) -> dict[str, float]:
        return self._probabilities


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_declared_language_holds_whatever_the_words(language: str) -> None:
    step = LanguageStep(Saying(nl=1.0))
    assert step(a_draft(question=a_question("een nederlandse vraag", language=language))).language == language


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Hoe vraag ik een nieuwe identiteitskaart aan voor mijn kind?"),
        ("fr", "Comment demander une nouvelle carte d'identité pour mon enfant ?"),
        ("de", "Wie beantrage ich einen neuen Personalausweis für mein Kind?"),
        ("en", "How do I apply for a new identity card for my child?"),
        ("tr", "Çocuğum için yeni bir kimlik kartı nasıl alabilirim?"),
        ("ar", "كيف أحصل على بطاقة هوية جديدة لطفلي؟"),
        ("uk", "Як отримати нове посвідчення особи для моєї дитини?"),
        ("pl", "Jak uzyskać nowy dowód osobisty dla mojego dziecka?"),
        ("ro", "Cum obțin o nouă carte de identitate pentru copilul meu?"),
        ("es", "¿Cómo solicito un nuevo documento de identidad para mi hijo?"),
    ],
)
def test_a_whole_sentence_is_answered_in_its_own_language(language: str, words: str) -> None:
    assert DETECTING(a_draft(words)).language == language


@pytest.mark.parametrize("words", ["ok", "paspoort", "kids-id", "12", "?", ""])
def test_a_word_is_too_little_to_leave_the_language_of_the_site(words: str) -> None:
    assert DETECTING(a_draft(words)).language == "nl"


@pytest.mark.parametrize(
    "words",
    [
        "kids-id aanvragen",
        "premie dakisolatie",
        "nieuwe pas",
        "containerpark openingsuren",
        "compostvat kopen",
        "parkeerkaart aanvragen",
    ],
)
def test_two_dutch_words_as_people_type_them_are_answered_in_dutch(words: str) -> None:
    assert DETECTING(a_draft(words)).language == "nl"


@pytest.mark.parametrize(
    ("words", "language"), [("Ausweis verlängern", "de"), ("bonjour", "fr"), ("дякую", "uk"), ("أهلا", "ar")]
)
def test_one_or_two_words_that_leave_no_doubt_are_answered_in_their_language(words: str, language: str) -> None:
    assert DETECTING(a_draft(words)).language == language


def test_few_words_need_more_certainty_than_many() -> None:
    step = LanguageStep(Saying(fr=0.6, de=0.3))
    assert [step(a_draft(words)).language for words in ("deux mots", "plus de deux mots")] == ["nl", "fr"]


def test_a_doubtful_guess_keeps_the_language_of_the_site() -> None:
    assert LanguageStep(Saying(fr=0.5, de=0.4))(a_draft("deux mots")).language == "nl"


def test_nothing_to_judge_by_keeps_the_language_of_the_site() -> None:
    assert LanguageStep(Saying())(a_draft("123 456 789")).language == "nl"


def test_a_language_that_the_site_does_not_offer_becomes_the_sites_own() -> None:
    french = replace(SITE, languages=("nl", "fr"), default_language="fr")
    step = LanguageStep(Saying(de=1.0))
    assert step(a_draft(question=a_question("zwei Wörter", site=french))).language == "fr"
    assert step(a_draft(question=a_question("zwei Wörter", site=french, language="de"))).language == "fr"


# --- asked for in words

ASKED = [
    ("en", "in English please"),
    ("fr", "kan het in het Frans?"),
    ("en", "Kunt u in het Engels antwoorden, aub?"),
    ("en", "ENGLISH"),
    ("de", "spreekt u Duits"),
    ("en", "pouvez-vous répondre en anglais ?"),
    ("fr", "en français svp"),
    ("nl", "je préfère le néerlandais"),
    ("de", "auf Deutsch bitte"),
    ("tr", "Sprechen Sie Türkisch?"),
    ("ar", "can we switch to Arabic"),
    ("tr", "Türkçe konuşabilir miyiz"),
    ("en", "ingilizce lütfen"),
    ("ar", "هل تتكلم العربية؟"),
    ("en", "بالإنجليزية لو سمحت"),
    ("uk", "по-українськи, будь ласка"),
    ("uk", "можна українською?"),
    ("pl", "czy można po polsku?"),
    ("en", "po angielsku proszę"),
    ("ro", "în română vă rog"),
    ("ro", "se poate in romana?"),
    ("es", "en español por favor"),
    ("es", "¿habla español?"),
]
NOT_ASKED = [
    "ik leer Engels",
    "waar kan ik Nederlands leren?",
    "ik spreek geen Nederlands",
    "attest in het Frans aanvragen",
    "is het rijexamen in het Engels",
    "Can I take the driving test in English?",
    "I don't speak Dutch",
    "je ne parle pas français",
    "Ich lerne Deutsch",
    "in het Frans of in het Engels?",
    "vertaling van het Pools naar het Nederlands",
    "Turkse nationaliteit",
    "araba",
    "can you help me please",
    "",
]


@pytest.mark.parametrize(("language", "words"), ASKED)
def test_a_language_that_is_asked_for_is_spoken_whatever_was_declared(language: str, words: str) -> None:
    for declared in LANGUAGES:
        reply = LanguageStep(Saying(nl=1.0))(a_draft(question=a_question(words, language=declared)))
        assert isinstance(reply, Signpost)
        assert (reply.language, reply.reason) == (language, SignpostReason.GREETING)


@pytest.mark.parametrize("words", NOT_ASKED)
def test_a_language_that_is_only_spoken_of_is_not_asked_for(words: str) -> None:
    step = LanguageStep(Saying(nl=1.0))
    assert step(a_draft(question=a_question(words, language="pl"))).language == "pl"


def test_a_question_with_the_wish_is_answered_in_that_language() -> None:
    draft = DETECTING(a_draft("In English please: hoe vraag ik een Kids-ID aan?"))
    assert (type(draft), draft.language) == (Draft, "en")


def test_a_language_that_the_site_has_not_cannot_be_asked_for() -> None:
    french = replace(SITE, languages=("nl", "fr"), default_language="fr")
    draft = LanguageStep(Saying(fr=1.0))(a_draft(question=a_question("auf Deutsch bitte", site=french)))
    assert (type(draft), draft.language) == (Draft, "fr")


@given(st.text())
def test_whatever_is_written_a_language_of_the_site_is_spoken(words: str) -> None:
    assert DETECTING(a_draft(words)).language in SITE.languages


# --- in a conversation

DUTCH, FRENCH = "waar is het gemeentehuis", "je voudrais parler à quelqu'un"


def test_a_language_is_changed_only_where_both_agree() -> None:
    agree, doubt, oppose = Saying(fr=0.9), Saying(fr=0.6, nl=0.4), Saying(nl=0.9)
    after = [SpokenLanguage(Saying(fr=0.9), one).after("nl", FRENCH, SITE) for one in (agree, doubt, oppose)]
    assert after == ["fr", "nl", "nl"]


@pytest.mark.parametrize("words", ["merci beaucoup", "شكرا", "дякую", "bonjour", "Ausweis verlängern"])
def test_one_or_two_words_change_nothing_in_mid_conversation(words: str) -> None:
    sure = Saying(fr=1.0)
    assert SpokenLanguage(sure, sure).after("nl", words, SITE) == "nl"


class Counting(Saying):
    """Counts how often it was asked."""

    asked = 0

    def probabilities(self, text: str) -> dict[str, float]:
        self.asked += 1
        return super().probabilities(text)


def test_the_slow_identifier_is_asked_only_where_its_vote_can_change_something() -> None:
    second = Counting(fr=0.9)
    french, doubtful, polish = (SpokenLanguage(one, second) for one in (Saying(fr=0.9), Saying(fr=0.6), Saying(pl=0.9)))
    bilingual = replace(SITE, languages=("nl", "fr"))
    assert french.at_first(FRENCH, SITE) == "fr"
    assert french.after("fr", FRENCH, SITE) == "fr"
    assert french.after("nl", "merci beaucoup", SITE) == "nl"
    assert doubtful.after("nl", FRENCH, SITE) == "nl"
    assert polish.after("nl", FRENCH, bilingual) == "nl"
    assert second.asked == 0
    assert (french.after("nl", FRENCH, SITE), second.asked) == ("fr", 1)


# --- the evaluation's own set


def test_the_core_languages_are_told_in_short_lines() -> None:
    guess = guesses()["first message"]
    lines = read()
    core = [right(language, guess(words)) for language, words in lines if language in CORE]
    assert len(lines) >= 400
    assert len({language for language, _ in lines}) == 13
    assert sum(core) / len(core) >= 0.98


def test_no_line_makes_a_conversation_leave_its_own_language() -> None:
    rule = SpokenLanguage(ChatIdentifier(), LangdetectIdentifier())
    lines = [(language, words) for language, words in read() if language in LANGUAGES]
    assert [words for language, words in lines if rule.after(language, words, SITE) != language] == []
