"""Step decide: answer, ask back, or hand over: one probability against thresholds (`decision.toml`, provisional)."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from importlib import resources
from math import exp
from typing import Any

from assistant.answering.draft import Draft
from assistant.answering.replies import clarify, escalate
from assistant.answering.wants import topic
from assistant.answering.wished import before_options, before_page, grant
from assistant.domain.reply import ClarificationReason, EscalationReason, Reply
from knowledge.places import names_in, places_in
from knowledge.services import localized
from knowledge.text import content_tokens, stem, tokens

_OPTIONS = 3
_ALIKE = 0.5
_MUNICIPAL = 8
"""Area codes of municipalities are at least this long (`BE23444021`); provinces and regions are shorter (`BE2`)."""


def decide(draft: Draft) -> Draft | Reply:
    """Let the answer through when it is probably right; else what was wished for, options, or a person."""
    if draft.question.source_id is not None:
        return replace(draft, confidence=1.0)
    thresholds = _table()["thresholds"]
    confidence = probability(draft)
    draft = replace(draft, confidence=confidence)
    likely = tuple(one for one in draft.candidates[:_OPTIONS] if one.hit.share >= thresholds["option_share"])
    certain = bool(likely) and confidence >= thresholds["answer" if draft.dense else "answer_without_dense"]
    unfit = not likely or confidence < thresholds["clarify"]
    if (wish := draft.wish) and (before_page(wish) or (not certain and (unfit or before_options(wish)))):
        return grant(draft, wish, likely)
    if not content_tokens(draft.text, draft.language):
        return escalate(draft, EscalationReason.NOT_FOUND)
    if unfit:
        return escalate(draft, EscalationReason.LOW_CONFIDENCE if likely else EscalationReason.NOT_FOUND)
    if _of_another_municipality(draft):
        return clarify(draft, ClarificationReason.MUNICIPALITY_NEEDED, likely)
    if certain:
        return draft
    vague = len(topic(draft.text, draft.language)) == 1
    return clarify(draft, ClarificationReason.TOO_VAGUE if vague else ClarificationReason.CLOSE_CANDIDATES, likely)


def probability(draft: Draft) -> float:
    """Return the provisional probability that the first candidate is the right service."""
    table, scores = _table(), features(draft)
    return 1 / (1 + exp(-(table["bias"] + sum(table["weights"][name] * value for name, value in scores.items()))))


def features(draft: Draft) -> dict[str, float]:
    """Return what the decision looks at, each from 0 to 1."""
    first = draft.candidates[0]
    second = draft.candidates[1].hit.score if len(draft.candidates) > 1 else 0.0
    service, language = first.page.service, first.hit.language
    places = places_in(draft.text)
    asked = {stem(word, language) for word in topic(draft.text, draft.language) if word not in places}
    title = _stems(localized(service.title, language), language)
    named = title | _stems(localized(service.summary, language), language)
    named |= _stems(" ".join(service.keywords.get(language, ())), language)
    # A way in which people ask names the service as its title does, if it is about the same and no single word.
    ways = [_stems(one, language) - places for one in service.phrasings.get(language, ())]
    alike = [one for one in ways if len(one) > 1 and _overlap(asked, one) >= _ALIKE]
    nearest = max((title, *alike), key=lambda words: _overlap(asked, words))
    named |= nearest
    return {
        "share": first.hit.share,
        "title": len(asked & named) / len(asked) if asked else 0.0,
        "focus": len(asked & nearest) / len(nearest) if nearest else 0.0,
        "margin": min(1.0, max(0.0, (first.hit.score - second) / first.hit.score)) if first.hit.score > 0 else 0.0,
    }


def _overlap(one: set[str], other: set[str]) -> float:
    """Jaccard index."""
    return len(one & other) / len(one | other) if one or other else 0.0


def _stems(text: str, language: str) -> set[str]:
    return {stem(word, language) for word in content_tokens(text, language)}


def _of_another_municipality(draft: Draft) -> bool:
    """Whether the best page holds only in municipalities, and none that we know to be the citizen's."""
    service = draft.candidates[0].page.service
    local = bool(service.spatial) and all(len(code) >= _MUNICIPAL for code in service.spatial)
    title = f" {' '.join(tokens(' '.join(service.title.values())))} "
    said = (" ".join(tokens(draft.question.municipality or "")), *names_in(draft.text))
    # Who names no municipality on the site of one is taken to mean that one.
    named = said if any(said) else (" ".join(tokens(draft.question.site.scope.municipality)),)
    return local and not any(name and f" {name} " in title for name in named)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("decision.toml").read_text("utf-8"))
