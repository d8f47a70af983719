"""The everyday questions are enough, about services that exist, and not the phrasings in disguise."""

from __future__ import annotations

from collections import Counter, defaultdict
from importlib import resources
from pathlib import Path

import pytest

from eval.retrieval import Query, read_queries
from ingest.sources.sample import read_sample
from knowledge.model.data import in_training_half
from knowledge.pages import PageDraft
from knowledge.text import content_tokens

FOLDER = Path(str(resources.files("eval").joinpath("questions")))
ENOUGH = {"nl": 450, "en": 60, "fr": 60, "de": 60} | dict.fromkeys(("es", "tr", "ar", "uk", "pl", "ro"), 25)


def questions(name: str) -> list[Query]:
    return read_queries([FOLDER / f"{name}.jsonl"])


@pytest.fixture(scope="module")
def sample() -> list[PageDraft]:
    return [draft for draft in read_sample() if isinstance(draft, PageDraft)]


def test_every_language_has_enough_of_them() -> None:
    every = [*questions("sample"), *questions("ipdc")]
    counts = Counter(one.language for one in every)
    assert {code: counts[code] for code in ENOUGH if counts[code] < ENOUGH[code]} == {}
    assert sum(one.language == "nl" for one in questions("sample")) >= 300
    assert len({(one.language, one.text) for one in every}) == len(every)


def test_they_are_about_services_of_the_sample_or_of_the_half_that_is_not_trained_on(sample: list[PageDraft]) -> None:
    known = {draft.service.source_id for draft in sample}
    assert {one.id for one in questions("sample") if not one.relevant <= known} == set()
    assert {one.id for one in questions("ipdc") for product in one.relevant if in_training_half(product)} == set()


def test_none_shares_more_than_sixty_percent_of_its_words_with_a_phrasing(sample: list[PageDraft]) -> None:
    asked: dict[str, list[set[str]]] = defaultdict(list)
    for draft in sample:
        for code, phrasings in draft.service.phrasings.items():
            asked[code] += [set(content_tokens(phrasing, code)) for phrasing in phrasings]
    for one in (*questions("sample"), *questions("ipdc")):
        words = set(content_tokens(one.text, one.language))
        assert words, one.text
        closest = max(len(words & phrasing) / len(words) for phrasing in asked[one.language])
        assert closest <= 0.6, one.text
