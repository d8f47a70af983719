"""The counter of an answer: that of the municipality a citizen names or gave, never a guessed one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.answering.compose import compose
from assistant.answering.enrich import EnrichStep
from assistant.domain.reply import Answer
from assistant.messages import text
from assistant.sites import load_sites
from knowledge.counters import CounterDirectory, load_counters
from knowledge.language import LANGUAGES
from knowledge.services import SectionKind
from tests.assistant.building import SITE, a_candidate, a_draft, a_page, a_question, a_section

DIRECTORY = load_counters()
SITES = load_sites()
MADE_UP = "Gemeentehuis Demo"


def answered(
    question: str,
    municipality: str | None = None,
    *,
    site: str = "regio",
    language: str = "nl",
    presence: bool = True,
    at: datetime | None = None,
    directory: CounterDirectory = DIRECTORY,
) -> Answer:
    asked = a_question(question, site=SITES[site], municipality=municipality, language=language)
    asked = a_question(question, site=SITES[site], municipality=municipality, language=language, at=at or asked.at)
    page = a_page(a_section(SectionKind.DESCRIPTION, "U gaat langs."), needs_presence=presence)
    draft = compose(a_draft(question=asked, candidates=(a_candidate(page),)))
    return EnrichStep(directory)(draft)


def name_of(answer: Answer) -> str:
    assert answer.counter is not None
    return answer.counter.name


@pytest.mark.parametrize(
    ("question", "municipality", "name"),
    [
        ("kids-id in Gent", None, "Stad Gent"),
        ("carte d'identité à Gand", None, "Stad Gent"),
        ("kids-id", "Gent", "Stad Gent"),
        ("kids-id", "9000", "Stad Gent"),
        ("kids-id", "3720 Kortessem", "Stad Hasselt"),
        ("kids-id in Leuven", "Gent", "Stad Leuven"),
        ("kids-id in Wemmel", None, "Gemeente Wemmel"),
        ("van Gent naar Leuven", "Leuven", "Stad Leuven"),
        ("van Gent naar Leuven", None, MADE_UP),
        ("kids-id in Brasschaat", None, MADE_UP),
        ("kids-id in Oud-Turnhout", None, MADE_UP),
        ("kids-id", "9000 Brugge", MADE_UP),
        ("kids-id", "mijn straat", MADE_UP),
        ("een geel formulier", None, MADE_UP),
        ("kids-id", None, MADE_UP),
    ],
)
def test_the_counter_is_the_own_municipalitys_where_there_is_no_doubt(
    question: str, municipality: str | None, name: str
) -> None:
    assert name_of(answered(question, municipality)) == name


def test_the_routes_keep_the_phone_and_show_the_same_counter_in_the_text() -> None:
    answer = answered("kids-id in Gent")
    assert [(one.type, one.value) for one in answer.contacts] == [
        ("phone", "1700"),
        ("counter", "Botermarkt 1, 9000 Gent"),
    ]
    assert "Botermarkt 1, 9000 Gent" in answer.text
    assert MADE_UP not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_sample_hours_and_the_day_of_known_hours_are_said(language: str) -> None:
    answer = answered("kids-id", "Gent", language=language)
    assert answer.counter is not None
    assert answer.counter.sample
    assert text("contact.sample_hours", language) in answer.counter.hours
    assert text("contact.sample_hours", language) in str(answer.contacts[1].hours)
    assert "2026" in str(answer.contacts[0].hours)


def test_who_need_not_go_anywhere_sees_the_routes_of_the_site() -> None:
    answer = answered("huurpremie in Gent", presence=False)
    assert answer.counter is None
    assert [one.value for one in answer.contacts] == ["1700", SITE.counters[0].address]


def test_without_a_directory_the_site_has_its_own_counter() -> None:
    assert name_of(answered("kids-id in Gent", directory=CounterDirectory())) == MADE_UP


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_old_name_is_answered_with_todays_municipality_and_said(language: str) -> None:
    answer = answered("kids-id", "Kortessem", language=language)
    (notice,) = [one for one in answer.notices if "Kortessem" in one]
    assert "Hasselt" in notice
    assert "2025" in notice
    assert name_of(answer) == "Stad Hasselt"


def test_before_a_merger_the_old_name_needs_no_notice() -> None:
    answer = answered("kids-id in Kortessem", at=datetime(2024, 12, 31, 9, 0, tzinfo=UTC))
    assert not [one for one in answer.notices if "Kortessem" in one]
    assert name_of(answer) == MADE_UP


def test_on_the_site_of_a_municipality_another_one_has_its_own_counter() -> None:
    assert name_of(answered("kids-id", site="gemeente")) == "Stad Mechelen"
    answer = answered("kids-id in Leuven", site="gemeente")
    assert [one.label for one in answer.contacts if "Leuven" in one.label]
    assert name_of(answer) == "Stad Leuven"
