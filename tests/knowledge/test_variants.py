"""Near-identical pages: one text of many municipalities is recognised, other pages are not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.services import PublicService
from knowledge.variants import alike, is_variant, sketch
from tests.knowledge.build import PASSPORT, WASTE, service, translated

WORDS = [f"woord{number}" for number in range(60)]


def page(words: Sequence[str]) -> PublicService:
    return service("1", "", " ".join(words))


@given(st.permutations(WORDS))
def test_word_order_does_not_matter(words: list[str]) -> None:
    assert sketch(page(words)) == sketch(page(WORDS))


def test_repeated_words_capitals_and_stop_words_do_not_matter() -> None:
    assert sketch(page([*WORDS, *WORDS])) == sketch(page([word.upper() for word in WORDS] + ["de", "het", "een"]))


@pytest.mark.parametrize("town", ["Gent", "Sint-Niklaas", "De Haan"])
def test_the_name_of_another_town_makes_no_other_text(town: str) -> None:
    assert alike(sketch(page([*WORDS, "Aalst"])), sketch(page([*WORDS, town])))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (service("1", "Paspoort", PASSPORT), service("2", "Afvalkalender", WASTE)),
        (page(WORDS), page(WORDS[:30])),
        (page(WORDS), page([f"ander{number}" for number in range(60)])),
    ],
    ids=["different pages", "half of the words", "no word in common"],
)
def test_different_texts_are_not_alike(one: PublicService, other: PublicService) -> None:
    assert not alike(sketch(one), sketch(other))


def test_pages_without_dutch_words_are_never_alike() -> None:
    empty = sketch(service("1", "Passport", "A passport.", language="en"))
    assert empty == b""
    assert not alike(empty, empty)
    assert not alike(empty, sketch(page(WORDS)))


def test_a_translation_makes_no_other_text() -> None:
    made = service("1", "Paspoort", PASSPORT)
    assert sketch(translated(made, "en", "Passport", "A passport.")) == sketch(made)


def test_a_variant_is_alike_to_any_page_chosen_before() -> None:
    chosen = [sketch(service("1", "Paspoort", PASSPORT)), sketch(page(WORDS))]
    assert is_variant(sketch(page([*WORDS, "Gent"])), chosen)
    assert not is_variant(sketch(service("2", "Afvalkalender", WASTE)), chosen)
    assert not is_variant(sketch(page(WORDS)), [])


@given(st.sets(st.text("abcdefghijk", min_size=3, max_size=8), min_size=1, max_size=40))
def test_every_page_is_alike_to_itself(words: set[str]) -> None:
    made = sketch(page(sorted(words)))
    assert len(made) in {0, 96}
    assert made == b"" or alike(made, made)
