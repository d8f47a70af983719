"""Words beside the point: the share of questions that they lead elsewhere."""

from __future__ import annotations

import pytest

from eval.incidental import LANGUAGES, WAYS, changed, everyday, remarks


def first(text: str) -> str:
    return "bank" if "bank" in text else "afval" if "afval" in text else "paspoort"


def test_what_leads_to_another_service_is_counted_and_the_rest_is_not() -> None:
    asked = ["wanneer haalt u afval op?", "ik wil een paspoort"]
    assert changed(first, asked, ["{} bij de bank"]) == 1.0
    assert changed(first, asked, ["{} dank u"]) == 0.0


def test_questions_take_the_remarks_in_turn() -> None:
    asked = ["wanneer haalt u afval op?", "ik wil een paspoort", "waar breng ik afval", "mijn paspoort is weg"]
    assert changed(first, asked, ["{} dank u", "ik zit bij de bank {}"]) == 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_remarks_and_questions_in_each_language_and_a_remark_keeps_its_question(language: str) -> None:
    assert len(remarks(language)) >= 30
    assert all(way.format("x y z").count("x y z") == 1 for way in (*remarks(language), *WAYS.values()))
    assert {query.language for query in everyday(language)} == {language}
