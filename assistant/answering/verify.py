"""Step verify: every statement must stand, word for word, in a passage it cites of a page that holds now."""

from __future__ import annotations

from assistant.answering.draft import Draft
from assistant.answering.judging import supported
from assistant.answering.replies import escalate
from assistant.domain.reply import Escalation, EscalationReason


def verify(draft: Draft) -> Draft | Escalation:
    """Let a proven answer through; hand over one that is empty or has a sentence without its source."""
    composed = draft.composed
    if composed is None or not composed.statements:
        return escalate(draft, EscalationReason.UNVERIFIED_STATEMENT, detail="the page has no sentences to quote")
    for statement in composed.statements:
        if not supported(statement, composed.citations):
            return escalate(draft, EscalationReason.UNVERIFIED_STATEMENT, detail=f"not in its source: {statement.text}")
    return draft
