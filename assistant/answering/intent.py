"""Step intent: the wish for a person and small talk need no search."""

from __future__ import annotations

from assistant.answering.cues import asks_for_person, small_talk_in
from assistant.answering.draft import Draft
from assistant.answering.replies import escalate, signpost
from assistant.domain.reply import Escalation, EscalationReason, Signpost


def intent(draft: Draft) -> Draft | Escalation | Signpost:
    """Hand over when asked, answer small talk in fixed words, go on otherwise."""
    if asks_for_person(draft.text):
        return escalate(draft, EscalationReason.ASKED_FOR_PERSON)
    if (reason := small_talk_in(draft.text)) is not None:
        return signpost(draft, reason)
    return draft
