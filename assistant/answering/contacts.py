"""The human routes of a site, in words, at a moment: every reply shows them."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources

from babel.dates import format_date, format_time

from assistant.domain.reply import Contact, Counter, SignpostReason
from assistant.messages import text
from assistant.sites import Site, SiteCounter
from knowledge.calendar import Interval, OpeningHours

_DAY = {"de": "EEEE, d. MMMM", "es": "EEEE d 'de' MMMM"}
"""A day of the next weeks with its name, where it is not "maandag 23 november"."""


def site_contacts(site: Site, at: datetime, language: str) -> tuple[Contact, ...]:
    """Return the phone and the counters of `site` with their hours at `at`."""
    label = text("contact.phone", language)
    phone = Contact(
        "phone",
        f"{label} ({text('contact.free', language)})" if site.phone.free else label,
        site.phone.number,
        _with(hours_in_words(site.phone.hours, at, language), _known(site.phone.checked_on, language)),
        site.phone.hours.closes_at(at) is not None,
    )
    counters = (
        Contact(
            "counter",
            counter_label(counter, language),
            counter.address,
            _counter_hours(counter, at, language),
            counter.hours.closes_at(at) is not None,
        )
        for counter in site.counters
    )
    return (phone, *counters)


def emergency_contacts(reason: SignpostReason, language: str) -> tuple[Contact, ...]:
    """Return the numbers for a danger in the citizen's language, most urgent first."""
    table = _emergency()[reason.value]
    return tuple(
        Contact("emergency", text(f"emergency.n{number.replace(' ', '')}", language), number, None, True)
        for number in table.get(language, table["default"])
    )


def counter_label(counter: SiteCounter, language: str) -> str:
    """Return what a counter is called among the contacts."""
    return f"{text('contact.counter', language)}: {counter.name}"


def site_counter(counter: SiteCounter, at: datetime, language: str) -> Counter:
    """Return a counter with its hours at `at`."""
    words = _counter_hours(counter, at, language)
    return Counter(counter.name, counter.address, words, counter.hours.closes_at(at) is not None, counter.sample)


def hours_in_words(hours: OpeningHours, at: datetime, language: str) -> str:
    """Return "open until …" or "closed; opens …" in words; only "closed" is never said without what comes next."""
    if hours.always:
        return text("contact.always", language)
    if closes := hours.closes_at(at):
        return text("contact.open_until", language, time=time_in_words(closes, language))
    opens = hours.opens_at(at)
    if opens is None:
        return ""
    if opens.date() == at.astimezone(opens.tzinfo).date():
        return text("contact.opens_today", language, time=time_in_words(opens, language))
    return text("contact.opens_at", language, day=day_in_words(opens, language), time=time_in_words(opens, language))


def _counter_hours(counter: SiteCounter, at: datetime, language: str) -> str:
    words = hours_in_words(counter.hours, at, language)
    return _with(words, text("contact.sample_hours", language) if counter.sample_hours else "")


def _known(checked_on: date | None, language: str) -> str:
    if checked_on is None:
        return ""
    return text("contact.hours_known", language, date=date_in_words(checked_on, language))


def _with(words: str, note: str) -> str:
    return " · ".join(part for part in (words, note) if part)


def date_in_words(day: date, language: str) -> str:
    """Return a date as people of that language write it, with Latin digits."""
    return format_date(day, "long", locale=_locale(language))


def whole_day_in_words(day: date, language: str) -> str:
    """Return a date with the name of its day and its year."""
    return format_date(day, "full", locale=_locale(language))


def days_in_words(hours: OpeningHours, first: date, count: int, language: str) -> list[tuple[str, str]]:
    """Return the days from `first` on with when it is open on each; closing days are counted in."""
    days = [first + timedelta(days=number) for number in range(count)]
    return [(day_in_words(day, language), _intervals(hours.intervals(day), language)) for day in days]


def _intervals(intervals: tuple[Interval, ...], language: str) -> str:
    parts = (hours_between(opens, closes, language) for opens, closes in intervals)
    return ", ".join(parts) or text("contact.closed", language)


def hours_between(opens: datetime | time, closes: datetime | time, language: str) -> str:
    """Return a part of a day in as few signs as can be."""
    return f"{_clock(opens, language)}–{time_in_words(closes, language)}"


def day_in_words(day: date, language: str) -> str:
    """Return a day of the next weeks with its name, as people of that language write it."""
    return format_date(day, _DAY.get(language, "EEEE d MMMM"), locale=_locale(language))


def time_in_words(moment: datetime | time, language: str) -> str:
    """Return a time of day as people of that language write it."""
    return _clock(moment, language) + {"nl": " uur", "de": " Uhr"}.get(language, "")


def _clock(moment: datetime | time, language: str) -> str:
    pattern = {"nl": "H.mm", "fr": "H 'h' mm", "de": "H.mm"}.get(language, "H:mm")
    return format_time(moment, pattern, locale=_locale(language))


def _locale(language: str) -> str:
    # Dates as in Belgium where the language is one of its own; English in the European order.
    return {"en": "en_GB", "nl": "nl_BE", "fr": "fr_BE"}.get(language, language)


@cache
def _emergency() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("emergency.toml").read_text("utf-8"))
