"""A hand-over: what people are asked, by which route, and what the citizen allowed to pass on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Route(StrEnum):
    """The ways to a person or a place."""

    AGENT = "agent"
    CALLBACK = "callback"
    EMAIL = "email"
    COUNTER = "counter"


class Consent(StrEnum):
    """What the citizen allows staff to read of what was said before."""

    FULL = "full"
    WITHOUT_TRANSCRIPT = "without_transcript"


class Progress(StrEnum):
    """How far a hand-over to an agent is."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ENDED = "ended"


@dataclass(frozen=True)
class Request:
    """What a conversation waits for people with. `brief` is JSON, its words masked (`assistant/handover/brief.py`)."""

    site: str
    """Whose staff is asked; the citizen stays on the site of the conversation."""
    language: str
    consent: Consent
    brief: dict[str, Any]
    theme: str | None = None
    municipality: str | None = None
    reason: str | None = None
    team: str | None = None


@dataclass(frozen=True)
class Transfer:
    """That a colleague passed a hand-over on, with the reason."""

    by: str
    why: str


@dataclass(frozen=True)
class Handover:
    """A request on its way: waiting, claimed by an agent, or ended."""

    id: int
    conversation_id: str
    request: Request
    progress: Progress
    from_seq: int
    """Staff see the conversation after this event; 0 is all of it."""
    queued_at: datetime
    """Since when the citizen waits: a hand-over that comes back keeps its place."""
    waits_since: datetime
    """Since when nobody has it: later than `queued_at` where it came back."""
    agent: str | None = None
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    reserved_for: str | None = None
    """The colleague it was passed to; nobody else may claim it until then."""
    reserved_until: datetime | None = None
    transfer: Transfer | None = None
    returned: bool = False
    """Whether it came back because its agent said nothing more."""
    offered_at: datetime | None = None
    """When the citizen was told that nobody is free, and what else there is."""
