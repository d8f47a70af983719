"""Ages: those a citizen says and those a page is for are heard; nobody is answered from a page that is not for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.ages import Ages, ages_in, ages_of, is_for_other_ages
from assistant.bootstrap import Service
from assistant.conversations.turns import turn_of
from assistant.domain.reply import Answer, Clarification
from knowledge.language import LANGUAGES
from knowledge.services import SectionKind
from tests.assistant.building import a_page, a_question, a_section, sure_question


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "en voor mijn dochter van 14?"),
        ("nl", "ik ben 14 jaar"),
        ("fr", "et pour mon fils de 14 ans ?"),
        ("de", "und für meine Tochter von 14?"),
        ("en", "and for my 14-year-old?"),
        ("tr", "oğlum 14 yaşında"),
        ("ar", "ابنتي عمرها 14 سنة"),
        ("uk", "моєму сину 14 років"),
        ("pl", "mój syn ma 14 lat"),
        ("ro", "fiica mea de 14 ani"),
        ("es", "mi hija de 14 años"),
    ],
)
def test_an_age_is_heard_in_every_language(language: str, words: str) -> None:
    assert ages_in(words, language) == (14,)


@pytest.mark.parametrize("words", ["ik sta 4 jaar op de wachtlijst", "een kaart van 20 euro", "binnen 10 dagen"])
def test_what_is_no_age_is_not_taken_for_one(words: str) -> None:
    assert ages_in(words, "nl") == ()


@given(st.text(), st.sampled_from(LANGUAGES))
def test_whatever_is_said_ages_are_those_of_people(words: str, language: str) -> None:
    assert all(0 <= age <= 120 for age in ages_in(words, language))


@pytest.mark.parametrize(
    ("sentence", "ages"),
    [
        ("Uw kind moet jonger zijn dan 12 jaar.", Ages(high=11)),
        ("U bent minstens 18 jaar.", Ages(low=18)),
        ("U bent 65 jaar of ouder.", Ages(low=65)),
        ("De woning is minstens 15 jaar oud.", None),
        ("U staat minstens 4 jaar op de wachtlijst.", None),
    ],
)
def test_a_condition_tells_for_which_ages_a_page_is(sentence: str, ages: Ages | None) -> None:
    assert ages_of(a_page(a_section(SectionKind.CONDITION, sentence)).service) == ages


def test_an_exception_does_not_narrow_a_page() -> None:
    service = a_page(a_section(SectionKind.EXCEPTION, "Een kind jonger dan 12 jaar krijgt een Kids-ID.")).service
    assert ages_of(service) is None
    assert not is_for_other_ages(service, [14])


def test_who_adds_somebody_too_old_is_offered_the_page_for_that_age_first(ready: Service) -> None:
    first = ready.assistant.answer(a_question(sure_question("kids-id")))
    assert isinstance(first, Answer)
    turn = turn_of(first.masked_text, first)
    assert turn is not None
    older = ready.assistant.answer(a_question("en voor mijn dochter van 14?", history=(turn,)))
    assert isinstance(older, Clarification)
    assert [one.source_id for one in older.options][:2] == ["identiteitskaart-aanvragen", "kids-id"]
    assert "14" in older.text.split("\n")[0]
    younger = ready.assistant.answer(a_question("en voor mijn dochter van 8?", history=(turn,)))
    assert isinstance(younger, Answer)
    assert {one.source_id for one in younger.citations} == {"kids-id"}
