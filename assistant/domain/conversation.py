"""A conversation: who may speak when, and what every act changes. Pure: no clock, no database, no words of its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from assistant.domain.handover import Request
from knowledge.errors import NamedFailure


class Status(StrEnum):
    """Who has the word beside the citizen."""

    BOT = "bot"
    WAITING = "waiting"
    WITH_AGENT = "with_agent"
    CLOSED = "closed"


class EventType(StrEnum):
    """What is kept in the log; typing and read marks are delivered, never kept."""

    MESSAGE = "message"
    STATUS = "status"
    NOTICE = "notice"


class Author(StrEnum):
    """Who said it."""

    CITIZEN = "citizen"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


class Refusal(StrEnum):
    """Why somebody may not do this now."""

    ASSISTANT_IS_SILENT = "assistant_is_silent"
    NOT_WAITING = "not_waiting"
    ALREADY_TAKEN = "already_taken"
    ALREADY_HANDED_OVER = "already_handed_over"
    NOT_YOURS = "not_yours"
    CLOSED = "closed"


class OutOfTurn(NamedFailure):
    """Somebody acts while it is not theirs to act; `refusal` says why. Nothing has changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"Not now: {refusal.value.replace('_', ' ')}.")
        self.refusal = refusal


@dataclass(frozen=True)
class Conversation:
    """What holds now. `version` rises with every change, `last_seq` with every event."""

    id: str
    site: str
    language: str
    declared: bool
    """Whether the citizen chose the language; otherwise it is the one the citizen was last found to write."""
    created_at: datetime
    active_at: datetime
    """When anybody last said something."""
    municipality: str | None = None
    page: str | None = None
    status: Status = Status.BOT
    version: int = 0
    last_seq: int = 0
    unanswered: int | None = None
    """The newest message of the citizen, while nobody has answered it."""
    agent: str | None = None
    warned_at: datetime | None = None
    """When the citizen was told that the conversation will end, if nothing was said since."""

    @property
    def with_people(self) -> bool:
        """Whether a person has the conversation or is awaited: then the assistant is silent."""
        return self.status in {Status.WAITING, Status.WITH_AGENT}


@dataclass(frozen=True)
class Event:
    """One line of the log; `status` is that of the conversation after it."""

    seq: int
    at: datetime
    type: EventType
    author: Author
    status: Status
    text: str = ""
    reply: dict[str, Any] | None = None
    client_id: str | None = None
    in_reply_to: int | None = None
    agent: str | None = None


@dataclass(frozen=True)
class Change:
    """What one act does, to be stored whole or not at all."""

    after: Conversation
    events: tuple[Event, ...] = field(default=())
    opens: int | None = None
    """The message that the assistant must answer from now on."""
    closes: int | None = None
    """The message that is answered with this."""
    voids: bool = False
    """Whether the assistant need not answer what is still open."""
    asks: Request | None = None
    """What people are asked, where the conversation waits for them from now on."""


def citizen_says(
    before: Conversation, at: datetime, text: str, client_id: str, *, resumed: str = "", danger: str = ""
) -> Change:
    """The citizen may always speak. To the assistant this opens work; a closed conversation goes on (`resumed`: words).

    While people have the conversation only `danger` (words, "" where there is none) is said beside it, to both sides.
    """
    events: tuple[Event, ...] = ()
    now = before
    if now.status is Status.CLOSED:
        now, events = add(replace(now, status=Status.BOT), at, EventType.STATUS, Author.SYSTEM, resumed)
    now, said = add(now, at, EventType.MESSAGE, Author.CITIZEN, text, client_id=client_id)
    seq = now.last_seq
    warning: tuple[Event, ...] = ()
    if danger and now.with_people:
        now, warning = add(now, at, EventType.NOTICE, Author.ASSISTANT, danger)
    return changed(replace(now, unanswered=seq), at, (*events, *said, *warning), opens=None if now.with_people else seq)


def chooses_language(now: Conversation, language: str | None) -> Conversation:
    """Return the conversation with the language that the citizen chose, as it is where none was chosen."""
    return now if language is None else replace(now, language=language, declared=True)


def assistant_replies(
    before: Conversation, at: datetime, seq: int, reply: dict[str, Any], *, language: str | None = None
) -> Change:
    """Answer message `seq`; `language` is kept for what comes. Raises OutOfTurn unless the assistant has the word."""
    only_the_assistant(before)
    said: dict[str, Any] = {"reply": reply, "in_reply_to": seq}
    now, events = add(before, at, EventType.MESSAGE, Author.ASSISTANT, str(reply["text"]), **said)
    now = replace(now, unanswered=None if now.unanswered == seq else now.unanswered, language=language or now.language)
    return changed(now, at, events, closes=seq)


def assistant_informs(before: Conversation, at: datetime, words: str) -> Change:
    """Tell the citizen that the answer is still looked for. Raises OutOfTurn unless the assistant has the word."""
    only_the_assistant(before)
    now, events = add(before, at, EventType.NOTICE, Author.ASSISTANT, words)
    return changed(now, at, events)


def close(before: Conversation, at: datetime, words: str, *, agent: str | None = None) -> Change:
    """End the conversation: by the citizen or the clock (`agent` None) or by its agent. Raises OutOfTurn."""
    if before.status is Status.CLOSED:
        raise OutOfTurn(Refusal.CLOSED)
    if agent is not None:
        only_its_agent(before, agent)
    closed = replace(before, status=Status.CLOSED, agent=None, unanswered=None)
    now, events = add(closed, at, EventType.STATUS, Author.SYSTEM, words)
    return changed(now, at, events, voids=True)


def tell(before: Conversation, at: datetime, words: str) -> Change:
    """Say something of the service beside whoever has the word. Raises OutOfTurn in a closed conversation."""
    if before.status is Status.CLOSED:
        raise OutOfTurn(Refusal.CLOSED)
    now, events = add(before, at, EventType.NOTICE, Author.SYSTEM, words)
    return Change(replace(now, version=now.version + 1), events)


def remind(before: Conversation, at: datetime, words: str) -> Change:
    """Tell a citizen who is silent that the conversation will end. Raises OutOfTurn while people have it."""
    only_the_assistant(before)
    now, events = add(before, at, EventType.NOTICE, Author.SYSTEM, words)
    return Change(replace(now, version=now.version + 1, warned_at=at), events)


def only_the_assistant(now: Conversation) -> None:
    """Raise OutOfTurn unless the assistant has the word."""
    if now.status is Status.CLOSED:
        raise OutOfTurn(Refusal.CLOSED)
    if now.status is not Status.BOT:
        raise OutOfTurn(Refusal.ASSISTANT_IS_SILENT)


def only_its_agent(now: Conversation, agent: str) -> None:
    """Raise OutOfTurn unless this agent has the conversation."""
    if now.status is not Status.WITH_AGENT or now.agent != agent:
        raise OutOfTurn(Refusal.CLOSED if now.status is Status.CLOSED else Refusal.NOT_YOURS)


def add(
    now: Conversation, at: datetime, type_: EventType, author: Author, text: str, **more: Any
) -> tuple[Conversation, tuple[Event, ...]]:
    """Return the conversation with one more event, and that event."""
    # The clocks of two machines differ; what is said later is never dated earlier.
    event = Event(now.last_seq + 1, max(at, now.active_at), type_, author, now.status, text, **more)
    return replace(now, last_seq=event.seq), (event,)


def changed(now: Conversation, at: datetime, events: tuple[Event, ...], **work: Any) -> Change:
    """Return the change to this conversation, in which something was said."""
    active_at = max(at, now.active_at)
    return Change(replace(now, version=now.version + 1, active_at=active_at, warned_at=None), events, **work)
