"""Mails that wait to be sent: queued with the act that gives rise to them, leased by one process, sent, or dead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from assistant.store.log import Log
from assistant.store.rows import changed, load
from assistant.store.tables import events, outbox, recipients
from knowledge.errors import NamedFailure

WAITING, SENDING, SENT, DEAD = "waiting", "sending", "sent", "dead"
STATES = (WAITING, SENDING, SENT, DEAD)
EXPIRED = "expired"
"""Why a mail is dead that was not sent before it had to be forgotten."""


@dataclass(frozen=True)
class SealedMail:
    """A mail to queue. `key` is the same for the same mail; `address` and `content` are sealed."""

    key: str
    kind: str
    language: str
    address: str
    content: str
    created_at: datetime
    forget_at: datetime
    """When address and content are wiped, sent or not."""
    conversation_id: str | None = None


@dataclass(frozen=True)
class MailLease:
    """The right to send one mail; `attempts` counts this one."""

    id: int
    key: str
    address: str
    content: str
    created_at: datetime
    owner: str
    attempts: int


@dataclass(frozen=True)
class MailLimit:
    """How many mails may be asked for in so much time."""

    mails: int
    within: timedelta


class TooManyMails(NamedFailure):
    """More mails are asked for than may be; `seconds` says when to try again. Nothing was queued."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many mails. Try again in {seconds} s.")
        self.seconds = seconds


class NoSuchMail(NamedFailure):
    """There is no dead letter with this number of which address and words are still kept."""


_KEPT = outbox.c.address.is_not(None)
_WIPED: dict[str, Any] = {"address": None, "content": None, "forget_at": None, "owner": None, "leased_until": None}
_FREED: dict[str, Any] = {"owner": None, "leased_until": None}
_LAPSED = and_(outbox.c.state == SENDING, outbox.c.leased_until <= bindparam("now"))
_DUE = or_(and_(outbox.c.state == WAITING, outbox.c.next_at <= bindparam("now")), _LAPSED)
_NEXT = select(outbox.c.id).where(_DUE).order_by(outbox.c.next_at, outbox.c.id).limit(1)
_TAKE = (
    update(outbox)
    .where(outbox.c.id == bindparam("of"), _DUE)
    .values(state=SENDING, owner=bindparam("by"), leased_until=bindparam("until"), attempts=outbox.c.attempts + 1)
)
_FORGET = outbox.c.forget_at <= bindparam("now")
_IDLE = or_(outbox.c.state.in_((WAITING, DEAD)), _LAPSED)


def queue(session: Session, mail: SealedMail) -> bool:
    """Queue a mail in the caller's own write transaction; returns whether it was not there yet."""
    if session.scalar(select(outbox.c.id).where(outbox.c.key == mail.key)) is not None:
        return False
    session.execute(insert(outbox), {**asdict(mail), "state": WAITING, "attempts": 0, "next_at": mail.created_at})
    return True


def forgettable(session: Session, now: datetime) -> bool:
    """Return whether there is a mail whose address and words may not be kept any longer."""
    return session.execute(select(outbox.c.id).where(_FORGET, _IDLE).limit(1), {"now": now}).first() is not None


def forget_mails(session: Session, now: datetime) -> int:
    """Wipe address and words of mails that were not sent in time; returns of how many."""
    wiped = update(outbox).where(_FORGET, _IDLE).values(**_WIPED, state=DEAD, last_error=EXPIRED)
    return changed(session.execute(wiped, {"now": now}))


class OutboxStore:
    """The mails of one database."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def ask(self, mail: SealedMail, limit: MailLimit, recipient: str, of_recipient: MailLimit) -> bool:
        """Queue a mail that a conversation asks for; returns whether it was not there yet.

        `limit` is of its kind in a conversation, `of_recipient` of all conversations for one address (a keyed digest).
        Raises NotThere, TooManyMails. Words that are wiped earlier are wiped as early in the mail.
        """
        with self._log.write() as session:
            load(session, mail.conversation_id or "")
            if session.scalar(select(outbox.c.id).where(outbox.c.key == mail.key)) is not None:
                return False
            _keep(session, mail, limit)
            _spare(session, recipient, mail.created_at, of_recipient)
            wiped = select(func.min(events.c.forget_at)).where(events.c.conversation_id == mail.conversation_id)
            first = session.scalar(wiped)
            sooner = {"forget_at": min(first, mail.forget_at)} if first else {}
            return queue(session, SealedMail(**asdict(mail) | sooner))

    def lease(self, owner: str, now: datetime, length: timedelta) -> MailLease | None:
        """Take the mail that is due longest, None where there is none. One that nobody finished is taken again."""
        with self._log.look() as session:
            if session.execute(_NEXT, {"now": now}).first() is None:
                return None
        with self._log.write() as session:
            found = session.execute(_NEXT, {"now": now}).scalar_one_or_none()
            taken = {"of": found, "by": owner, "until": now + length, "now": now}
            if found is None or changed(session.execute(_TAKE, taken)) != 1:
                return None
            row = session.execute(select(outbox).where(outbox.c.id == found)).one()
            return MailLease(row.id, row.key, row.address, row.content, row.created_at, owner, row.attempts)

    def sent(self, lease: MailLease, now: datetime) -> bool:
        """A mail was accepted: address and words are wiped. Returns whether it was still this owner's."""
        return self._mark(lease, {"state": SENT, "sent_at": now, "last_error": None, **_WIPED})

    def later(self, lease: MailLease, at: datetime, why: str) -> bool:
        """Try a mail again at a moment."""
        return self._mark(lease, {"state": WAITING, "next_at": at, "last_error": why, **_FREED})

    def dead(self, lease: MailLease, why: str) -> bool:
        """Keep a mail for the operator, who can have it sent again."""
        return self._mark(lease, {"state": DEAD, "last_error": why, **_FREED})

    def listing(self, state: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """Return mails, the newest first, without address, words or conversation."""
        shown = ("id", "kind", "language", "state", "attempts", "last_error", "created_at", "next_at", "sent_at")
        query = select(*(outbox.c[name] for name in shown), _KEPT.label("replayable")).order_by(outbox.c.id.desc())
        if state is not None:
            query = query.where(outbox.c.state == state)
        with self._log.database.read() as session:
            found = [dict(row._mapping) for row in session.execute(query.limit(limit))]
        return [row | {"replayable": bool(row["replayable"]) and row["state"] == DEAD} for row in found]

    def replay(self, now: datetime, ids: Collection[int] | None = None) -> int:
        """Let dead letters be sent after all, all of them or these; returns how many. Raises NoSuchMail for these."""
        return self._revive({"state": WAITING, "attempts": 0, "next_at": now}, ids)

    def drop(self, ids: Collection[int] | None = None) -> int:
        """Wipe address and words of dead letters, all of them or these; returns how many. Raises NoSuchMail."""
        return self._revive(_WIPED, ids)

    def counts(self, before: datetime) -> tuple[int, int]:
        """Return how many dead letters can be replayed, and how many mails of `before` are still not sent."""
        dead = select(func.count()).select_from(outbox).where(outbox.c.state == DEAD, _KEPT)
        late = select(func.count()).select_from(outbox).where(outbox.c.state.in_((WAITING, SENDING)))
        with self._log.database.read() as session:
            return session.scalar(dead) or 0, session.scalar(late.where(outbox.c.created_at <= before)) or 0

    def _mark(self, lease: MailLease, values: dict[str, Any]) -> bool:
        mine = (outbox.c.id == lease.id, outbox.c.state == SENDING, outbox.c.owner == lease.owner)
        with self._log.write() as session:
            marked = update(outbox).where(*mine, outbox.c.attempts == lease.attempts).values(**values)
            return changed(session.execute(marked)) == 1

    def _revive(self, values: dict[str, Any], ids: Collection[int] | None) -> int:
        with self._log.write() as session:
            act = update(outbox).where(outbox.c.state == DEAD, _KEPT).values(**values)
            if ids is None:
                return changed(session.execute(act))
            for one in ids:
                if changed(session.execute(act.where(outbox.c.id == one))) != 1:
                    raise NoSuchMail(f"{one}: not a dead letter that can still be sent (wegwijzer outbox list).")
            return len(ids)


def _keep(session: Session, mail: SealedMail, limit: MailLimit) -> None:
    mine = (outbox.c.conversation_id == mail.conversation_id, outbox.c.kind == mail.kind)
    newest = select(outbox.c.created_at).where(*mine).order_by(outbox.c.id.desc())
    _refuse(session.scalar(newest.offset(limit.mails - 1).limit(1)), mail.created_at, limit)


def _spare(session: Session, recipient: str, now: datetime, limit: MailLimit) -> None:
    """Count what is asked for to an address, so that nobody is sent mails that others ask for again and again."""
    session.execute(delete(recipients).where(recipients.c.at <= now - limit.within))
    newest = select(recipients.c.at).where(recipients.c.digest == recipient).order_by(recipients.c.id.desc())
    _refuse(session.scalar(newest.offset(limit.mails - 1).limit(1)), now, limit)
    session.execute(insert(recipients), {"digest": recipient, "at": now})


def _refuse(first: datetime | None, now: datetime, limit: MailLimit) -> None:
    if first is not None and first > now - limit.within:
        raise TooManyMails(max(1, ceil((first + limit.within - now).total_seconds())))
