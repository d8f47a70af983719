"""Between rows and values: a conversation, its events, and how a change of it is stored whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.domain.conversation import Author, Change, Conversation, Event, EventType, Status
from assistant.store.tables import ConversationRow, EventRow, WorkRow
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


def load(session: Session, conversation_id: str) -> Conversation:
    """Return a conversation as it is now. Raises NotThere."""
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise NotThere
    return conversation_of(row)


def save(session: Session, before: Conversation, change: Change, source_id: str | None = None) -> None:
    """Store what an act did to `before`: state, events and work. Raises Overtaken where it is not `before` any more."""
    after = {name: value for name, value in asdict(change.after).items() if name != "id"}
    mine = (ConversationRow.id == before.id) & (ConversationRow.version == before.version)
    if session.execute(update(ConversationRow).where(mine).values(after)).rowcount != 1:  # type: ignore[attr-defined]
        raise Overtaken
    for event in change.events:
        session.add(_row_of(before.id, event))
        # One by one, so that positions rise as the sequence does.
        session.flush()
    work = update(WorkRow).where(WorkRow.conversation_id == before.id)
    if change.closes is not None:
        session.execute(work.where(WorkRow.seq == change.closes).values(state=DONE, owner=None, leased_until=None))
    if change.voids:
        session.execute(work.where(WorkRow.state == OPEN).values(state=VOID, owner=None, leased_until=None))
    if change.opens is not None:
        _open(session, before.id, change.opens, source_id)


def conversation_of(row: ConversationRow) -> Conversation:
    """Return the value of a row."""
    return Conversation(
        row.id,
        row.site,
        row.language,
        row.declared,
        row.created_at,
        row.active_at,
        row.municipality,
        row.page,
        Status(row.status),
        row.version,
        row.last_seq,
        row.unanswered,
        row.agent,
        row.warned_at,
    )


def event_of(row: EventRow) -> Event:
    """Return the value of a row."""
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


def _row_of(conversation_id: str, event: Event) -> EventRow:
    fields = asdict(event) | {"reply": json.dumps(event.reply, ensure_ascii=False) if event.reply else None}
    return EventRow(conversation_id=conversation_id, **fields)


def _open(session: Session, conversation_id: str, seq: int, source_id: str | None) -> None:
    """Let message `seq` be answered: anew, or again where it was void."""
    of_message = select(WorkRow).where(WorkRow.conversation_id == conversation_id, WorkRow.seq == seq)
    row = session.scalars(of_message).first()
    if row is None:
        row = WorkRow(conversation_id=conversation_id, seq=seq, source_id=source_id, informed=False)
        session.add(row)
    row.state, row.attempts, row.owner, row.leased_until = OPEN, 0, None, None
    session.flush()
