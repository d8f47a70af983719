"""A conversation: who may speak when, and what every act changes. Pure: no clock, no database, no words of its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

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


def citizen_says(
    before: Conversation, at: datetime, text: str, client_id: str, *, resumed: str = "", danger: str = ""
) -> Change:
    """The citizen may always speak. To the assistant this opens work; a closed conversation goes on (`resumed`: words).

    While people have the conversation only `danger` (words, "" where there is none) is said beside it, to both sides.
    """
    events: tuple[Event, ...] = ()
    now = before
    if now.status is Status.CLOSED:
        now, events = _add(replace(now, status=Status.BOT), at, EventType.STATUS, Author.SYSTEM, resumed)
    now, said = _add(now, at, EventType.MESSAGE, Author.CITIZEN, text, client_id=client_id)
    seq = now.last_seq
    warning: tuple[Event, ...] = ()
    if danger and now.with_people:
        now, warning = _add(now, at, EventType.NOTICE, Author.ASSISTANT, danger)
    return _changed(
        replace(now, unanswered=seq), at, (*events, *said, *warning), opens=None if now.with_people else seq
    )


def chooses_language(now: Conversation, language: str | None) -> Conversation:
    """Return the conversation with the language that the citizen chose, as it is where none was chosen."""
    return now if language is None else replace(now, language=language, declared=True)


def assistant_replies(
    before: Conversation, at: datetime, seq: int, reply: dict[str, Any], *, language: str | None = None
) -> Change:
    """Answer message `seq`; `language` is kept for what comes. Raises OutOfTurn unless the assistant has the word."""
    _only_the_assistant(before)
    said: dict[str, Any] = {"reply": reply, "in_reply_to": seq}
    now, events = _add(before, at, EventType.MESSAGE, Author.ASSISTANT, str(reply["text"]), **said)
    now = replace(now, unanswered=None if now.unanswered == seq else now.unanswered, language=language or now.language)
    return _changed(now, at, events, closes=seq)


def assistant_informs(before: Conversation, at: datetime, words: str) -> Change:
    """Tell the citizen that the answer is still looked for. Raises OutOfTurn unless the assistant has the word."""
    _only_the_assistant(before)
    now, events = _add(before, at, EventType.NOTICE, Author.ASSISTANT, words)
    return _changed(now, at, events)


def ask_for_person(before: Conversation, at: datetime, words: str) -> Change:
    """Let the conversation wait for a person; from now on the assistant is silent. Raises OutOfTurn."""
    if before.with_people:
        raise OutOfTurn(Refusal.ALREADY_HANDED_OVER)
    _only_the_assistant(before)
    now, events = _add(replace(before, status=Status.WAITING), at, EventType.STATUS, Author.SYSTEM, words)
    return _changed(now, at, events, voids=True)


def agent_accepts(before: Conversation, at: datetime, agent: str, words: str) -> Change:
    """A person takes a conversation that waits; the second one to try is refused. Raises OutOfTurn."""
    if before.status is Status.WITH_AGENT:
        raise OutOfTurn(Refusal.ALREADY_TAKEN)
    if before.status is not Status.WAITING:
        raise OutOfTurn(Refusal.NOT_WAITING)
    taken = replace(before, status=Status.WITH_AGENT, agent=agent)
    now, events = _add(taken, at, EventType.STATUS, Author.SYSTEM, words, agent=agent)
    return _changed(now, at, events)


def agent_says(before: Conversation, at: datetime, agent: str, text: str, client_id: str) -> Change:
    """The agent who has the conversation speaks. Raises OutOfTurn for anybody else, and at any other time."""
    _only_its_agent(before, agent)
    now, events = _add(before, at, EventType.MESSAGE, Author.AGENT, text, client_id=client_id, agent=agent)
    return _changed(replace(now, unanswered=None), at, events)


def hand_back(before: Conversation, at: datetime, agent: str | None, words: str) -> Change:
    """Its agent, or the citizen who waits no longer (`agent` None), gives the word back to the assistant.

    What the citizen said last and nobody answered, the assistant answers after all. Raises OutOfTurn.
    """
    if agent is not None:
        _only_its_agent(before, agent)
    elif before.status is not Status.WAITING:
        raise OutOfTurn(Refusal.NOT_WAITING)
    now, events = _add(replace(before, status=Status.BOT, agent=None), at, EventType.STATUS, Author.SYSTEM, words)
    return _changed(now, at, events, opens=before.unanswered)


def close(before: Conversation, at: datetime, words: str, *, agent: str | None = None) -> Change:
    """End the conversation: by the citizen or the clock (`agent` None) or by its agent. Raises OutOfTurn."""
    if before.status is Status.CLOSED:
        raise OutOfTurn(Refusal.CLOSED)
    if agent is not None:
        _only_its_agent(before, agent)
    closed = replace(before, status=Status.CLOSED, agent=None, unanswered=None)
    now, events = _add(closed, at, EventType.STATUS, Author.SYSTEM, words)
    return _changed(now, at, events, voids=True)


def tell(before: Conversation, at: datetime, words: str) -> Change:
    """Say something of the service beside whoever has the word. Raises OutOfTurn in a closed conversation."""
    if before.status is Status.CLOSED:
        raise OutOfTurn(Refusal.CLOSED)
    now, events = _add(before, at, EventType.NOTICE, Author.SYSTEM, words)
    return Change(replace(now, version=now.version + 1), events)


def remind(before: Conversation, at: datetime, words: str) -> Change:
    """Tell a citizen who is silent that the conversation will end. Raises OutOfTurn while people have it."""
    _only_the_assistant(before)
    now, events = _add(before, at, EventType.NOTICE, Author.SYSTEM, words)
    return Change(replace(now, version=now.version + 1, warned_at=at), events)


def _only_the_assistant(now: Conversation) -> None:
    if now.status is Status.CLOSED:
        raise OutOfTurn(Refusal.CLOSED)
    if now.status is not Status.BOT:
        raise OutOfTurn(Refusal.ASSISTANT_IS_SILENT)


def _only_its_agent(now: Conversation, agent: str) -> None:
    if now.status is not Status.WITH_AGENT or now.agent != agent:
        raise OutOfTurn(Refusal.CLOSED if now.status is Status.CLOSED else Refusal.NOT_YOURS)


def _add(
    now: Conversation, at: datetime, type_: EventType, author: Author, text: str, **more: Any
) -> tuple[Conversation, tuple[Event, ...]]:
    # The clocks of two machines differ; what is said later is never dated earlier.
    event = Event(now.last_seq + 1, max(at, now.active_at), type_, author, now.status, text, **more)
    return replace(now, last_seq=event.seq), (event,)


def _changed(now: Conversation, at: datetime, events: tuple[Event, ...], **work: Any) -> Change:
    active_at = max(at, now.active_at)
    return Change(replace(now, version=now.version + 1, active_at=active_at, warned_at=None), events, **work)
