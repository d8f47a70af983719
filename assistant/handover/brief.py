"""The brief: what an agent must know of a conversation, so that nothing is asked twice. Built without any model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from assistant.domain.conversation import Author, Conversation, Event, EventType
from assistant.domain.handover import Consent, Route
from knowledge.text import sentences

_SENTENCES = 2


def brief_of(
    conversation: Conversation,
    events: Sequence[Event],
    wish: Route,
    consent: Consent,
    *,
    theme: str | None = None,
    agreed: str | None = None,
) -> dict[str, Any]:
    """Return the brief as JSON (`docs/desk.md`); every word of the citizen in it was masked before it was stored.

    `agreed` is the client id of the message that only said yes. Without consent to the conversation it says who needs
    what, in which language, and nothing that was said. What was said of danger is left out.
    """
    spoken = [event for event in events if event.type is EventType.MESSAGE]
    asked = [event for event in spoken if event.author is Author.CITIZEN and event.client_id != agreed]
    replies = [event for event in spoken if event.reply is not None]
    last: dict[str, Any] = (replies[-1].reply or {}) if replies else {}
    full = consent is Consent.FULL
    question, waits = _questions(conversation, asked, replies) if full else (None, None)
    return {
        "question": question,
        "open": waits,
        "language": conversation.language,
        "municipality": conversation.municipality,
        "theme": theme,
        "reason": last.get("reason") if last.get("kind") == "escalation" else None,
        "detail": "",
        "wish": wish.value,
        "consent": consent.value,
        "answered": [_answered(event, asked) for event in replies if _kind(event) == "answer"] if full else [],
        "tried": [_tried(event) for event in replies if _kind(event) in {"clarification", "escalation"}]
        if full
        else [],
        "messages": len(asked),
        "since": conversation.created_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _questions(
    conversation: Conversation, asked: Sequence[Event], replies: Sequence[Event]
) -> tuple[str | None, str | None]:
    """Return what the citizen wanted to know last, and what of it nobody answered yet."""
    dangerous = {event.in_reply_to for event in replies if _dangerous(event)}
    told = [event for event in asked if event.text and event.seq not in dangerous]
    wanted = [event for event in told if not _only_a_person(event, replies)] or told
    waits = next((event.text for event in told if event.seq == conversation.unanswered), None)
    return (wanted[-1].text if wanted else None), waits


def last_page(events: Sequence[Event]) -> str | None:
    """Return the id of the page that was shown or offered last."""
    for event in reversed(events):
        reply = event.reply or {}
        if reply.get("citations"):
            return str(reply["citations"][0]["page_id"])
        if reply.get("options"):
            return str(reply["options"][0]["id"])
    return None


def _kind(event: Event) -> str:
    return str((event.reply or {}).get("kind", ""))


def _dangerous(event: Event) -> bool:
    return str((event.reply or {}).get("reason", "")).startswith("danger_")


def _only_a_person(asked: Event, replies: Sequence[Event]) -> bool:
    """Whether a message asked for a person and nothing else."""
    answer = next((event.reply or {} for event in replies if event.in_reply_to == asked.seq), {})
    return answer.get("reason") == "asked_for_person"


def _answered(event: Event, asked: Sequence[Event]) -> dict[str, Any]:
    reply = event.reply or {}
    question = next((one.text for one in asked if one.seq == event.in_reply_to), "")
    said = " ".join(statement["text"] for statement in reply.get("statements", []))
    sources = {citation["page_id"]: citation for citation in reply.get("citations", [])}
    return {
        "question": question,
        "text": " ".join(sentences(said)[:_SENTENCES]),
        "sources": [
            {name: source[name] for name in ("title", "url", "page_id", "source_id")} for source in sources.values()
        ],
    }


def _tried(event: Event) -> dict[str, Any]:
    reply = event.reply or {}
    options = [option["label"] for option in reply.get("options", [])]
    return {"kind": reply.get("kind"), "reason": reply.get("reason"), "options": options}
