"""The sample as content: plain Dutch, the same facts in every language, and enough ways in which people ask."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from ingest.report import Refusal
from ingest.sources.sample import content_folder, read_sample, texts_in
from ingest.sources.words import read_words
from knowledge.pages import PageDraft
from knowledge.readability import readability
from knowledge.services import PublicService
from knowledge.terms import Term

FULL = ("fr", "de", "en")
SHORT = ("tr", "ar", "uk", "pl", "ro", "es")


@cache
def services() -> dict[str, PublicService]:
    return {draft.service.source_id: draft.service for draft in read_sample() if isinstance(draft, PageDraft)}


@cache
def words() -> list[Term | Refusal]:
    return list(read_words(content_folder() / "words"))


def figures(service: PublicService, language: str) -> Counter[str]:
    """The numbers and addresses in the text of a page in one language."""
    text = " ".join(
        sentence.text for part in service.sections if part.language == language for sentence in part.sentences
    )
    return Counter(re.findall(r"https?://[^\s)»”]+[\w/]|\d+(?:[.,/ -]\d+)*", text))


def test_every_page_can_be_read() -> None:
    assert [one for one in read_sample() if not isinstance(one, PageDraft)] == []
    assert len(services()) >= 60


@pytest.mark.parametrize("slug", sorted(services()))
def test_dutch_is_plain(slug: str) -> None:
    service = services()[slug]
    parts = [part for part in service.sections if part.language == "nl"]
    found = readability([sentence.text for part in parts for sentence in part.sentences])
    assert found.mean_sentence <= 14
    assert found.flesch_douma >= 60


@pytest.mark.parametrize("slug", sorted(services()))
def test_a_page_says_the_same_figures_in_french_german_and_english(slug: str) -> None:
    service = services()[slug]
    assert set(FULL) <= set(service.languages)
    assert {language: figures(service, language) for language in FULL} == dict.fromkeys(FULL, figures(service, "nl"))


def test_short_versions_say_no_figure_that_the_dutch_page_does_not() -> None:
    for slug, service in services().items():
        dutch = set(figures(service, "nl"))
        extra = {
            language: set(figures(service, language)) - dutch for language in SHORT if language in service.languages
        }
        assert not any(extra.values()), (slug, extra)
    counts = Counter(language for service in services().values() for language in service.languages)
    assert all(counts[language] >= 20 for language in SHORT), counts


@pytest.mark.parametrize("slug", sorted(services()))
def test_a_page_knows_how_people_ask_for_it(slug: str) -> None:
    asked = services()[slug].phrasings
    assert len(asked["nl"]) >= 6
    assert all(len(asked[language]) >= 3 for language in FULL)
    assert all(len(asked[language]) >= 2 for language in SHORT if language in services()[slug].languages)


def test_no_two_pages_are_asked_for_in_the_same_words() -> None:
    asked = Counter(one for service in services().values() for found in service.phrasings.values() for one in found)
    assert [one for one, count in asked.items() if count > 1] == []


def test_a_page_is_marked_as_a_sample_and_says_what_its_facts_stand_on() -> None:
    assert all(service.sample and service.extra.get("certainty") in {"A", "B", "C"} for service in services().values())
    assert all(service.checked_on and service.review_by for service in services().values())


def test_every_word_list_can_be_read_and_is_large_enough() -> None:
    assert [one for one in words() if isinstance(one, Refusal)] == []
    terms = [one for one in words() if isinstance(one, Term)]
    assert sum(term.language == "nl" and term.kind in {"noun", "verb", "phrase", "situation"} for term in terms) >= 1500
    assert sum(term.kind == "situation" for term in terms) >= 350
    assert len(Counter(term.language for term in terms)) == 10
    assert len(list((content_folder() / "words" / "terms").glob("*.toml"))) >= 20


def test_pages_are_read_from_files_as_they_lie_in_the_folder() -> None:
    assert set(texts_in(content_folder())) >= {"kids-id.nl.md", "README.md"}
