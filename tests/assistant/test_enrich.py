"""Step enrich: what stands around the sentences: who, when, where, and what the citizen must know about the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from assistant.answering.compose import compose
from assistant.answering.enrich import enrich
from assistant.domain.reply import Answer
from assistant.messages import text
from knowledge.language import LANGUAGES
from knowledge.services import AuthorityLevel, Granting, PolicyStatus, SectionKind
from tests.assistant.building import a_candidate, a_draft, a_page, a_question, a_section

DESCRIPTION = a_section(SectionKind.DESCRIPTION, "U krijgt bijstand.")
FRENCH = a_section(SectionKind.DESCRIPTION, "Vous recevez une aide.", language="fr")
OTHERS = [code for code in LANGUAGES if code != "nl"]


def answered(
    *sections: Any, language: str = "nl", question: str = "bijstand", at: datetime | None = None, **more: Any
) -> Answer:
    page = a_page(*(sections or (DESCRIPTION,)), **more)
    asked = a_question(question, language=language, **({"at": at} if at else {}))
    return enrich(compose(a_draft(question=asked, candidates=(a_candidate(page),))))


def test_a_plain_dutch_answer_has_no_notices() -> None:
    assert answered().notices == ()


@pytest.mark.parametrize("language", OTHERS)
def test_a_dutch_source_says_in_both_languages_that_the_dutch_text_counts(language: str) -> None:
    answer = answered(language=language)
    assert {text("answer.dutch_counts", language), text("answer.dutch_counts", "nl")} <= set(answer.notices)
    assert {statement.language for statement in answer.statements} == {"nl"}


def test_a_translated_page_says_in_both_languages_that_the_dutch_text_counts() -> None:
    answer = answered(DESCRIPTION, FRENCH, language="fr", title={"nl": "Bijstand", "fr": "Aide"})
    assert {text("answer.translated_page", "fr"), text("answer.translated_page", "nl")} <= set(answer.notices)


@pytest.mark.parametrize("unsigned", [("fr",), ("de",)])
def test_a_translation_that_nobody_signed_says_so(unsigned: tuple[str, ...]) -> None:
    answer = answered(DESCRIPTION, FRENCH, language="fr", title={"nl": "Bijstand", "fr": "Aide"}, unsigned=unsigned)
    assert (text("answer.unsigned_translation", "fr") in answer.notices) is (unsigned == ("fr",))


@pytest.mark.parametrize("outdated", [("fr",), ("de",)])
def test_a_translation_of_an_earlier_dutch_text_says_so(outdated: tuple[str, ...]) -> None:
    page = replace(a_page(DESCRIPTION, FRENCH, title={"nl": "Bijstand", "fr": "Aide"}), outdated=outdated)
    answer = enrich(compose(a_draft(question=a_question(language="fr"), candidates=(a_candidate(page),))))
    assert (text("answer.outdated_translation", "fr") in answer.notices) is (outdated == ("fr",))


@pytest.mark.parametrize("sentence", ["De kaart kost 12 euro.", "De kaart kost € 12,50.", "De premie is 1 Euro."])
def test_an_amount_is_said_to_be_the_pages_with_its_date(sentence: str) -> None:
    answer = answered(DESCRIPTION, a_section(SectionKind.COST, sentence), modified=datetime(2024, 8, 21, tzinfo=UTC))
    assert answer.notices == (text("answer.amounts", "nl", date="21 augustus 2024"),)


def test_europe_is_not_an_amount() -> None:
    assert answered(a_section(SectionKind.DESCRIPTION, "U woont in Europa.")).notices == ()


def test_presence_is_said_and_the_counter_shown() -> None:
    answer = answered(needs_presence=True)
    assert answer.notices == (text("answer.presence", "nl"),)
    assert answer.counter is not None
    assert (answer.counter.name, answer.counter.open_now, answer.counter.sample) == ("Gemeentehuis Demo", True, True)
    assert answer.needs_presence


def test_no_counter_is_shown_where_nobody_needs_to_go() -> None:
    assert answered().counter is None


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("policy_status", PolicyStatus.PROPOSED, "answer.proposed"),
        ("policy_status", PolicyStatus.DECIDED, "answer.decided"),
        ("granting", Granting.AUTOMATIC, "answer.automatic"),
        ("granting", Granting.SEMI_AUTOMATIC, "answer.semi_automatic"),
        ("sample", True, "page.sample"),
    ],
)
def test_what_the_page_is_worth_is_said_in_our_own_words(field: str, value: object, key: str) -> None:
    change: dict[str, Any] = {field: value}
    assert answered(**change).notices == (text(key, "nl"),)


def test_the_day_of_the_answer_is_the_day_in_brussels() -> None:
    assert answered(at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC)).valid_on == date(2026, 11, 23)


def test_updated_on_is_when_the_source_changed_else_when_it_was_published() -> None:
    assert answered(modified=datetime(2024, 8, 21, tzinfo=UTC)).updated_on == date(2024, 8, 21)
    assert answered().updated_on == date(2026, 11, 23)


def test_who_decides_is_named_with_its_level_and_whom_the_citizen_deals_with() -> None:
    answer = answered(
        competent_authorities=("FOD Binnenlandse Zaken",),
        executing_authorities=("burgerzaken van uw gemeente",),
        competent_levels=(AuthorityLevel.FEDERAL,),
        executing_levels=(AuthorityLevel.LOCAL,),
    )
    assert answer.authority is not None
    assert (answer.authority.name, answer.authority.level) == ("FOD Binnenlandse Zaken", "federal")
    assert "burgerzaken van uw gemeente" in answer.text


def test_a_code_of_a_catalogue_is_never_shown_as_a_name() -> None:
    answer = answered(competent_authorities=("OVO000112",), competent_levels=(AuthorityLevel.FLEMISH,))
    assert answer.authority is not None
    assert (answer.authority.name, answer.authority.level) == (text("levels.flemish", "nl"), "flemish")


def test_a_page_that_names_nobody_names_nobody() -> None:
    assert answered().authority is None


def test_what_is_missing_is_said_in_the_askers_language() -> None:
    answer = answered(question="Wat kost het?", language="fr")
    assert (answer.completeness, answer.missing) == ("partial", (text("sections.cost", "fr"),))
    assert text("answer.partial", "fr", what=text("sections.cost", "fr")) in answer.text


def test_the_text_alone_tells_all_a_citizen_needs() -> None:
    answer = answered(needs_presence=True, title={"nl": "Bijstand vragen"})
    for part in ("U krijgt bijstand. [1]", "Bijstand vragen", "/pages/test-bijstand", "1700", "Voorbeeldplein 1"):
        assert part in answer.text
    assert all(notice in answer.text for notice in answer.notices)
    assert text("answer.valid_on", "nl", date="23 november 2026") in answer.text
