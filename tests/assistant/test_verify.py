"""Step verify: a sentence that does not stand, word for word, in what it cites never reaches a citizen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answering.draft import Composed, Draft
from assistant.answering.verify import verify
from assistant.domain.reply import Citation, Escalation, EscalationReason, Statement, StatementKind
from tests.assistant.building import a_draft, a_page

QUOTE = "De parkeerkaart is gratis.\nDe kaart komt met de post."
CITATION = Citation("parkeerkaart", "test-parkeerkaart", 1, "Parkeerkaart", "/pages/test-parkeerkaart", "nl", QUOTE)


def drafted(*statements: Statement) -> Draft:
    return a_draft(composed=Composed(a_page(), "nl", statements, (CITATION,), ()))


def stated(text: str, *citations: int) -> Statement:
    return Statement(text, StatementKind.COST, "nl", citations)


def refused(draft: Draft) -> Escalation:
    reply = verify(draft)
    assert isinstance(reply, Escalation)
    assert reply.reason is EscalationReason.UNVERIFIED_STATEMENT
    return reply


def test_sentences_of_the_source_go_through() -> None:
    draft = drafted(stated("De parkeerkaart is gratis.", 0), stated("De kaart komt met de post.", 0))
    assert verify(draft) is draft


def test_white_space_does_not_matter() -> None:
    draft = drafted(stated("De parkeerkaart  is\ngratis.", 0))
    assert verify(draft) is draft


@pytest.mark.parametrize(
    "text",
    [
        "De parkeerkaart kost 10 euro.",
        "De parkeerkaart is gratis!",
        "De parkeerkaart is niet gratis.",
        "de parkeerkaart is gratis.",
    ],
)
def test_a_sentence_that_is_not_in_its_quote_is_handed_over(text: str) -> None:
    reply = refused(drafted(stated("De parkeerkaart is gratis.", 0), stated(text, 0)))
    assert text not in reply.text
    assert [contact.type for contact in reply.contacts] == ["phone", "counter"]


@pytest.mark.parametrize("citations", [(), (1,), (7,)])
def test_a_sentence_without_a_citation_that_exists_is_handed_over(citations: tuple[int, ...]) -> None:
    refused(drafted(stated("De parkeerkaart is gratis.", *citations)))


def test_one_good_citation_among_several_is_enough() -> None:
    other = replace(CITATION, quote="Iets anders.")
    composed = Composed(a_page(), "nl", (stated("De parkeerkaart is gratis.", 0, 1),), (other, CITATION), ())
    draft = a_draft(composed=composed)
    assert verify(draft) is draft


def test_an_answer_without_sentences_is_handed_over() -> None:
    refused(drafted())
    refused(a_draft(composed=None))


def test_the_detail_for_staff_names_the_sentence() -> None:
    assert "kost 10 euro" in refused(drafted(stated("De parkeerkaart kost 10 euro.", 0))).detail
