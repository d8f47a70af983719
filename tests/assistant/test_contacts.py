"""The human routes in words: open until when, else when next, in the citizen's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.answering.contacts import date_in_words, hours_in_words, site_contacts, site_counter
from assistant.messages import text
from knowledge.calendar import parse_hours
from knowledge.language import LANGUAGES
from tests.assistant.building import SITE
from tests.conftest import MONDAY_MORNING

SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LUNCH = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
ARMISTICE = datetime(2026, 11, 11, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("language", LANGUAGES)
def test_phone_and_counter_are_always_shown_with_words_for_their_hours(language: str) -> None:
    phone, counter = site_contacts(SITE, SUNDAY, language)
    assert (phone.type, phone.value, phone.open_now) == ("phone", "1700", False)
    assert (counter.type, counter.value, counter.open_now) == ("counter", "Voorbeeldplein 1, 0000 Demo", False)
    assert phone.hours
    assert counter.hours


def test_an_open_line_says_until_when() -> None:
    assert hours_in_words(SITE.phone.hours, MONDAY_MORNING, "nl") == text("contact.open_until", "nl", time="19.00 uur")
    assert "19 h 00" in hours_in_words(SITE.phone.hours, MONDAY_MORNING, "fr")
    assert "19:00" in hours_in_words(SITE.phone.hours, MONDAY_MORNING, "en")


def test_a_closed_counter_says_when_it_opens_again_today() -> None:
    words = hours_in_words(SITE.counters[0].hours, LUNCH, "nl")
    assert words == text("contact.opens_today", "nl", time="13.00 uur")


def test_a_closed_line_says_on_which_day_it_opens() -> None:
    words = hours_in_words(SITE.phone.hours, SUNDAY, "nl")
    assert words == text("contact.opens_at", "nl", day="maandag 23 november", time="9.00 uur")


def test_a_holiday_is_closed() -> None:
    phone = site_contacts(SITE, ARMISTICE, "nl")[0]
    assert phone.open_now is False
    assert "donderdag 12 november" in str(phone.hours)


def test_a_line_that_never_closes_says_so() -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    hours = parse_hours({day: ["00:00-24:00"] for day in days} | {"calendar": "none"})
    assert hours_in_words(hours, SUNDAY, "en") == text("contact.always", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_times_are_written_with_latin_digits(language: str) -> None:
    shown = date_in_words(date(2026, 11, 23), language) + hours_in_words(SITE.phone.hours, SUNDAY, language)
    assert "2026" in shown
    assert all(char.isascii() for char in shown if char.isdigit())


def test_at_every_hour_of_two_weeks_open_now_agrees_with_the_words() -> None:
    for hour in range(14 * 24):
        at = SUNDAY + timedelta(hours=hour)
        counter = site_counter(SITE.counters[0], at, "nl")
        assert counter.open_now == counter.hours.startswith("Nu open")
        assert counter.hours


def test_a_site_with_several_counters_shows_them_all() -> None:
    two = replace(SITE, counters=(*SITE.counters, replace(SITE.counters[0], name="Tweede loket")))
    assert [contact.type for contact in site_contacts(two, MONDAY_MORNING, "nl")] == ["phone", "counter", "counter"]
