"""Words: what counts as one, what two spellings have in common, and which say nothing about the topic."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language import LANGUAGES
from knowledge.text import content_tokens, fold, stem, stop_words, tokens


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_spellings_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAFÉ", "cafe"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ｐａｓｐｏｏｒｔ", "paspoort"),
        ("oﬃcieel", "officieel"),
        ("ПАСПОРТ", "паспорт"),
        ("Їжак", "їжак"),
        ("جَوَاز", "جواز"),
        ("Ștampilă", "stampila"),
        ("Żółć", "zołc"),
    ],
)
def test_two_spellings_of_a_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Het kost 1.000 euro.", ["het", "kost", "1.000", "euro"]),
        ("o.a. voor e-mail", ["o.a", "voor", "e", "mail"]),
        ("'t Zand, auto's en foto’s", ["t", "zand", "autos", "en", "fotos"]),
        ("Bel 02 553 11 11", ["bel", "02", "553", "11", "11"]),
        ("info@vlaanderen.be", ["info", "vlaanderen.be"]),
        ("snake_case 12/03/2026", ["snake", "case", "12", "03", "2026"]),
        ("Обов'язково й обов’язково", ["обовязково", "и", "обовязково"]),
        ("كم يكلف جواز السفر؟", ["كم", "يكلف", "جواز", "السفر"]),
        ("😀 … €", []),
        ("", []),
    ],
)
def test_words_and_numbers_are_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize("word", ["أريد", "آخر", "سؤال", "إقامة", "عائلة"])
def test_an_arabic_word_with_hamza_is_one_token(word: str) -> None:
    assert len(tokens(word)) == 1


@given(st.text())
def test_tokens_are_folded_words(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)
    for token in tokens(text):
        assert token
        assert token == fold(token)
        assert "'" not in token


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("nl", "Hallo, hoe kan ik een nieuw paspoort aanvragen?", ["nieuw", "paspoort", "aanvragen"]),
        ("fr", "Bonjour, comment renouveler mon passeport svp", ["renouveler", "passeport"]),
        ("de", "Guten Tag, wo kann ich bitte meinen Ausweis verlängern?", ["ausweis", "verlangern"]),
        ("en", "Hi, how do I renew my passport please", ["renew", "passport"]),
        ("uk", "Добрий день, де можна отримати паспорт", ["можна", "отримати", "паспорт"]),
        ("nl", "Geldt dit voor 1 kind of 2 kinderen? x", ["geldt", "1", "kind", "2", "kinderen"]),
        ("xx", "een paspoort", ["een", "paspoort"]),
    ],
)
def test_the_words_around_a_question_are_left_out(language: str, question: str, expected: list[str]) -> None:
    assert content_tokens(question, language) == expected


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "où à s'il plaît"),
        ("de", "können für über möchte"),
        ("tr", "nasıl için lazım lütfen"),
        ("ar", "أين أريد إلى أنا"),
        ("pl", "mogę proszę dziękuję"),
        ("ro", "îmi când mulțumesc"),
        ("es", "cuánto dónde cómo más"),
    ],
)
def test_the_words_around_a_question_are_left_out_as_they_are_spelt(language: str, words: str) -> None:
    assert content_tokens(words, language) == []


def test_a_french_word_behind_an_elided_article_is_the_word_itself() -> None:
    assert content_tokens("l'acte de naissance d’Anna", "fr") == ["acte", "naissance", "anna"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_stop_words_that_can_occur(language: str) -> None:
    words = stop_words(language)
    assert len(words) > 20
    for word in words:
        assert tokens(word) == [word]
        assert content_tokens(word, language) == []


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("nl", "paspoorten", "paspoort"),
        ("nl", "aanvragen", "aanvraag"),
        ("fr", "cartes", "carte"),
        ("de", "ausweise", "ausweis"),
        ("en", "passports", "passport"),
        ("tr", "pasaportlar", "pasaport"),
        ("ar", "المدارس", "مدارس"),
        ("uk", "паспорта", "паспорт"),
        ("pl", "paszportu", "paszport"),
        ("ro", "pasapoartele", "pasapoarte"),
        ("es", "pasaportes", "pasaporte"),
    ],
)
def test_two_forms_of_a_word_share_their_stem(language: str, one: str, other: str) -> None:
    assert stem(fold(one), language) == stem(fold(other), language)


def test_a_language_without_stemmer_keeps_its_words() -> None:
    assert stem("paspoorten", "xx") == "paspoorten"
