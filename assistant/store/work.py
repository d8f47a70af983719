"""Messages that are to be answered: each is leased for a while by one process, and answered once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from assistant.domain.conversation import Conversation
from assistant.store.log import Log
from assistant.store.rows import OPEN, Act, load, save
from assistant.store.tables import EventRow, TraceRow, WorkRow
from knowledge.errors import NamedFailure


@dataclass(frozen=True)
class Lease:
    """The right to answer one message until `until`; `attempts` counts this one."""

    id: int
    conversation: Conversation
    seq: int
    text: str
    source_id: str | None
    """The service that the citizen chose."""
    owner: str
    until: datetime
    attempts: int
    informed: bool
    """Whether the citizen was told that it takes longer."""


class LeaseLost(NamedFailure):
    """The message is not this owner's to answer any more: answered, void, erased, or leased by another."""

    def __init__(self) -> None:
        super().__init__("Somebody else answers this message, or it needs no answer any more.")


class WorkStore:
    """The messages of one database that are to be answered, oldest first, per conversation strictly in order."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def lease(self, owner: str, now: datetime, length: timedelta) -> Lease | None:
        """Take the oldest message that nobody answers now, None where there is none.

        Of a conversation only the oldest open message is ever taken, so that replies come in order.
        """
        with self._log.database.read() as session:
            # Looking first keeps those who find nothing from queueing for the writer's lock.
            if session.scalars(_next(now)).first() is None:
                return None
        with self._log.write(ring=False) as session:
            row = session.scalars(_next(now)).first()
            if row is None:
                return None
            mine = {"owner": owner, "leased_until": now + length, "attempts": WorkRow.attempts + 1}
            taken = update(WorkRow).where(WorkRow.id == row.id, WorkRow.state == OPEN, _free(now)).values(mine)
            if session.execute(taken).rowcount != 1:  # type: ignore[attr-defined]
                return None
            session.refresh(row)
            return _lease(session, row, owner, now + length)

    def finish(
        self,
        lease: Lease,
        act: Act,
        *,
        trace: dict[str, Any] | None = None,
        forget_at: datetime | None = None,
    ) -> int:
        """Store the reply and close the work in one transaction; returns the reply's sequence number.

        `trace` ({"trace", "passages"}) is kept beside it; the words that were answered are wiped at `forget_at`.
        Raises LeaseLost, and OutOfTurn where the assistant has not the word any more.
        """
        with self._log.write() as session:
            _held(session, lease)
            before = load(session, lease.conversation.id)
            change = act(before)
            save(session, before, change)
            seq = change.after.last_seq
            if trace is not None:
                kept = {name: json.dumps(trace[name], ensure_ascii=False) for name in ("trace", "passages")}
                at = change.events[-1].at
                session.add(TraceRow(conversation_id=before.id, seq=seq, at=at, **kept))
            if forget_at is not None:
                asked = (EventRow.conversation_id == before.id) & (EventRow.seq == lease.seq)
                session.execute(update(EventRow).where(asked).values(forget_at=forget_at))
            return seq

    def inform(self, lease: Lease, act: Act) -> None:
        """Tell the citizen, once for each message, that the answer takes longer. Raises LeaseLost, OutOfTurn."""
        with self._log.write() as session:
            row = _held(session, lease)
            if not row.informed:
                before = load(session, lease.conversation.id)
                save(session, before, act(before))
                row.informed = True

    def release(self, lease: Lease) -> None:
        """Give a message back unanswered, as if it had not been taken; another may take it at once."""
        mine = (WorkRow.id == lease.id) & (WorkRow.owner == lease.owner) & (WorkRow.state == OPEN)
        back = {"owner": None, "leased_until": None, "attempts": WorkRow.attempts - 1}
        with self._log.write() as session:
            session.execute(update(WorkRow).where(mine).values(back))


def _lease(session: Session, row: WorkRow, owner: str, until: datetime) -> Lease:
    asked = select(EventRow.text).where(EventRow.conversation_id == row.conversation_id, EventRow.seq == row.seq)
    return Lease(
        row.id,
        load(session, row.conversation_id),
        row.seq,
        session.scalars(asked).one(),
        row.source_id,
        owner,
        until,
        row.attempts,
        row.informed,
    )


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(WorkRow.leased_until.is_(None), WorkRow.leased_until <= now)


def _next(now: datetime) -> Any:
    older = aliased(WorkRow)
    waits = exists().where(
        older.conversation_id == WorkRow.conversation_id, older.state == OPEN, older.seq < WorkRow.seq
    )
    return select(WorkRow).where(WorkRow.state == OPEN, _free(now), ~waits).order_by(WorkRow.id).limit(1)


def _held(session: Session, lease: Lease) -> WorkRow:
    row = session.get(WorkRow, lease.id)
    if row is None or row.state != OPEN or row.owner != lease.owner or row.attempts != lease.attempts:
        raise LeaseLost
    return row
