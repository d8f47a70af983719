"""Words that name a subject: what of them a page is called, and what it speaks of."""

from __future__ import annotations

from assistant.answering.naming import own_words, parts_covered
from assistant.answering.signals import signals
from knowledge.services import SectionKind
from tests.assistant.building import a_candidate, a_draft, a_page, a_section

PASSPORT = a_candidate(
    a_page(a_section(SectionKind.DESCRIPTION, "U vraagt het aan bij de gemeente."), title={"nl": "Paspoort aanvragen"})
)


def test_persons_places_and_numbers_name_no_subject() -> None:
    assert own_words("een paspoort voor mijn dochter van 14 in Gent", "nl") == {"paspoort"}


def test_what_a_page_is_called_and_what_it_speaks_of_are_told_apart() -> None:
    assert parts_covered(PASSPORT, own_words("paspoort", "nl")) == (1.0, 1.0)
    assert parts_covered(PASSPORT, own_words("paspoort gemeentehuis", "nl")) == (0.5, 1.0)
    assert parts_covered(PASSPORT, own_words("diplomatiek paspoort", "nl")) == (0.5, 0.5)


def test_a_near_miss_shows_in_the_signals() -> None:
    near, meant = (signals(a_draft(text, candidates=(PASSPORT,))) for text in ("diplomatiek paspoort", "paspoort"))
    assert (near["whole"], meant["whole"]) == (0.0, 1.0)
    assert near["off"] > meant["off"] == 0
