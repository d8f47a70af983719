"""Which services are offered where the right one is not sure: few, likely, and covering what could be meant."""

from __future__ import annotations

from functools import partial

from assistant.answering.ages import ages_of
from assistant.answering.draft import Candidate, Draft
from assistant.answering.replies import page_title
from knowledge.text import content_tokens, stem

OPTIONS = 3
_SHARE, _COSINE = 0.2, 0.3
"""A service is offered if it covers so much of the question, in words or in meaning."""
_ALIKE = 0.5
"""Titles that share half of their words name siblings: to buy or to rent, one kind of building or another."""
_RIVAL = 0.85
_VARIETY = 0.5
"""What being like an option already chosen takes off, where the best score is 1 (maximal marginal relevance,
Carbonell & Goldstein 1998); measured, 0.5 offers the right service more often than 0."""


def options(draft: Draft) -> tuple[Candidate, ...]:
    """Return at most three candidates that may be meant: siblings where only they are close, else unlike ones."""
    likely = [one for one in draft.candidates if _may_be_meant(one)]
    if not likely:
        return ()
    family = siblings(draft)
    if len(family) > 1:
        return family[:OPTIONS]
    best, chosen = likely[0].hit.score, [likely[0]]
    while len(chosen) < min(OPTIONS, len(likely)):
        worth = partial(_worth, chosen=chosen, best=best, language=draft.language)
        chosen.append(max((one for one in likely if one not in chosen), key=worth))
    return tuple(chosen)


def for_ages(draft: Draft, chosen: tuple[Candidate, ...], ages: tuple[int, ...]) -> tuple[Candidate, ...]:
    """Return the options with the best service before them that says it is for these ages, where there is one."""
    best = next((one for one in draft.candidates if _may_be_meant(one) and _is_for(one, ages)), None)
    return (best, *(one for one in chosen if one != best))[:OPTIONS] if best else chosen


def siblings(draft: Draft) -> tuple[Candidate, ...]:
    """Return the first candidate and its siblings, where all its close rivals are siblings; else nothing."""
    first, *others = draft.candidates
    close = [one for one in others if one.hit.score >= _RIVAL * first.hit.score]
    alike = [one for one in close if _likeness(first, one, draft.language) >= _ALIKE]
    return (first, *alike) if alike and len(alike) == len(close) else ()


def _may_be_meant(one: Candidate) -> bool:
    return one.hit.share >= _SHARE or (one.hit.cosine or 0.0) >= _COSINE


def _is_for(one: Candidate, ages: tuple[int, ...]) -> bool:
    bounds = ages_of(one.page.service)
    return bounds is not None and any(age in bounds for age in ages)


def _worth(one: Candidate, chosen: list[Candidate], best: float, language: str) -> float:
    relevance = one.hit.score / best if best > 0 else 0.0
    return relevance - _VARIETY * max(_likeness(one, other, language) for other in chosen)


def _likeness(one: Candidate, other: Candidate, language: str) -> float:
    """What the titles share (Jaccard index)."""
    mine, theirs = _title(one, language), _title(other, language)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def _title(candidate: Candidate, language: str) -> set[str]:
    return {stem(word, language) for word in content_tokens(page_title(candidate.page.service, language), language)}
