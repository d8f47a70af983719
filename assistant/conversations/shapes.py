"""Events and conversations as the JSON of the interface."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assistant.domain.conversation import Author, Conversation, Event


def event_json(event: Event) -> dict[str, Any]:
    """Return an event as citizens get it; `status` is that of the conversation after it."""
    shape: dict[str, Any] = {
        "seq": event.seq,
        "at": moment(event.at),
        "type": event.type.value,
        "author": event.author.value,
        "status": event.status.value,
        "text": event.text,
    }
    for name, value in (("reply", event.reply), ("client_id", event.client_id), ("in_reply_to", event.in_reply_to)):
        if value is not None:
            shape[name] = value
    return shape


def typing_json(at: datetime, author: Author = Author.ASSISTANT) -> dict[str, Any]:
    """Return the mark that somebody writes, or that the assistant is busy with an answer; it is in no log."""
    return {"seq": None, "at": moment(at), "type": "typing", "author": author.value}


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """Return what is kept of a conversation beside its events."""
    return {
        "id": conversation.id,
        "site": conversation.site,
        "language": conversation.language,
        "municipality": conversation.municipality,
        "page": conversation.page,
        "status": conversation.status.value,
        "created_at": moment(conversation.created_at),
        "active_at": moment(conversation.active_at),
    }


def moment(at: datetime) -> str:
    """Return a moment as the interface has it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
