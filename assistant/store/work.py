"""Messages that are to be answered: each is leased for a while by one process, and answered once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from assistant.domain.conversation import Conversation
from assistant.store.log import Log, Ring
from assistant.store.rows import OPEN, Act, changed, load, save
from assistant.store.tables import events, traces, work
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


_older = work.alias("older")
_waits = exists().where(
    _older.c.conversation_id == work.c.conversation_id, _older.c.state == OPEN, _older.c.seq < work.c.seq
)
_free = and_(work.c.state == OPEN, or_(work.c.leased_until.is_(None), work.c.leased_until <= bindparam("now")))
_mine = (work.c.id == bindparam("of"), work.c.state == OPEN, work.c.owner == bindparam("by"))

_NEXT = select(work.c.id).where(_free, ~_waits).order_by(work.c.id).limit(1)
_TAKE = (
    update(work)
    .where(work.c.id == bindparam("of"), _free, ~_waits)
    .values(owner=bindparam("by"), leased_until=bindparam("until"), attempts=work.c.attempts + 1)
)
_TAKEN = select(work, events.c.text).join(
    events, and_(events.c.conversation_id == work.c.conversation_id, events.c.seq == work.c.seq)
)
_TAKEN = _TAKEN.where(work.c.id == bindparam("of"))
_HELD = select(work.c.informed).where(*_mine, work.c.attempts == bindparam("attempt"))
_INFORMED = update(work).where(work.c.id == bindparam("of")).values(informed=True)
_RELEASE = update(work).where(*_mine).values(owner=None, leased_until=None, attempts=work.c.attempts - 1)
_TRACE = insert(traces)
_WIPE = (
    update(events)
    .where(events.c.conversation_id == bindparam("of"), events.c.seq == bindparam("message"))
    .values(forget_at=bindparam("then"))
)


class WorkStore:
    """The messages of one database that are to be answered, oldest first, per conversation strictly in order."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def lease(self, owner: str, now: datetime, length: timedelta) -> Lease | None:
        """Take the oldest message that nobody answers now, None where there is none.

        Of a conversation only the oldest open message is ever taken, so that replies come in order.
        """
        with self._log.look() as session:
            # Looking first keeps those who find nothing from queueing for the writer's lock.
            if session.execute(_NEXT, {"now": now}).first() is None:
                return None
        with self._log.write() as session:
            found = session.execute(_NEXT, {"now": now}).scalar_one_or_none()
            taken = {"of": found, "by": owner, "until": now + length, "now": now}
            if found is None or changed(session.execute(_TAKE, taken)) != 1:
                return None
            row = session.execute(_TAKEN, {"of": found}).one()
            conversation = load(session, row.conversation_id)
            what = (row.seq, row.text, row.source_id)
            return Lease(row.id, conversation, *what, owner, now + length, row.attempts, row.informed)

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
        # Who finishes looks for the next message itself, so no other process is woken for it.
        with self._log.write(Ring(lease.conversation.id)) as session:
            _held(session, lease)
            before = load(session, lease.conversation.id)
            change = act(before)
            save(session, before, change)
            seq = change.after.last_seq
            if trace is not None:
                kept = {name: json.dumps(trace[name], ensure_ascii=False) for name in ("trace", "passages")}
                at = change.events[-1].at
                session.execute(_TRACE, {"conversation_id": before.id, "seq": seq, "at": at, **kept})
            if forget_at is not None:
                session.execute(_WIPE, {"of": before.id, "message": lease.seq, "then": forget_at})
            return seq

    def inform(self, lease: Lease, act: Act) -> None:
        """Tell the citizen, once for each message, that the answer takes longer. Raises LeaseLost, OutOfTurn."""
        with self._log.write(Ring(lease.conversation.id)) as session:
            if not _held(session, lease):
                before = load(session, lease.conversation.id)
                save(session, before, act(before))
                session.execute(_INFORMED, {"of": lease.id})

    def release(self, lease: Lease) -> None:
        """Give a message back unanswered, as if it had not been taken; another may take it at once."""
        with self._log.write(Ring(lease.conversation.id, work=True)) as session:
            session.execute(_RELEASE, {"of": lease.id, "by": lease.owner})


def _held(session: Session, lease: Lease) -> bool:
    """Return whether the citizen was informed. Raises LeaseLost where the lease holds no more."""
    row = session.execute(_HELD, {"of": lease.id, "by": lease.owner, "attempt": lease.attempts}).one_or_none()
    if row is None:
        raise LeaseLost
    return bool(row.informed)
