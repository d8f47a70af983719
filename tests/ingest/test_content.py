"""The sample as content: plain Dutch, the same facts in every language, and enough ways in which people ask."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from ingest.content_checks import FULL, check
from ingest.report import RecordError, Refusal
from ingest.sources.journeys import LIFE_EVENTS
from ingest.sources.sample import content_folder, read_sample, texts_in
from ingest.sources.words import read_words
from knowledge.pages import PageDraft
from knowledge.services import AuthorityLevel, JourneyStep, PublicService, SectionKind
from knowledge.terms import Term

SHORT = ("tr", "ar", "uk", "pl", "ro", "es")


@cache
def services() -> dict[str, PublicService]:
    return {draft.service.source_id: draft.service for draft in read_sample() if isinstance(draft, PageDraft)}


@cache
def words() -> list[Term | Refusal]:
    return list(read_words(content_folder() / "words"))


def test_every_page_can_be_read() -> None:
    assert [one for one in read_sample() if not isinstance(one, PageDraft)] == []
    assert len(services()) >= 60


@pytest.mark.parametrize("slug", sorted(services()))
def test_nothing_stands_out_in_a_page(slug: str) -> None:
    assert list(check(services()[slug])) == []
    assert set(services()[slug].languages) >= FULL


def test_twenty_pages_or_more_are_told_in_short_in_six_languages() -> None:
    counts = Counter(language for service in services().values() for language in service.languages)
    assert all(counts[language] >= 20 for language in SHORT), counts


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


OUTSIDE = {
    "nl": "(geen overheid)",
    "fr": "(hors administration)",
    "de": "(keine Behörde)",
    "en": "(not a public body)",
}
JOURNEYS = sorted(slug for slug, service in services().items() if service.life_event)


def test_every_life_event_is_told_once_and_there_are_twenty_report_points() -> None:
    assert sorted(services()[slug].life_event for slug in JOURNEYS) == sorted(LIFE_EVENTS)
    assert all(slug.startswith("gebeurtenis-") for slug in JOURNEYS)
    points = {slug for slug, service in services().items() if service.report_point}
    assert len(points) >= 20
    assert points == {slug for slug in services() if slug.startswith("meldpunt-")}


@pytest.mark.parametrize("slug", JOURNEYS)
def test_a_journey_names_the_body_of_each_step_in_every_language(slug: str) -> None:
    service = services()[slug]
    assert len(service.phrasings["nl"]) >= 8
    for language, words in OUTSIDE.items():
        parts = [part for part in service.sections if part.language == language and part.kind is SectionKind.STEP]
        items = [sentence.text for part in parts for sentence in part.sentences]
        assert [words in item for item in items] == [step.outside for step in service.journey], language
        assert all(": " in item for item in items)


@pytest.mark.parametrize("slug", JOURNEYS)
def test_a_journey_goes_over_several_levels_and_actors_beyond_government(slug: str) -> None:
    journey = services()[slug].journey
    assert len({step.level for step in journey}) >= 3
    assert any(step.outside for step in journey)
    assert sum(bool(step.page) for step in journey) >= 5


def test_the_numbers_of_the_netherlands_stand_on_no_page() -> None:
    written = "\n".join(texts_in(content_folder()).values())
    assert re.findall(r"(?<![\d ])113(?![\d ])|0900[- ]?0113|0900[- ]?8844|0800[- ]?2000", written) == []


STEP = '{authority = "Gemeente", level = "local"}'
OUTSIDER = '{authority = "Bank", level = "third_party", outside = true}'


def journey_page(steps: str, event: str = 'life_event = "moving"') -> list[PageDraft | RecordError]:
    front = f'title = "Verhuizen"\n{event}\nsteps = [{steps}]'
    body = "U verhuist.\n\n## Stappen\n\n1. Gemeente: Doe aangifte.\n2. Bank (geen overheid): Bel.\n"
    return list(read_sample({"verhuis.nl.md": f"+++\n{front}\n+++\n{body}"}))


def test_the_steps_of_a_journey_are_read_in_their_order() -> None:
    (draft,) = journey_page('{authority = "Gemeente", level = "local", page = "verhuis"}, ' + OUTSIDER)
    assert isinstance(draft, PageDraft)
    assert draft.service.life_event == "moving"
    assert draft.service.journey == (
        JourneyStep("Gemeente", AuthorityLevel.LOCAL, "verhuis"),
        JourneyStep("Bank", AuthorityLevel.THIRD_PARTY, outside=True),
    )


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (STEP, "There are 1 steps, and 2 items"),
        ('{level = "local"}, ' + OUTSIDER, "Step 1 names no body"),
        (f"{OUTSIDER}, {STEP}", "Step 1 is of Bank, and its item opens otherwise"),
        (f'{STEP}, {{authority = "Bank", level = "maan"}}', "Step 2 has the level 'maan'"),
        (f'{STEP}, {{authority = "Bank", level = "third_party"}}', "Step 2: outside goes with"),
        (f'{STEP}, {{authority = "Bank", level = "third_party", outside = "ja"}}', "Step 2: expected texts"),
        (f'{{authority = "Gemeente", level = "local", page = "weg"}}, {OUTSIDER}', "there is no weg.nl.md"),
        ("", "A page with a life_event has steps"),
    ],
)
def test_a_broken_step_is_named(steps: str, why: str) -> None:
    (error,) = journey_page(steps)
    assert isinstance(error, RecordError)
    assert (error.refusal.record, error.refusal.field) == ("verhuis.nl.md", "steps")
    assert why in error.refusal.why


def test_a_life_event_that_nobody_knows_is_named() -> None:
    (error,) = journey_page(f"{STEP}, {OUTSIDER}", 'life_event = "feest"')
    assert isinstance(error, RecordError)
    assert error.refusal.field == "life_event"
    assert "birth" in error.refusal.why
