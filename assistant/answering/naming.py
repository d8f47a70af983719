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


def _names(candidate: Candidate) -> frozenset[str]:
    service, language = candidate.page.service, candidate.hit.language
    return _said([localized(service.title, language), *service.keywords.get(language, ())], language)


def _said(texts: Iterable[str], language: str) -> frozenset[str]:
    return _stems(content_tokens(" ".join(texts), language), language)


def _stems(words: Iterable[str], language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in words)
