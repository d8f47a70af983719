"""A conversation as the page without scripts shows it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from assistant.api.chat_callback import callback_moments
from assistant.api.views import reply_view
from assistant.bootstrap import Service
from assistant.domain.conversation import Author, Conversation, Event, EventType, Status
from assistant.domain.handover import Consent, Route
from assistant.domain.reply_json import from_json
from assistant.messages import text

_LAST = 100
"""Events that the page shows: the whole conversation can be downloaded."""


def chat_view(service: Service, conversation: Conversation, *, person: bool) -> dict[str, Any]:
    """Return what was said, who has the word and, where a person is wanted, which ways there are."""
    events = service.conversations.everything(conversation)[-_LAST:]
    view: dict[str, Any] = {
        "events": [_shown(event, conversation) for event in events],
        "status": conversation.status.value,
        "searching": conversation.status is Status.BOT and conversation.unanswered is not None,
        "offer": None,
        "brief": None,
        "moments": None,
        "place": service.handovers.place(conversation) if conversation.status is Status.WAITING else None,
    }
    if person and not conversation.with_people:
        offers = service.handovers.offers(conversation)
        view["offer"] = next(offer for offer in offers if offer.route is Route.AGENT)
        called = any(offer.route is Route.CALLBACK and offer.available for offer in offers)
        view["moments"] = callback_moments(service, conversation) if called else None
        view["brief"] = service.handovers.brief(conversation, Route.AGENT, Consent.FULL)
    return view


def _shown(event: Event, conversation: Conversation) -> dict[str, Any]:
    words = event.text or text("conversation.wiped", conversation.language)
    return {
        "seq": event.seq,
        "author": event.author.value,
        "message": event.type is EventType.MESSAGE or event.author is Author.CITIZEN,
        "text": words,
        "at": event.at,
        "time": f"{event.at.astimezone(ZoneInfo('Europe/Brussels')):%H:%M}",
        "reply": reply_view(from_json(event.reply)) if event.reply else None,
    }
