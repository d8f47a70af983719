"""A conversation to take along: as text that can be read, and as all that is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from assistant.answering.contacts import date_in_words, site_contacts
from assistant.conversations.shapes import conversation_json, event_json
from assistant.domain.conversation import Conversation, Event
from assistant.messages import text
from assistant.sites import Site

_ZONE = ZoneInfo("Europe/Brussels")


def transcript(conversation: Conversation, events: Sequence[Event], site: Site) -> str:
    """Return the conversation as plain text in its language, with the way to a person at the end."""
    language = conversation.language
    began = conversation.created_at.astimezone(_ZONE)
    lines = [f"{text('conversation.title', language, org=site.name)} – {date_in_words(began.date(), language)}"]
    for event in events:
        author = text(f"authors.{event.author}", language)
        words = event.text or text("conversation.wiped", language)
        lines += ["", f"{event.at.astimezone(_ZONE):%H:%M} – {author}", words]
    contacts = site_contacts(site, conversation.active_at, language)
    lines += ["", *(f"{one.label}: {one.value}" for one in contacts)]
    return "\n".join(lines) + "\n"


def export(conversation: Conversation, events: Sequence[Event]) -> dict[str, Any]:
    """Return all that is kept of a conversation and its citizen."""
    return {"conversation": conversation_json(conversation), "events": [event_json(event) for event in events]}
