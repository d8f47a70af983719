"""Options are told apart by one question, where they differ in one thing."""

from __future__ import annotations

import pytest

from assistant.answering.asking import question_between
from assistant.answering.draft import Candidate
from assistant.messages import text
from knowledge.language import LANGUAGES
from knowledge.services import SectionKind
from tests.assistant.building import a_candidate, a_page, a_section


def titled(title: str, condition: str = "U woont hier.", **fields: object) -> Candidate:
    condition_section = a_section(SectionKind.CONDITION, condition)
    return a_candidate(a_page(condition_section, source_id=title, title={"nl": title}, **fields))


SIBLINGS = [
    titled("Een diploma hoger onderwijs halen met een examencontract"),
    titled("Een diploma hoger onderwijs halen met een diplomacontract"),
]
BUY, RENT = titled("Woning kopen"), titled("Woning huren")


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ([BUY, RENT], "ask.trade"),
        ([titled("EPC voor een woning"), titled("EPC voor een kantoor")], "ask.building"),
        ([titled("Kaart", "U bent jonger dan 12 jaar."), titled("Pas", "U bent minstens 12 jaar.")], "ask.age"),
        ([titled("Steun", audience=("Burger",)), titled("Hulp", audience=("Onderneming",))], "ask.audience"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_siblings_differ_in_is_asked(options: list[Candidate], key: str, language: str) -> None:
    assert question_between(options, language) == text(key, language)


def test_where_only_some_words_of_the_titles_differ_these_are_asked_for() -> None:
    asked = question_between(SIBLINGS, "nl")
    assert asked == "Gaat het over examencontract of diplomacontract?"


@pytest.mark.parametrize(
    "options",
    [[], [BUY], [BUY, titled("Hond")], [BUY, BUY], [BUY, RENT, titled("Woning kopen met korting")]],
    ids=["none", "one", "strangers", "the same", "two alike"],
)
def test_what_one_question_does_not_tell_apart_is_not_asked(options: list[Candidate]) -> None:
    assert question_between(options, "nl") == ""
