"""Conversations: made, changed, read and erased. Every change is one transaction, or did not happen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from assistant.domain.conversation import Author, Change, Conversation, Event, EventType, Status
from assistant.domain.idleness import Patience
from assistant.store.log import Log
from assistant.store.rows import OPEN, Act, Overtaken, conversation_of, event_of, load, save
from assistant.store.tables import Base, ConversationRow, EventRow, TokenRow, TraceRow, WorkRow
from knowledge.errors import NamedFailure


@dataclass(frozen=True)
class Pace:
    """How many messages a citizen may send in so much time."""

    messages: int
    within: timedelta


class TooFast(NamedFailure):
    """A citizen sends more than the pace allows; `seconds` says when to try again. Nothing was stored."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many messages. Try again in {seconds} s.")
        self.seconds = seconds


class ConversationStore:
    """The conversations of one database."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def create(self, conversation: Conversation, token_digest: str) -> None:
        """Keep a new conversation and what opens it."""
        with self._log.write(ring=False) as session:
            session.add(ConversationRow(**asdict(conversation)))
            session.flush()
            session.add(
                TokenRow(digest=token_digest, conversation_id=conversation.id, created_at=conversation.created_at)
            )

    def find(self, conversation_id: str) -> Conversation | None:
        """Return a conversation as it is now."""
        with self._log.database.read() as session:
            row = session.get(ConversationRow, conversation_id)
            return conversation_of(row) if row else None

    def opened_by(self, conversation_id: str, token_digest: str) -> Conversation | None:
        """Return the conversation if this token opens it, None whatever else is the case."""
        with self._log.database.read() as session:
            return _opened(session, conversation_id, token_digest)

    def read(
        self, conversation_id: str, token_digest: str, after: int, limit: int
    ) -> tuple[Conversation, list[Event]] | None:
        """Return the conversation and its events after `after`, at most `limit`; None if the token does not open it."""
        mine = select(EventRow).where(EventRow.conversation_id == conversation_id, EventRow.seq > after)
        with self._log.database.read() as session:
            found = _opened(session, conversation_id, token_digest)
            if found is None:
                return None
            return found, [event_of(row) for row in session.scalars(mine.order_by(EventRow.seq).limit(limit))]

    def events(self, conversation_id: str, after: int = 0) -> list[Event]:
        """Return the events of a conversation after `after`, in order."""
        mine = select(EventRow).where(EventRow.conversation_id == conversation_id, EventRow.seq > after)
        with self._log.database.read() as session:
            return [event_of(row) for row in session.scalars(mine.order_by(EventRow.seq))]

    def sent(self, conversation_id: str, client_id: str) -> int | None:
        """Return the sequence number of a message that was stored before."""
        with self._log.database.read() as session:
            return session.scalar(_sent(conversation_id, client_id))

    def offered(self, conversation_id: str, replies: int) -> list[dict[str, Any]]:
        """Return the options that the last `replies` replies offered, the newest reply first."""
        query = (
            select(EventRow.reply)
            .where(EventRow.conversation_id == conversation_id, EventRow.reply.is_not(None))
            .order_by(EventRow.seq.desc())
            .limit(replies)
        )
        with self._log.database.read() as session:
            kept = [json.loads(reply) for reply in session.scalars(query) if reply]
        return [option for reply in kept for option in (*reply["options"], *reply["related"])]

    def traces(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return how each answer came about and the passages it stands on, in order."""
        query = select(TraceRow).where(TraceRow.conversation_id == conversation_id).order_by(TraceRow.seq)
        with self._log.database.read() as session:
            return [
                {"seq": row.seq, "trace": json.loads(row.trace), "passages": json.loads(row.passages)}
                for row in session.scalars(query)
            ]

    def change(
        self, conversation_id: str, act: Callable[[Conversation], Change | None], *, version: int | None = None
    ) -> Change | None:
        """Do one act; None where it had nothing to do. Raises NotThere, OutOfTurn.

        Raises Overtaken if the conversation is not of `version` (what the actor saw) any more.
        """
        with self._log.write() as session:
            before = load(session, conversation_id)
            if version is not None and version != before.version:
                raise Overtaken
            change = act(before)
            if change is not None:
                save(session, before, change)
            return change

    def say(
        self,
        conversation_id: str,
        client_id: str,
        act: Act,
        *,
        source_id: str | None = None,
        pace: tuple[Pace, datetime] | None = None,
    ) -> int:
        """Store a message once, however often it is sent, and return its sequence number. Raises NotThere, OutOfTurn.

        `source_id` is the service chosen with it. Raises TooFast where it would break the `pace` at that moment.
        """
        with self._log.write() as session:
            before = load(session, conversation_id)
            if (seq := session.scalar(_sent(conversation_id, client_id))) is not None:
                return seq
            if pace is not None:
                _keep(session, conversation_id, *pace)
            change = act(before)
            save(session, before, change, source_id)
            return next(event.seq for event in change.events if event.client_id == client_id)

    def idle(self, site: str, now: datetime, patience: Patience, limit: int = 100) -> list[str]:
        """Return conversations of a site with the assistant in which nothing was said for so long that it must act."""
        row, silent = ConversationRow, ConversationRow.active_at
        due = or_(
            and_(row.warned_at.is_(None), row.last_seq > 0, silent <= now - patience.warn),
            and_(row.warned_at.is_(None), row.last_seq == 0, silent <= now - patience.warn - patience.close),
            row.warned_at <= now - patience.close,
        )
        query = select(row.id).where(row.status == Status.BOT, row.unanswered.is_(None), row.site == site, due)
        with self._log.database.read() as session:
            return list(session.scalars(query.order_by(silent).limit(limit)))

    def stale(self, site: str, before: datetime, limit: int = 100) -> list[str]:
        """Return closed conversations of a site in which nothing was said since `before`."""
        row = ConversationRow
        query = select(row.id).where(row.status == Status.CLOSED, row.site == site, row.active_at <= before)
        with self._log.database.read() as session:
            return list(session.scalars(query.order_by(row.active_at).limit(limit)))

    def erase(self, conversation_id: str) -> bool:
        """Remove a conversation with all that belongs to it; returns whether it was there."""
        with self._log.write(ring=False) as session:
            for table in reversed(Base.metadata.sorted_tables):
                if "conversation_id" in table.c:
                    session.execute(delete(table).where(table.c.conversation_id == conversation_id))
            gone = session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))
            return bool(gone.rowcount)  # type: ignore[attr-defined]

    def forget(self, now: datetime) -> int:
        """Wipe the words that may not be kept longer than until `now`; returns of how many messages."""
        due = EventRow.forget_at <= now
        with self._log.database.read() as session:
            if not session.scalar(select(func.count()).select_from(EventRow).where(due)):
                return 0
        with self._log.write(ring=False) as session:
            wiped = session.execute(update(EventRow).where(due).values(text="", forget_at=None))
            return int(wiped.rowcount)  # type: ignore[attr-defined]

    def overdue(self, since: datetime) -> int:
        """Return how many messages of before `since` still wait for an answer of the assistant."""
        mine = (EventRow.conversation_id == WorkRow.conversation_id) & (EventRow.seq == WorkRow.seq)
        query = select(func.count()).select_from(WorkRow).join(EventRow, mine)
        with self._log.database.read() as session:
            return session.scalar(query.where(WorkRow.state == OPEN, EventRow.at <= since)) or 0


def _sent(conversation_id: str, client_id: str) -> Select[int]:
    mine = EventRow.conversation_id == conversation_id
    return select(EventRow.seq).where(mine, EventRow.client_id == client_id)


def _opened(session: Session, conversation_id: str, token_digest: str) -> Conversation | None:
    token = session.get(TokenRow, token_digest)
    row = session.get(ConversationRow, conversation_id) if token else None
    return conversation_of(row) if row and token and token.conversation_id == conversation_id else None


def _keep(session: Session, conversation_id: str, pace: Pace, now: datetime) -> None:
    said = (
        select(EventRow.at)
        .where(EventRow.conversation_id == conversation_id, EventRow.author == Author.CITIZEN)
        .where(EventRow.type == EventType.MESSAGE)
        .order_by(EventRow.seq.desc())
    )
    first = session.scalar(said.offset(pace.messages - 1).limit(1))
    if first is not None and first > now - pace.within:
        raise TooFast(max(1, ceil((first + pace.within - now).total_seconds())))
