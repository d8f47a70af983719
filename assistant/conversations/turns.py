"""What a citizen asked before in a conversation, as the next question is read after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.answering.following import Turn
from assistant.domain.conversation import Author, Event, EventType
from assistant.domain.reply import ClarificationReason, EscalationReason, Reply
from assistant.domain.reply_json import to_json

_ON_A_SUBJECT = frozenset({"answer", "clarification"})
_NOT_FOUND = frozenset({EscalationReason.NOT_FOUND.value, EscalationReason.LOW_CONFIDENCE.value})


def turns_of(events: Sequence[Event], before: int | None = None) -> tuple[Turn, ...]:
    """Return the questions on a subject among the events of a conversation, those before the event `before`.

    Greetings, danger, a word to a person and the like have no subject: nothing of them is looked for again.
    """
    replies = {event.in_reply_to: event.reply for event in events if event.reply is not None}
    asked = [
        event
        for event in events
        if event.type is EventType.MESSAGE and event.author is Author.CITIZEN and (before is None or event.seq < before)
    ]
    return tuple(
        _turn(event.text, reply) for event in asked if (reply := replies.get(event.seq)) and _on_a_subject(reply)
    )


def turn_of(text: str, reply: Reply) -> Turn | None:
    """Return a question with its reply, None where it has no subject."""
    given = to_json(reply)
    return _turn(text, given) if _on_a_subject(given) else None


def _on_a_subject(reply: dict[str, Any]) -> bool:
    return reply["kind"] in _ON_A_SUBJECT or (reply["kind"] == "escalation" and reply["reason"] in _NOT_FOUND)


def _turn(text: str, reply: dict[str, Any]) -> Turn:
    answered = reply["kind"] == "answer"
    source_id = reply["citations"][0]["source_id"] if answered and reply["citations"] else None
    asked_place = reply["reason"] == ClarificationReason.MUNICIPALITY_NEEDED.value
    return Turn(text, source_id, asked_place, missed=not answered and not asked_place)
