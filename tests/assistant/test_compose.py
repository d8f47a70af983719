"""Step compose: the page's own sentences: what was asked for first, and every condition and exception always."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.compose import compose
from assistant.answering.draft import Composed
from assistant.bootstrap import Service
from assistant.domain.reply import StatementKind
from knowledge.pages import Page
from knowledge.services import SectionKind
from tests.assistant.building import a_candidate, a_draft, a_page, a_section, composed_of

ASKING = {
    SectionKind.COST: "Wat kost het?",
    SectionKind.EVIDENCE: "Wat breng ik mee?",
    SectionKind.DEADLINE: "Binnen welke termijn?",
    SectionKind.WHERE: "Waar is het loket?",
    SectionKind.STEP: "Hoe vraag ik dat aan?",
    SectionKind.CONTACT: "Wat is het telefoonnummer?",
    SectionKind.LEGAL: "In welke wet staat dat?",
}
PAGE = a_page(
    a_section(
        SectionKind.DESCRIPTION, "U krijgt bijstand.", "Bijstand is geld.", "Een hond niet.", "Een kat ook niet."
    ),
    a_section(SectionKind.LEGAL, "Het staat in het decreet van Demostad."),
    a_section(SectionKind.WHERE, "U gaat naar het loket."),
    a_section(SectionKind.COST, "Bijstand is gratis."),
    a_section(SectionKind.EXCEPTION, "Studenten niet.", "Behalve met kinderen.", heading="Uitzonderingen"),
    a_section(SectionKind.CONDITION, "U woont hier.", "U bent meerderjarig.", heading="Voorwaarden"),
    a_section(SectionKind.STEP, "Vraag het formulier.", "Dien het in."),
)


def composed(page: Page, question: str, language: str = "nl") -> Composed:
    return composed_of(compose(a_draft(question, language=language, candidates=(a_candidate(page),))))


def texts(found: Composed, *kinds: StatementKind) -> list[str]:
    return [one.text for one in found.statements if not kinds or one.kind in kinds]


def kinds_in_order(found: Composed) -> list[StatementKind]:
    return list(dict.fromkeys(statement.kind for statement in found.statements))


@pytest.mark.parametrize("question", ["bijstand", *ASKING.values()])
def test_every_condition_and_exception_of_the_page_is_in_every_answer(question: str) -> None:
    found = composed(PAGE, question)
    assert texts(found, StatementKind.CONDITION) == ["U woont hier.", "U bent meerderjarig."]
    assert texts(found, StatementKind.EXCEPTION) == ["Studenten niet.", "Behalve met kinderen."]


@given(st.text(max_size=200))
def test_no_question_can_talk_a_condition_away(question: str) -> None:
    found = texts(composed(PAGE, question))
    assert {"U woont hier.", "U bent meerderjarig.", "Studenten niet.", "Behalve met kinderen."} <= set(found)


def test_no_answer_from_the_sample_pages_leaves_a_condition_out(sample_service: Service) -> None:
    pages = list(sample_service.pages.get(sample_service.pages.page_ids()).values())
    left_out = [
        (page.page_id, language, question, missing)
        for number, question in enumerate(["", *ASKING.values()])
        # Asked for nothing in particular every page must say them all; each other question goes to a part of the pages.
        for page in (pages if not question else pages[number :: len(ASKING)])
        for language in page.service.languages
        if (missing := _binding(page, language) - set(texts(composed(page, question, language))))
    ]
    assert len(pages) >= 60
    assert left_out == []


def _binding(page: Page, language: str) -> set[str]:
    kinds = {SectionKind.CONDITION, SectionKind.EXCEPTION}
    sections = [one for one in page.service.sections if one.language == language and one.kind in kinds]
    return {sentence.text for section in sections for sentence in section.sentences}


@pytest.mark.parametrize(
    ("source_field", "kind"), [("requirement", StatementKind.CONDITION), ("exceptions", StatementKind.EXCEPTION)]
)
def test_what_stands_in_a_field_that_binds_binds_whatever_its_sentences_look_like(
    source_field: str, kind: StatementKind
) -> None:
    page = a_page(
        a_section(SectionKind.DESCRIPTION, "U krijgt bijstand."),
        a_section(SectionKind.DESCRIPTION, "Iedereen.", "Ook wie verhuist.", source_field=source_field),
    )
    assert texts(composed(page, "Wat kost het?"), kind) == ["Iedereen.", "Ook wie verhuist."]


def test_the_whole_stands_in_the_fixed_order_of_an_answer() -> None:
    assert kinds_in_order(composed(PAGE, "bijstand")) == [
        StatementKind.SUMMARY,
        StatementKind.STEP,
        StatementKind.CONDITION,
        StatementKind.EXCEPTION,
        StatementKind.COST,
        StatementKind.WHERE,
    ]


@pytest.mark.parametrize("kind", [SectionKind.COST, SectionKind.WHERE, SectionKind.STEP, SectionKind.LEGAL])
def test_what_was_asked_for_stands_right_after_the_summary(kind: SectionKind) -> None:
    found = kinds_in_order(composed(PAGE, ASKING[kind]))
    assert found == [StatementKind.SUMMARY, StatementKind(kind), StatementKind.CONDITION, StatementKind.EXCEPTION]


def test_sentences_keep_the_order_of_the_page() -> None:
    assert texts(composed(PAGE, "Hoe vraag ik dat aan?"), StatementKind.STEP) == [
        "Vraag het formulier.",
        "Dien het in.",
    ]


def test_a_long_description_is_cut_to_its_opening_and_what_the_question_shares() -> None:
    summary = texts(composed(PAGE, "is een kat ook bijstand"), StatementKind.SUMMARY)
    assert summary[0] == "U krijgt bijstand."
    assert "Een kat ook niet." in summary
    assert len(summary) == 3


@pytest.mark.parametrize("kind", [SectionKind.EVIDENCE, SectionKind.CONTACT, SectionKind.DEADLINE])
def test_what_the_page_does_not_tell_is_named_as_missing(kind: SectionKind) -> None:
    assert composed(PAGE, ASKING[kind]).missing == (kind,)


@pytest.mark.parametrize("kind", [SectionKind.COST, SectionKind.WHERE, SectionKind.STEP, SectionKind.LEGAL])
def test_what_the_page_tells_is_not_missing(kind: SectionKind) -> None:
    assert composed(PAGE, ASKING[kind]).missing == ()


def test_a_part_without_a_section_of_its_own_is_quoted_from_where_it_stands() -> None:
    page = a_page(
        a_section(SectionKind.DESCRIPTION, *(f"Zin {number} over honden." for number in range(5)), "Dat kost 5 euro.")
    )
    found = composed(page, "Wat kost het?")
    assert "Dat kost 5 euro." in texts(found)
    assert found.missing == ()


def test_each_statement_cites_the_passage_it_stands_in() -> None:
    found = composed(PAGE, "bijstand")
    for statement in found.statements:
        assert statement.citations
        assert all(statement.text in found.citations[number].quote.split("\n") for number in statement.citations)


def test_a_citation_leads_to_the_source_where_it_has_an_address_and_to_our_copy_where_not() -> None:
    section = a_section(SectionKind.DESCRIPTION, "U krijgt bijstand.")
    known = a_page(section, url="https://example.be/bijstand")
    assert composed(known, "").citations[0].url == "https://example.be/bijstand"
    assert composed(a_page(section), "").citations[0].url == "/pages/test-bijstand?language=nl#p0"


def test_a_page_is_quoted_in_the_askers_language_if_it_has_that_else_in_dutch() -> None:
    page = a_page(
        a_section(SectionKind.DESCRIPTION, "U krijgt bijstand."),
        a_section(SectionKind.DESCRIPTION, "Vous recevez une aide.", language="fr"),
        title={"nl": "Bijstand", "fr": "Aide"},
    )
    assert [(one.text, one.language) for one in composed(page, "", "fr").statements] == [
        ("Vous recevez une aide.", "fr")
    ]
    assert [(one.text, one.language) for one in composed(page, "", "de").statements] == [("U krijgt bijstand.", "nl")]
