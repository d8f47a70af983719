"""The words of citizens, on each kind of database: what they stand for, longest expression first, changed live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from knowledge.store.terms import Terms
from knowledge.terms import Expansion, Term
from tests.knowledge.build import NOW, PASSPORT, Home, service

PASS = Term("nl", "mijn pas", "identiteitskaart", 0.9)
HOUSE = Term("nl", "klein huis", "tiny house", 0.8)
GRAVE = Term("nl", "mijn huis wordt te klein", "sociale woning", 0.7, "situation")


@pytest.fixture
def terms(desk: Home) -> Terms:
    return desk.terms


def officials(terms: Terms, question: str, language: str = "nl") -> list[str]:
    return [" ".join(one.official) for one in terms.expansions(question, language)]


def test_words_in_a_question_stand_for_their_official_term(terms: Terms) -> None:
    terms.replace("sample", [PASS])
    assert terms.expansions("Waar is MIJN PAS gebleven?", "nl") == [
        Expansion(("mijn", "pas"), ("identiteitskaart",), 0.9)
    ]
    assert officials(terms, "de pas van mijn zoon") == []
    assert officials(terms, "mijn pas", "fr") == []
    assert officials(terms, "") == []


def test_an_expression_is_found_in_another_form_of_its_words(terms: Terms) -> None:
    terms.replace("sample", [Term("nl", "brommer", "bromfiets klasse B", 0.9)])
    assert officials(terms, "twee brommers verkopen") == ["bromfiets klasse"]


def test_the_longest_expression_wins(terms: Terms) -> None:
    terms.replace("sample", [GRAVE, Term("nl", "huis", "woning", 0.9), HOUSE])
    assert officials(terms, "help mijn huis wordt te klein") == ["sociale woning"]
    assert officials(terms, "mijn huis") == ["woning"]


def test_of_several_meanings_the_likelier_counts_more(terms: Terms) -> None:
    terms.replace(
        "sample", [Term("nl", "plaat", "nummerplaat", 0.5), Term("nl", "plaat", "inschrijving voertuig", 0.8)]
    )
    found = terms.expansions("nieuwe plaat", "nl")
    assert [(one.official[0], one.weight) for one in found] == [("inschrijving", 0.8), ("nummerplaat", 0.25)]


def test_what_a_source_gives_replaces_what_it_gave_before_and_nothing_else(terms: Terms) -> None:
    assert terms.replace("sample", [PASS, HOUSE]) == (2, 0)
    terms.add(Term("nl", "plakkaat", "nummerplaat", 0.9))
    assert terms.replace("sample", [PASS, HOUSE]) == (0, 0)
    assert terms.replace("sample", [replace(PASS, weight=0.5)]) == (1, 2)
    assert officials(terms, "klein huis") == []
    assert officials(terms, "plakkaat") == ["nummerplaat"]
    assert terms.expansions("mijn pas", "nl")[0].weight == 0.5


def test_the_same_words_twice_are_kept_once(terms: Terms) -> None:
    assert terms.replace("sample", [PASS, PASS, replace(PASS, words="Mijn pas!")]) == (1, 0)


def test_a_term_added_again_is_changed_and_one_removed_is_gone(terms: Terms) -> None:
    terms.add(PASS)
    terms.add(replace(PASS, weight=0.4))
    terms.add(replace(PASS, official="paspoort"))
    assert [one.weight for one in terms.expansions("mijn pas", "nl")] == [0.9, 0.2]
    assert terms.remove("nl", "Mijn passen", "paspoort") == 1
    assert officials(terms, "mijn pas") == ["identiteitskaart"]
    assert (terms.remove("nl", "mijn pas"), terms.remove("nl", "mijn pas")) == (1, 0)


def test_terms_are_listed_by_language_and_text(terms: Terms) -> None:
    terms.replace("sample", [PASS, HOUSE, Term("fr", "impôts", "personenbelasting", 0.9)])
    terms.add(Term("nl", "100% zeker", "attest", 0.9))
    assert [(term.words, origin) for term, origin in terms.listing("nl")] == [
        ("100% zeker", "editor"),
        ("klein huis", "sample"),
        ("mijn pas", "sample"),
    ]
    assert [term.words for term, _ in terms.listing("", "belasting")] == ["impôts"]
    assert [term.words for term, _ in terms.listing("", "%")] == ["100% zeker"]
    assert len(terms.listing("", "", limit=2)) == 2
    assert terms.counts() == {"fr": 1, "nl": 3}


def test_many_terms_are_kept_in_short_transactions(terms: Terms) -> None:
    many = [Term("nl", f"woord{number}", f"term {number}", 0.9) for number in range(1201)]
    assert terms.replace("sample", many) == (1201, 0)
    assert terms.replace("sample", many[:1]) == (0, 1200)
    assert terms.counts() == {"nl": 1}


def test_a_page_is_found_by_words_that_only_stand_for_its_own(desk: Home, open_home: Callable[..., Home]) -> None:
    desk.publish(service("paspoort", "Paspoort", PASSPORT), service("afval", "Afvalkalender", "Wanneer wij ophalen."))
    desk.index.update()
    assert all(hit.share == 0 for hit in desk.retriever.search("vluchtboekje", "nl", 5, NOW).hits)
    open_home().terms.add(Term("nl", "vluchtboekje", "paspoort", 0.9))
    hit = desk.retriever.search("vluchtboekje", "nl", 1, NOW).hits[0]
    assert (hit.header.source_id, hit.share) == ("paspoort", pytest.approx(0.9))
    open_home().terms.add(Term("tr", "gezi defteri", "paspoort", 0.9))
    assert desk.found("gezi defteri", "tr")[0] == "paspoort"
