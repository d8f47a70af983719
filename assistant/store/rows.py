"""Between rows and values: a conversation, its events, and how a change of it is stored whole.

Statements are built once, when the module is loaded: building one takes longer than running it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import CursorResult, Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from assistant.domain.conversation import Author, Change, Conversation, Event, EventType, Status
from assistant.store.handover_rows import follow
from assistant.store.history_words import remember
from assistant.store.tables import conversations, events, work
from knowledge.errors import NamedFailure

Act = Callable[[Conversation], Change]

OPEN, DONE, VOID = "open", "done", "void"


class NotThere(NamedFailure):
    """There is no such conversation (any more)."""

    def __init__(self) -> None:
        super().__init__("There is no such conversation.")


class Overtaken(NamedFailure):
    """Somebody else changed the conversation first; nothing has changed by this."""

    def __init__(self) -> None:
        super().__init__("Somebody else was first. Look again.")


_KEPT = tuple(column.name for column in conversations.columns)
_OF_EVENT = ("seq", "at", "type", "author", "status", "text", "client_id", "in_reply_to", "agent")
_FREED = {"owner": None, "leased_until": None}
_MESSAGE = (work.c.conversation_id == bindparam("of"), work.c.seq == bindparam("message"))

_LOAD = select(conversations).where(conversations.c.id == bindparam("of"))
_CHANGE = (
    update(conversations)
    .where(conversations.c.id == bindparam("of"), conversations.c.version == bindparam("before"))
    .values({name: bindparam(f"new_{name}") for name in _KEPT})
)
_TELL = insert(events).inline()
_CLOSE = update(work).where(*_MESSAGE).values(state=DONE, **_FREED)
_VOID = update(work).where(_MESSAGE[0], work.c.state == OPEN).values(state=VOID, **_FREED)
_OPEN = insert(work).inline()
_REOPEN = update(work).where(*_MESSAGE).values(state=OPEN, attempts=0, **_FREED)


def load(session: Session, conversation_id: str) -> Conversation:
    """Return a conversation as it is now. Raises NotThere."""
    row = session.execute(_LOAD, {"of": conversation_id}).one_or_none()
    if row is None:
        raise NotThere
    return conversation_of(row)


def save(session: Session, before: Conversation, change: Change, source_id: str | None = None) -> None:
    """Store what an act did to `before`: state, events, work and hand-over.

    Raises Overtaken where it is not `before` any more.
    """
    state = {f"new_{name}": getattr(change.after, name) for name in _KEPT}
    if changed(session.execute(_CHANGE, {"of": before.id, "before": before.version, **state})) != 1:
        raise Overtaken
    for event in change.events:
        # One by one, so that positions rise as the sequence does.
        session.execute(_TELL, _fields(before.id, event))
    remember(session, before.id, change.events)
    if change.closes is not None:
        session.execute(_CLOSE, {"of": before.id, "message": change.closes})
    if change.voids:
        session.execute(_VOID, {"of": before.id})
    if change.opens is not None:
        _open(session, before, change.opens, source_id)
    follow(session, before, change)


def changed(result: Any) -> int:
    """Return how many rows a statement changed."""
    return int(result.rowcount) if isinstance(result, CursorResult) else 0


def conversation_of(row: Row[Any]) -> Conversation:
    """Return the value of a row of `conversations`."""
    fields = {name: getattr(row, name) for name in _KEPT}
    return Conversation(**fields | {"status": Status(row.status)})


def event_of(row: Row[Any]) -> Event:
    """Return the value of a row of `events`."""
    return Event(
        row.seq,
        row.at,
        EventType(row.type),
        Author(row.author),
        Status(row.status),
        row.text,
        json.loads(row.reply) if row.reply else None,
        row.client_id,
        row.in_reply_to,
        row.agent,
    )


def _fields(conversation_id: str, event: Event) -> dict[str, Any]:
    reply = json.dumps(event.reply, ensure_ascii=False) if event.reply else None
    return {"conversation_id": conversation_id, "reply": reply, **{name: getattr(event, name) for name in _OF_EVENT}}


def _open(session: Session, before: Conversation, seq: int, source_id: str | None) -> None:
    """Let message `seq` be answered: a new one, or one again that was void."""
    if seq <= before.last_seq and changed(session.execute(_REOPEN, {"of": before.id, "message": seq})):
        return
    fields = {"conversation_id": before.id, "seq": seq, "source_id": source_id}
    session.execute(_OPEN, {**fields, "state": OPEN, "attempts": 0, "informed": False})
