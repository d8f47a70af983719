"""Step language: declared, else the one the question is written in, else the site's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answering.language import LanguageStep
from knowledge.language import LANGUAGES, ChatIdentifier
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


def test_a_doubtful_guess_keeps_the_language_of_the_site() -> None:
    assert LanguageStep(Saying(fr=0.5, de=0.4))(a_draft("deux mots")).language == "nl"


def test_nothing_to_judge_by_keeps_the_language_of_the_site() -> None:
    assert LanguageStep(Saying())(a_draft("123 456 789")).language == "nl"


def test_a_language_that_the_site_does_not_offer_becomes_the_sites_own() -> None:
    french = replace(SITE, languages=("nl", "fr"), default_language="fr")
    step = LanguageStep(Saying(de=1.0))
    assert step(a_draft(question=a_question("zwei Wörter", site=french))).language == "fr"
    assert step(a_draft(question=a_question("zwei Wörter", site=french, language="de"))).language == "fr"
