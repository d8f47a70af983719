"""Deadlines: the last day of the one period that a page states from the day a citizen names, and how it was counted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.deadlines import Period, day_in, deadline_in_words, period_of
from assistant.bootstrap import Service
from assistant.domain.reply import Answer
from assistant.messages import text
from knowledge.language import LANGUAGES
from knowledge.services import SectionKind
from tests.assistant.building import a_page, a_question, a_section, sure_question

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))


@pytest.mark.parametrize(
    ("period", "start", "last"),
    [
        # These three stand as examples on the sample pages themselves.
        (Period(8, "working_days"), date(2026, 11, 2), date(2026, 11, 13)),
        (Period(15, "days", moves=True), date(2026, 11, 6), date(2026, 11, 23)),
        (Period(60, "days"), date(2026, 9, 3), date(2026, 11, 2)),
        (Period(1, "months"), date(2026, 1, 31), date(2026, 2, 28)),
        (Period(1, "years"), date(2028, 2, 29), date(2029, 2, 28)),
        (Period(2, "weeks"), date(2026, 12, 24), date(2027, 1, 7)),
        (Period(1, "working_days"), date(2026, 12, 24), date(2026, 12, 28)),
    ],
)
def test_the_last_day_is_counted_over_weekends_holidays_and_months(period: Period, start: date, last: date) -> None:
    assert period.last_day(start) == last


@given(DAYS, st.integers(1, 60), st.sampled_from(["working_days", "days", "weeks", "months", "years"]))
def test_a_period_ends_after_its_start_and_later_where_it_moves(start: date, count: int, unit: str) -> None:
    if start.year + count < 2098 or unit != "years":
        last = Period(count, unit).last_day(start)
        assert start < last <= Period(count, unit, moves=True).last_day(start)


@pytest.mark.parametrize(
    ("language", "words", "day"),
    [
        ("nl", "ons kind is geboren op 6 november", date(2026, 11, 6)),
        ("nl", "ik verhuisde gisteren", date(2026, 11, 22)),
        ("nl", "verhuisd op 2/11/2026", date(2026, 11, 2)),
        ("nl", "ik verhuis op 3 januari", date(2027, 1, 3)),
        ("fr", "j'ai déménagé le 2 novembre 2026", date(2026, 11, 2)),
        ("de", "ich bin am 2. November umgezogen", date(2026, 11, 2)),
        ("en", "I moved on 2 November", date(2026, 11, 2)),
        ("es", "me mudé el 2 de noviembre", date(2026, 11, 2)),
        ("pl", "przeprowadzka 2 listopada", date(2026, 11, 2)),
        ("uk", "переїхали 2 листопада", date(2026, 11, 2)),
        ("nl", "van 2 november tot 5 november", None),
        ("nl", "ik verhuis", None),
        ("nl", "op 31 februari", None),
    ],
)
def test_the_one_day_that_is_named_is_heard(language: str, words: str, day: date | None) -> None:
    assert day_in(words, TODAY, language) == day


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_words_can_be_said(words: str, language: str) -> None:
    found = day_in(words, TODAY, language)
    assert found is None or isinstance(found, date)


@pytest.mark.parametrize(
    ("sentences", "period"),
    [
        (["Doe dit binnen 8 werkdagen na uw verhuizing."], Period(8, "working_days")),
        (["Meld het binnen 3 weken na de schade.", "Doe dat binnen 3 weken na de schade."], Period(3, "weeks")),
        (["Doe dit binnen 8 dagen na A, of binnen 9 dagen na B."], None),
        (["Binnen 3 maanden krijgt u een beslissing."], None),
    ],
)
def test_only_one_period_from_a_start_is_counted(sentences: list[str], period: Period | None) -> None:
    assert period_of(a_page(a_section(SectionKind.DEADLINE, *sentences)).service) == period


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_it_was_counted_is_told_in_every_language(language: str) -> None:
    service = a_page(a_section(SectionKind.DEADLINE, "Doe dit binnen 5 dagen na de start.")).service
    told = deadline_in_words(service, "4/11/2026", TODAY, language)
    assert "2026" in told
    assert text("deadline.closed", language) not in told
    assert text("deadline.closed", language) in deadline_in_words(service, "3/11/2026", TODAY, language)


def test_an_answer_tells_until_when(ready: Service) -> None:
    asked = f"{sure_question('verhuizen')}, verhuisd op 2 november 2026"
    question = a_question(asked, source_id="verhuizen")
    reply = ready.assistant.answer(question)
    assert isinstance(reply, Answer)
    assert "vrijdag 13 november 2026" in " ".join(reply.notices)
    assert text("deadline.working", "nl") in reply.text
