"""Step decide: answer when sure, else ask back, else a person: one probability against measured thresholds."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.ages import ages_in, is_for_other_ages
from assistant.answering.asking import question_between
from assistant.answering.calibration import Calibration, shipped
from assistant.answering.draft import Candidate, Draft
from assistant.answering.options import for_ages, options
from assistant.answering.replies import clarify, escalate
from assistant.answering.signals import signals
from assistant.answering.wants import topic
from assistant.answering.wished import before_options, before_page, grant
from assistant.domain.reply import Clarification, ClarificationReason, EscalationReason, Reply
from assistant.messages import text
from knowledge.places import names_in
from knowledge.text import content_tokens, tokens

_MISSES = 2
"""After so many replies in a row that were no answer comes a person."""
_MUNICIPAL = 8
"""Area codes of municipalities are at least this long (`BE23444021`); provinces and regions are shorter (`BE2`)."""


class DecideStep:
    """Decides by what was measured on an index like this one."""

    name = "decide"

    def __init__(self, calibration: Calibration | None = None) -> None:
        self._calibration = calibration or shipped()

    def __call__(self, draft: Draft) -> Draft | Reply:
        return decide(draft, self._calibration)


def decide(draft: Draft, calibration: Calibration | None = None) -> Draft | Reply:
    """Let the answer through when it is probably right; else what was wished for, options, or a person."""
    if draft.question.source_id is not None:
        return replace(draft, confidence=1.0)
    measured = calibration or shipped()
    confidence = measured.probability(signals(draft))
    draft = replace(draft, confidence=confidence)
    likely = options(draft)
    sure = confidence >= measured.threshold(draft.language, dense=draft.dense, joined=draft.joined)
    ages = ages_in(draft.added, draft.language) or ages_in(draft.subject, draft.language)
    barred = bool(likely) and is_for_other_ages(likely[0].page.service, ages)
    certain = bool(likely) and sure and not (draft.strays or barred)
    # Without vectors half of the signals is missing: too little to hold options back.
    unfit = not likely or (draft.dense and confidence < measured.ask and not draft.strays)
    if (wish := draft.wish) and (before_page(wish) or (not certain and (unfit or before_options(wish)))):
        return grant(draft, wish, likely)
    if not content_tokens(draft.subject, draft.language):
        return escalate(draft, EscalationReason.NOT_FOUND)
    if not likely:
        return escalate(draft, EscalationReason.NOT_FOUND)
    if unfit:
        missed = _missed_before(draft)
        return escalate(draft, EscalationReason.REPEATED_FAILURE if missed else EscalationReason.LOW_CONFIDENCE)
    if _of_another_municipality(draft):
        return clarify(draft, ClarificationReason.MUNICIPALITY_NEEDED, likely)
    if certain:
        return draft
    if _missed_before(draft):
        return escalate(draft, EscalationReason.REPEATED_FAILURE)
    return _ask_back(draft, for_ages(draft, likely, ages) if barred else likely, ages if barred else ())


def _ask_back(draft: Draft, likely: tuple[Candidate, ...], ages: tuple[int, ...]) -> Clarification:
    """Ask which is meant; `ages` are those that the first page is not for."""
    if ages:
        told = text("ask.ages", draft.language, ages=", ".join(map(str, ages)))
        return clarify(draft, ClarificationReason.CLOSE_CANDIDATES, likely, told)
    vague = len(topic(draft.subject, draft.language)) == 1
    reason = ClarificationReason.TOO_VAGUE if vague else ClarificationReason.CLOSE_CANDIDATES
    return clarify(draft, reason, likely, question_between(likely, draft.language))


def _missed_before(draft: Draft) -> bool:
    """Whether the replies before helped nobody: to ask back a third time would be no help either."""
    last = draft.question.history[-_MISSES:]
    return len(last) == _MISSES and all(turn.missed for turn in last)


def _of_another_municipality(draft: Draft) -> bool:
    """Whether the best page holds only in municipalities, and none that we know to be the citizen's."""
    service = draft.candidates[0].page.service
    local = bool(service.spatial) and all(len(code) >= _MUNICIPAL for code in service.spatial)
    title = f" {' '.join(tokens(' '.join(service.title.values())))} "
    said = (" ".join(tokens(draft.question.municipality or "")), *names_in(draft.subject))
    # Who names no municipality on the site of one is taken to mean that one.
    named = said if any(said) else (" ".join(tokens(draft.question.site.scope.municipality)),)
    return local and not any(name and f" {name} " in title for name in named)
