"""The one question that tells options apart, where they differ in one thing: an age, to buy or to rent, who asks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import combinations

from babel.lists import format_list

from assistant.answering.ages import Ages, ages_of
from assistant.answering.draft import Candidate
from assistant.answering.replies import page_title
from assistant.messages import text
from knowledge.services import PublicService, localized
from knowledge.text import content_tokens, fold, stem

_ALIKE = 0.5
"""Titles that share so many words differ in the others."""
_CITIZEN, _BUSINESS = "Burger", "Onderneming"


def question_between(options: Sequence[Candidate], language: str) -> str:
    """Return a question whose answer tells the options apart, "" where they differ in more than one thing."""
    services = [one.page.service for one in options]
    ages = [found for service in services if (found := ages_of(service))]
    if any(_apart(one, other) for one, other in combinations(ages, 2)):
        return text("ask.age", language)
    for name, values in _differences().items():
        if _told_apart([_value(service, values) for service in services]):
            return text(f"ask.{name}", language)
    if _told_apart([_audience(service) for service in services]):
        return text("ask.audience", language)
    parts = _remainders([page_title(service, language) for service in services], language)
    return text("ask.either", language, parts=format_list(parts, "or", locale=language)) if parts else ""


def _apart(one: Ages, other: Ages) -> bool:
    """Whether nobody is of an age for both."""
    return any(
        first.high is not None and second.low is not None and first.high < second.low
        for first, second in ((one, other), (other, one))
    )


def _told_apart(values: list[str]) -> bool:
    return len(values) > 1 and all(values) and len(set(values)) == len(values)


def _value(service: PublicService, values: dict[str, re.Pattern[str]]) -> str:
    """The one value that the Dutch title of a service names, "" where it names none or several."""
    title = fold(localized(service.title, "nl"))
    found = [name for name, pattern in values.items() if pattern.search(title)]
    return found[0] if len(found) == 1 else ""


def _audience(service: PublicService) -> str:
    citizen, business = _CITIZEN in service.audience, _BUSINESS in service.audience
    return "" if citizen == business else _CITIZEN if citizen else _BUSINESS


def _remainders(titles: list[str], language: str) -> list[str]:
    """What each title has beside the words that all share; none where they are no siblings, or one has nothing more."""
    words = [[(one, stem(one, language)) for one in content_tokens(title, language)] for title in titles]
    stems = [{stemmed for _, stemmed in one} for one in words]
    if len(titles) < 2 or any(_likeness(one, other) < _ALIKE for one, other in combinations(stems, 2)):
        return []
    shared = set.intersection(*stems)
    own = [" ".join(word for word, stemmed in one if stemmed not in shared) for one in words]
    return own if all(own) else []


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


@cache
def _differences() -> dict[str, dict[str, re.Pattern[str]]]:
    tables = tomllib.loads(resources.files(__package__).joinpath("differences.toml").read_text("utf-8"))
    return {name: {value: re.compile(one) for value, one in values.items()} for name, values in tables.items()}
