"""Which service a question is about, and which parts of its page it asks for (`wants.toml`)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from knowledge.places import names_in
from knowledge.services import SectionKind
from knowledge.text import content_tokens, fold, tokens

_MASKED = re.compile(r"\[[^\]]*\]")


def wanted(question: str) -> tuple[SectionKind, ...]:
    """Return the section kinds a question asks for; none where it asks about the whole."""
    words = fold(question)
    found = [kind for kind, (asks, _) in _patterns().items() if asks.search(words)]
    # "How do I …" asks for the whole way, unless the question names one part of it.
    return tuple(kind for kind in found if kind is not SectionKind.STEP or len(found) == 1)


def topic(question: str, language: str) -> list[str]:
    """Return the folded words that say which service is meant; all content words where nothing else is left."""
    return named(question, language) or content_tokens(_MASKED.sub(" ", question), language)


def named(question: str, language: str) -> list[str]:
    """Return the folded words that name a service, without those that say what is wanted of it; none where none do."""
    # What was masked is no topic.
    words = content_tokens(_without_home(_MASKED.sub(" ", question)), language)
    return [word for word in words if not _wish().fullmatch(word)]


def _without_home(question: str) -> str:
    """Return a question without what says in which municipality one lives; its other words are folded then."""
    said = " ".join(tokens(question))
    homes = [pattern.format(place=re.escape(name)) for name in names_in(question) for pattern in _homes()]
    rest = re.sub(rf"\b(?:{'|'.join(homes)})\b", " ", said) if homes else said
    return question if rest == said else rest


def binds(sentence: str) -> bool:
    """Whether a sentence states a condition or an exclusion in words that leave no doubt."""
    return bool(_binding().search(fold(sentence)))


def tells(sentence: str, kind: SectionKind) -> bool:
    """Whether a sentence looks like one that tells `kind`, wherever it stands."""
    patterns = _patterns().get(kind)
    return patterns is not None and bool(patterns[1].search(fold(sentence)))


@cache
def _patterns() -> dict[SectionKind, tuple[re.Pattern[str], re.Pattern[str]]]:
    return {
        SectionKind(kind): (re.compile(entry["asks"]), re.compile(entry["says"]))
        for kind, entry in _tables().items()
        if kind in set(SectionKind)
    }


@cache
def _wish() -> re.Pattern[str]:
    return re.compile("|".join(_tables()["wish"]["words"]))


@cache
def _homes() -> tuple[str, ...]:
    return tuple(_tables()["home"]["says"])


@cache
def _binding() -> re.Pattern[str]:
    return re.compile(_tables()["binding"]["says"])


def _tables() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("wants.toml").read_text("utf-8"))
