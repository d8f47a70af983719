"""What tells a right first candidate from a wrong one: the rankers, its rivals, the question's words, the page."""

from __future__ import annotations

from math import log1p

from assistant.answering.draft import Candidate, Draft
from assistant.answering.naming import own_words, parts_covered
from assistant.answering.wants import topic, wanted
from knowledge.places import places_in
from knowledge.services import localized
from knowledge.text import content_tokens, stem

_ALIKE = 0.5
_CLOSE = 0.85
"""Whoever has so much of the first score is a rival."""
_WORDS = 8
_STRANGE = 3
_LOUD = 150.0
"""Above this the words of a page say no more; far above what a single word reaches."""


def signals(draft: Draft) -> dict[str, float]:
    """Return what the decision looks at, each from 0 to 1; none of it depends on how many pages there are."""
    first = draft.candidates[0]
    return _rankers(draft, first) | _rivals(draft) | _words(draft, first) | _said(draft, first) | _kind(draft, first)


def _rankers(draft: Draft, first: Candidate) -> dict[str, float]:
    hit, same = first.hit, tuple(one for one in draft.candidates if one.hit.language == first.hit.language)
    cosines, words = _cosines(same), [one.hit.lexical or 0.0 for one in same]
    return {
        "share": hit.share,
        "words": min(1.0, log1p(max(0.0, hit.lexical or 0.0)) / log1p(_LOUD)),
        "cosine": min(1.0, max(0.0, hit.cosine or 0.0)),
        "part": hit.part,
        "cosine_margin": max(0.0, (hit.cosine or 0.0) - max([*_cosines(draft.candidates[1:]), 0.0])),
        "agree": float(max(cosines) > 0 and (hit.cosine, hit.lexical or 0.0) == (max(cosines), max(words))),
    }


def _cosines(candidates: tuple[Candidate, ...]) -> list[float]:
    return [one.hit.cosine or 0.0 for one in candidates]


def _rivals(draft: Draft) -> dict[str, float]:
    best, *others = (one.hit for one in draft.candidates)
    scores = [*(one.score for one in others), 0.0, 0.0, 0.0]
    close = sum(one.score >= _CLOSE * best.score for one in others)
    return {
        "margin": _gap(best.score, scores[0]),
        "margin_4": _gap(best.score, scores[2]),
        "alone": 1 / (1 + close),
        "share_margin": max(0.0, best.share - max((one.share for one in others), default=0.0)),
    }


def _words(draft: Draft, first: Candidate) -> dict[str, float]:
    service, language = first.page.service, first.hit.language
    places = places_in(draft.subject)
    asked = {stem(word, language) for word in topic(draft.subject, draft.language) if word not in places}
    title = _stems(localized(service.title, language), language)
    local = {stem(word, language) for word in places_in(localized(service.title, language))}
    named = title | _stems(localized(service.summary, language), language)
    named |= _stems(" ".join(service.keywords.get(language, ())), language)
    # A way in which people ask names the service as its title does, if it is about the same and no single word.
    ways = [_stems(one, language) - places for one in service.phrasings.get(language, ())]
    alike = [one for one in ways if len(one) > 1 and _overlap(asked, one) >= _ALIKE]
    nearest = max((title, *alike), key=lambda words: _overlap(asked, words))
    named |= nearest
    return {
        "title": len(asked & named) / len(asked) if asked else 0.0,
        # Who says a page's title means that page.
        "exact": float(asked == title - local),
        "focus": len(asked & nearest) / len(nearest) if nearest else 0.0,
        "phrasing": max((_overlap(asked, one) for one in ways), default=0.0),
        "length": min(1.0, len(asked) / _WORDS),
    }


def _said(draft: Draft, first: Candidate) -> dict[str, float]:
    """What the page says nothing of tells a near miss: a passport for diplomats, a premium for shops."""
    language = first.hit.language
    asked = own_words(draft.subject, draft.language)
    if language != draft.language:
        asked = frozenset(stem(word, language) for word in topic(draft.subject, draft.language))
    named, covered = parts_covered(first, asked)
    off = round((1 - covered) * len(asked))
    return {"named": named, "covered": covered, "whole": float(off == 0), "off": min(1.0, off / _STRANGE)}


def _kind(draft: Draft, first: Candidate) -> dict[str, float]:
    asked = wanted(draft.text) or wanted(draft.sought)
    missing = draft.composed.missing if draft.composed else ()
    return {
        "section": 1 - len(missing) / len(asked) if asked else 1.0,
        "foreign": float(first.hit.language != draft.language),
        "joined": float(draft.joined),
        "dutch": float(draft.language == "nl"),
        "wish": min(1.0, max(0.0, draft.wish.strength)) if draft.wish else 0.0,
    }


def _gap(best: float, other: float) -> float:
    return min(1.0, max(0.0, (best - other) / best)) if best > 0 else 0.0


def _overlap(one: set[str], other: set[str]) -> float:
    """Jaccard index."""
    return len(one & other) / len(one | other) if one or other else 0.0


def _stems(text: str, language: str) -> set[str]:
    return {stem(word, language) for word in content_tokens(text, language)}
