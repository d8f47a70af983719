"""Whether a page is about words: who adds words to a subject may mean another page than the one before."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.answering.draft import Candidate
from assistant.answering.report import persons_in
from assistant.answering.wants import named
from knowledge.passages import passages
from knowledge.places import places_in
from knowledge.services import localized
from knowledge.text import content_tokens, stem

_HALF, _NEAR = 0.5, 0.55
_LONG = 4


def own_words(message: str, language: str) -> frozenset[str]:
    """Return the stems of the words that name a subject: no persons, places, numbers, or what is wanted of it."""
    others = places_in(message) | persons_in(message)
    return _stems((one for one in named(message, language) if one not in others and not one.isdigit()), language)


def speaks_of(candidate: Candidate, words: frozenset[str]) -> bool:
    """Whether all of the words stand on the page."""
    service, language = candidate.page.service, candidate.hit.language
    texts = [localized(service.summary, language), *(one.text for one in passages(service, language))]
    return words <= _names(candidate) | _said(texts, language)


def is_named_by(candidate: Candidate, words: frozenset[str]) -> bool:
    """Whether the title of the page, or what people call it, has most of the words; half, where it means the same."""
    part = len(words & _names(candidate)) / len(words)
    return part > _HALF or (part == _HALF and (candidate.hit.cosine or 0.0) >= _NEAR)


def parts_covered(candidate: Candidate, words: frozenset[str]) -> tuple[float, float]:
    """Return which part of the words stands in the title and keywords of the page, and which part anywhere on it.

    A long word counts too where it is part of a word of the page, or a word of the page of it.
    """
    names = _names(candidate)
    service, language = candidate.page.service, candidate.hit.language
    texts = [localized(service.summary, language), *service.phrasings.get(language, ())]
    everywhere = names | _said([*texts, *(one.text for one in passages(service, language))], language)
    count = max(1, len(words))
    named, said = (sum(_within(one, there) for one in words) / count for there in (names, everywhere))
    return named, said


def _within(word: str, others: frozenset[str]) -> bool:
    if word in others:
        return True
    longer = (one for one in others if len(one) >= _LONG) if len(word) >= _LONG else ()
    return any(word in one or one in word for one in longer)


def _names(candidate: Candidate) -> frozenset[str]:
    service, language = candidate.page.service, candidate.hit.language
    return _said([localized(service.title, language), *service.keywords.get(language, ())], language)


def _said(texts: Iterable[str], language: str) -> frozenset[str]:
    return _stems(content_tokens(" ".join(texts), language), language)


def _stems(words: Iterable[str], language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in words)
