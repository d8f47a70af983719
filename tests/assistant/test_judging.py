"""Judging: an answer is right if its service, its facts, every condition of its page and every source are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answering.compose import compose
from assistant.answering.enrich import enrich
from assistant.answering.judging import Gold, Verdict, binding, judge
from assistant.domain.reply import Answer
from knowledge.pages import Page
from knowledge.services import SectionKind
from tests.assistant.building import a_candidate, a_draft, a_page, a_section

CONDITION = "U komt alleen in aanmerking als u in Vlaanderen woont."
HIDDEN = "De premie is niet cumuleerbaar, tenzij u verbouwt."
PAGE = a_page(
    a_section(SectionKind.DESCRIPTION, "U krijgt bijstand van uw gemeente.", HIDDEN),
    a_section(SectionKind.CONDITION, CONDITION, "U bent meerderjarig."),
    a_section(SectionKind.COST, "De aanvraag kost 15 euro."),
)
GOLD = Gold(frozenset({"bijstand"}), ("15 euro",))


def answered(page: Page = PAGE) -> Answer:
    return enrich(compose(a_draft("wat kost bijstand", candidates=(a_candidate(page),))))


def judged(answer: Answer, gold: Gold = GOLD, page: Page = PAGE) -> Verdict:
    return judge(answer, gold, {page.page_id: page})


def test_an_answer_with_its_facts_and_all_conditions_is_right() -> None:
    assert judged(answered()) == Verdict(service=True)
    assert judged(answered()).right


def test_a_fact_is_told_whatever_its_capitals_and_spaces() -> None:
    assert judged(answered(), replace(GOLD, facts=("15  EURO",))).right


@pytest.mark.parametrize("services", [frozenset({"andere"}), frozenset()])
def test_another_service_is_wrong(services: frozenset[str]) -> None:
    assert not judged(answered(), replace(GOLD, services=services)).right


def test_a_fact_that_is_not_told_makes_it_wrong() -> None:
    verdict = judged(answered(), replace(GOLD, facts=("15 euro", "20 euro")))
    assert (verdict.facts, verdict.right) == (("20 euro",), False)


@pytest.mark.parametrize("sentence", [CONDITION, HIDDEN])
def test_a_condition_that_is_left_out_makes_it_wrong_wherever_it_stands(sentence: str) -> None:
    whole = answered()
    assert sentence in binding(PAGE, "nl")
    cut = replace(whole, statements=tuple(one for one in whole.statements if one.text != sentence))
    assert judged(cut).conditions == (sentence,)


def test_a_sentence_that_is_not_in_its_source_makes_it_wrong() -> None:
    whole = answered()
    first, *others = whole.statements
    altered = replace(whole, statements=(replace(first, text="U krijgt 1000 euro."), *others))
    assert judged(altered).unsupported == ("U krijgt 1000 euro.",)


def test_a_source_that_the_page_does_not_have_proves_nothing() -> None:
    whole = answered()
    first, *others = whole.citations
    invented = "U krijgt 1000 euro."
    altered = replace(
        whole,
        citations=(replace(first, quote=invented), *others),
        statements=tuple(
            replace(one, text=invented) if one.citations == (0,) and number == 0 else one
            for number, one in enumerate(whole.statements)
        ),
    )
    assert invented in judged(altered).unsupported
