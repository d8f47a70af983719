"""A conversation to take along: as text that can be read, and as all that is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from assistant.answering.contacts import date_in_words, site_contacts
from assistant.cases.letters import Letter, Part
from assistant.conversations.shapes import conversation_json, event_json
from assistant.domain.conversation import Conversation, Event
from assistant.messages import text
from assistant.sites import Site

_ZONE = ZoneInfo("Europe/Brussels")


def transcript(conversation: Conversation, events: Sequence[Event], site: Site) -> str:
    """Return the conversation as plain text in its language, with the way to a person at the end."""
    lines = [_title(conversation, site)]
    for part in _said(conversation, events):
        lines += ["", part.heading, part.words]
    return "\n".join([*lines, "", _routes(conversation, site)]) + "\n"


def transcript_letter(conversation: Conversation, events: Sequence[Event], site: Site) -> Letter:
    """Return the conversation as a letter in its language: why it comes, what was said, the way to a person."""
    language = conversation.language
    why = Part("", text("mail.transcript", language))
    end = (
        Part(text("page.person", language), _routes(conversation, site)),
        Part("", text("mail.automatic", language)),
    )
    parts = (why, *_said(conversation, events), *end)
    return Letter(site.name, language, _title(conversation, site), parts)


def _title(conversation: Conversation, site: Site) -> str:
    language, began = conversation.language, conversation.created_at.astimezone(_ZONE)
    return f"{text('conversation.title', language, org=site.name)} – {date_in_words(began.date(), language)}"


def _said(conversation: Conversation, events: Sequence[Event]) -> list[Part]:
    language = conversation.language
    return [
        Part(
            f"{event.at.astimezone(_ZONE):%H:%M} – {text(f'authors.{event.author}', language)}",
            event.text or text("conversation.wiped", language),
        )
        for event in events
    ]


def _routes(conversation: Conversation, site: Site) -> str:
    contacts = site_contacts(site, conversation.active_at, conversation.language)
    return "\n".join(f"{one.label}: {one.value}" for one in contacts)


def export(conversation: Conversation, events: Sequence[Event]) -> dict[str, Any]:
    """Return all that is kept of a conversation and its citizen."""
    return {"conversation": conversation_json(conversation), "events": [event_json(event) for event in events]}
