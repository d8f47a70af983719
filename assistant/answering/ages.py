"""Ages: those that a citizen says, and those that the conditions of a page are for (`ages.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.answering.compose import kind_of
from assistant.answering.report import kin
from knowledge.passages import passages
from knowledge.services import PublicService, SectionKind
from knowledge.text import fold

_NUMBER = r"\d{1,3}(?!\d| *(?:euro|%|dagen|weken|maanden))"
_OLDEST = 120
_DUTCH = "nl"


@dataclass(frozen=True)
class Ages:
    """The ages that a page is for, both included; None where it names no such end."""

    low: int | None = None
    high: int | None = None

    def __contains__(self, age: int) -> bool:
        return (self.low is None or self.low <= age) and (self.high is None or age <= self.high)


def ages_in(text: str, language: str) -> tuple[int, ...]:
    """Return the ages of persons that a text names in figures."""
    said = fold(text)
    found = (int(age) for pattern in _said(language) for age in pattern.findall(said))
    return tuple(sorted({age for age in found if age <= _OLDEST}))


def ages_of(service: PublicService) -> Ages | None:
    """Return the ages that the Dutch conditions of a service are for, the widest that they allow; None for all ages."""
    found = [one for one in passages(service, _DUTCH) if kind_of(one) is SectionKind.CONDITION]
    told = [fold(one.text) for passage in found for one in passage.sentences]
    told = [sentence for sentence in told if _bounds()["about"][0].search(sentence)]
    low = [*_numbers("low", told), *(age + 1 for age in _numbers("over", told))]
    high = [*_numbers("high", told), *(age - 1 for age in _numbers("under", told))]
    ages = Ages(min(low, default=None), max(high, default=None))
    # Where the conditions are for children and for others, they are for everybody.
    narrow = ages.low is None or ages.high is None or ages.low <= ages.high
    return ages if (low or high) and narrow else None


def is_for_other_ages(service: PublicService, ages: Iterable[int]) -> bool:
    """Whether the service is for none of the ages, where any are named."""
    bounds, found = ages_of(service), tuple(ages)
    return bool(found) and bounds is not None and not any(age in bounds for age in found)


def _numbers(name: str, sentences: Iterable[str]) -> list[int]:
    return [int(one) for sentence in sentences for pattern in _bounds()[name] for one in pattern.findall(sentence)]


@cache
def _said(language: str) -> tuple[re.Pattern[str], ...]:
    words = "|".join(re.escape(one) for one in sorted(kin()))
    return tuple(_pattern(one.replace("{kin}", rf"\b(?:{words})\b")) for one in _tables().get(language, ()))


@cache
def _bounds() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {name: tuple(_pattern(one) for one in ways) for name, ways in _tables()["bounds"].items()}


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(written.replace("(N)", f"({_NUMBER})"))


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("ages.toml").read_text("utf-8"))
