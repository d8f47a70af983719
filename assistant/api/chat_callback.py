"""A call-back asked without scripts: the moments that the form of `/chat/{site}` offers, and the promise."""

from __future__ import annotations

from assistant.api.case_shapes import done
from assistant.api.handover import Slots, Wanted, open_case
from assistant.bootstrap import Service
from assistant.cases.case_letters import window_line
from assistant.cases.windows import read_start
from assistant.domain.conversation import Conversation
from assistant.domain.handover import Consent, Route


def callback_moments(service: Service, conversation: Conversation) -> list[tuple[str, str]]:
    """Return when a citizen can be called, as values of a form with their words; none where no call can be promised."""
    site = service.sites[conversation.site]
    offered = service.cases.offered(site)
    return [(one.start.isoformat(), window_line(one, site, conversation.language)) for one in offered]


def ask_callback(service: Service, conversation: Conversation, *, phone: str, name: str, window: str) -> None:
    """Promise to call; the conversation is told its reference. Raises Problem."""
    start = done(lambda: read_start(window)) if window else None
    slots = Slots.model_validate({"phone": phone.strip(), "name": name.strip(), "window": start})
    open_case(service, conversation, Wanted(route=Route.CALLBACK, consent=Consent.FULL, slots=slots))
    service.handovers.withdraw(conversation)
