"""Conversations: made, changed, read and erased. Every change is one transaction, or did not happen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from assistant.domain.conversation import Author, Change, Conversation, Event, EventType, Status
from assistant.domain.idleness import Patience
from assistant.store.case_rows import forget_conversation
from assistant.store.history_words import forget_words
from assistant.store.log import Log, Ring
from assistant.store.outbox import forget_mails, forgettable
from assistant.store.rows import OPEN, Act, NotThere, Overtaken, changed, conversation_of, event_of, load, save
from assistant.store.tables import Base, conversations, events, tokens, traces, work
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


_of_conversation = events.c.conversation_id == bindparam("of")
_EVENTS = select(events).where(_of_conversation, events.c.seq > bindparam("after")).order_by(events.c.seq)
_SENT = select(events.c.seq).where(_of_conversation, events.c.client_id == bindparam("by"))
_OPENED = (
    select(conversations)
    .join(tokens, tokens.c.conversation_id == conversations.c.id)
    .where(conversations.c.id == bindparam("of"), tokens.c.digest == bindparam("by"))
)
_PACE = (
    select(events.c.at)
    .where(_of_conversation, events.c.author == Author.CITIZEN, events.c.type == EventType.MESSAGE)
    .order_by(events.c.seq.desc())
    .offset(bindparam("before"))
    .limit(1)
)


class ConversationStore:
    """The conversations of one database."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def create(self, conversation: Conversation, token_digest: str) -> None:
        """Keep a new conversation and what opens it."""
        with self._log.write() as session:
            session.execute(insert(conversations), asdict(conversation))
            opens = {"digest": token_digest, "conversation_id": conversation.id, "created_at": conversation.created_at}
            session.execute(insert(tokens), opens)

    def find(self, conversation_id: str) -> Conversation | None:
        """Return a conversation as it is now."""
        with self._log.database.read() as session:
            try:
                return load(session, conversation_id)
            except NotThere:
                return None

    def opened_by(self, conversation_id: str, token_digest: str) -> Conversation | None:
        """Return the conversation if this token opens it, None whatever else is the case."""
        with self._log.database.read() as session:
            return _opened(session, conversation_id, token_digest)

    def read(
        self, conversation_id: str, token_digest: str, after: int, limit: int
    ) -> tuple[Conversation, list[Event]] | None:
        """Return the conversation and its events after `after`, at most `limit`; None if the token does not open it."""
        with self._log.database.read() as session:
            found = _opened(session, conversation_id, token_digest)
            if found is None:
                return None
            rows = session.execute(_EVENTS.limit(limit), {"of": conversation_id, "after": after})
            return found, [event_of(row) for row in rows]

    def events(self, conversation_id: str, after: int = 0) -> list[Event]:
        """Return the events of a conversation after `after`, in order."""
        with self._log.database.read() as session:
            return [event_of(row) for row in session.execute(_EVENTS, {"of": conversation_id, "after": after})]

    def sent(self, conversation_id: str, client_id: str) -> int | None:
        """Return the sequence number of a message that was stored before."""
        with self._log.database.read() as session:
            return session.execute(_SENT, {"of": conversation_id, "by": client_id}).scalar_one_or_none()

    def offered(self, conversation_id: str, replies: int) -> list[dict[str, Any]]:
        """Return the options that the last `replies` replies offered, the newest reply first."""
        mine = select(events.c.reply).where(events.c.conversation_id == conversation_id, events.c.reply.is_not(None))
        with self._log.database.read() as session:
            found = session.scalars(mine.order_by(events.c.seq.desc()).limit(replies))
            kept = [json.loads(reply) for reply in found]
        return [option for reply in kept for option in (*reply["options"], *reply["related"])]

    def traces(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return how each answer came about and the passages it stands on, in order."""
        query = select(traces).where(traces.c.conversation_id == conversation_id).order_by(traces.c.seq)
        with self._log.database.read() as session:
            return [
                {"seq": row.seq, "trace": json.loads(row.trace), "passages": json.loads(row.passages)}
                for row in session.execute(query)
            ]

    def change(
        self, conversation_id: str, act: Callable[[Conversation], Change | None], *, version: int | None = None
    ) -> Change | None:
        """Do one act; None where it had nothing to do. Raises NotThere, OutOfTurn.

        Raises Overtaken if the conversation is not of `version` (what the actor saw) any more.
        """
        with self._log.write(Ring(conversation_id, work=True)) as session:
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
        with self._log.write(Ring(conversation_id, work=True)) as session:
            before = load(session, conversation_id)
            sent = session.execute(_SENT, {"of": conversation_id, "by": client_id}).scalar_one_or_none()
            if sent is not None:
                return int(sent)
            if pace is not None:
                _keep(session, conversation_id, *pace)
            change = act(before)
            save(session, before, change, source_id)
            return next(event.seq for event in change.events if event.client_id == client_id)

    def idle(self, site: str, now: datetime, patience: Patience, limit: int = 100) -> list[str]:
        """Return conversations of a site with the assistant in which nothing was said for so long that it must act."""
        row, silent = conversations.c, conversations.c.active_at
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
        row = conversations.c
        query = select(row.id).where(row.status == Status.CLOSED, row.site == site, row.active_at <= before)
        with self._log.database.read() as session:
            return list(session.scalars(query.order_by(row.active_at).limit(limit)))

    def erase(self, conversation_id: str) -> bool:
        """Remove a conversation with all that belongs to it; returns whether it was there.

        A case stays, because somebody promised it; it keeps nothing of the conversation.
        """
        with self._log.write(Ring(conversation_id, gone=True)) as session:
            forget_conversation(session, conversation_id)
            for table in reversed(Base.metadata.sorted_tables):
                if "conversation_id" in table.c:
                    session.execute(delete(table).where(table.c.conversation_id == conversation_id))
            return changed(session.execute(delete(conversations).where(conversations.c.id == conversation_id))) == 1

    def forget(self, now: datetime) -> int:
        """Wipe the words that may not be kept longer than until `now`; returns of how many messages and mails."""
        due = events.c.forget_at <= now
        with self._log.database.read() as session:
            words = session.scalar(select(func.count()).select_from(events).where(due))
            if not words and not forgettable(session, now):
                return 0
        with self._log.write() as session:
            forget_words(session, now)
            wiped = changed(session.execute(update(events).where(due).values(text="", forget_at=None)))
            return wiped + forget_mails(session, now)

    def overdue(self, since: datetime) -> int:
        """Return how many messages of before `since` still wait for an answer of the assistant."""
        asked = and_(events.c.conversation_id == work.c.conversation_id, events.c.seq == work.c.seq)
        query = select(func.count()).select_from(work).join(events, asked)
        with self._log.database.read() as session:
            return session.scalar(query.where(work.c.state == OPEN, events.c.at <= since)) or 0


def _opened(session: Session, conversation_id: str, token_digest: str) -> Conversation | None:
    row = session.execute(_OPENED, {"of": conversation_id, "by": token_digest}).one_or_none()
    return conversation_of(row) if row else None


def _keep(session: Session, conversation_id: str, pace: Pace, now: datetime) -> None:
    first = session.execute(_PACE, {"of": conversation_id, "before": pace.messages - 1}).scalar_one_or_none()
    if first is not None and first > now - pace.within:
        raise TooFast(max(1, ceil((first + pace.within - now).total_seconds())))
