"""Words beside the point: the share of questions that they lead elsewhere."""

from __future__ import annotations

from eval.incidental import WAYS, changed, everyday


def test_what_leads_to_another_service_is_counted_and_the_rest_is_not() -> None:
    def first(text: str) -> str:
        return "bank" if "bank" in text else "afval" if "afval" in text else "paspoort"

    asked = ["wanneer haalt u afval op?", "ik wil een paspoort"]
    assert changed(first, asked, {"bank": "{} bij de bank", "dank": "{} dank u"}) == {"bank": 1.0, "dank": 0.0}


def test_every_way_keeps_the_question_and_the_questions_are_dutch() -> None:
    assert all(way.format("x y z").count("x y z") == 1 for way in WAYS.values())
    assert {query.language for query in everyday()} == {"nl"}
