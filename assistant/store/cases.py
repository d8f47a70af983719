"""Cases: opened with the words in their conversation, changed, found by their reference, removed when all is over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from assistant.domain.case import Case, CaseAct, CaseLetter, CaseState, Step
from assistant.domain.conversation import Change, Conversation
from assistant.store.access import Tries, bear
from assistant.store.audit import Deed, append
from assistant.store.case_limits import CaseLimit, fit, spare
from assistant.store.case_rows import OVER, add_case, case_of, save_case, steps_of
from assistant.store.case_tables import case_steps, case_tries, cases
from assistant.store.log import Log, Ring
from assistant.store.outbox import SealedMail, queue
from assistant.store.rows import load, save
from knowledge.errors import NamedFailure

Post = Callable[[Case, CaseLetter, str], SealedMail | None]
"""Writes a letter about a case to its sealed contact; None where it cannot be mailed."""


class NoCase(NamedFailure):
    """There is no case with this reference (any more)."""

    def __init__(self) -> None:
        super().__init__("There is no such case.")


@dataclass(frozen=True)
class NewCase:
    """A case to keep: its contact details sealed, keyed digests of phone, address and the whole wish."""

    case: Case
    contact: str
    phone: str | None
    email: str | None
    same: str


@dataclass(frozen=True)
class Wanted:
    """Which cases somebody wants to see, of these sites."""

    sites: Collection[str]
    kind: str | None = None
    state: str | None = None
    owner: str | None = None
    late: bool = False
    """Only those that should have been done by now."""


class CaseStore:
    """The cases of one database."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def open(
        self,
        new: NewCase,
        first: Step,
        tell: Callable[[Conversation], Change | None],
        post: Post,
        *,
        limit: CaseLimit | None = None,
        room: int | None = None,
    ) -> Case:
        """Keep a case, say so in its conversation and queue the mail, all at once; the same wish is kept once.

        `room` is how many can be called in a window. Raises NotThere, TooManyCases, WindowFull.
        """
        conversation_id = new.case.conversation or ""
        with self._log.write(Ring(conversation_id)) as session:
            before = load(session, conversation_id)
            asked = (cases.c.conversation == conversation_id, cases.c.same == new.same, cases.c.state.not_in(OVER))
            if (row := session.execute(select(cases).where(*asked)).first()) is not None:
                return case_of(row)
            if limit is not None:
                spare(session, new.case, (new.phone, new.email), limit)
            fit(session, new.case, room)
            kept = {"contact": new.contact, "phone": new.phone, "email": new.email, "same": new.same}
            case = add_case(session, new.case, first, **kept)
            if (change := tell(before)) is not None:
                save(session, before, change)
            _post(session, post, case, CaseLetter.CONFIRMED, new.contact)
            return case

    def find(self, reference: str) -> Case:
        """Return a case as it is now. Raises NoCase."""
        with self._log.database.read() as session:
            return case_of(session.execute(_by(reference)).one_or_none() or _nothing())

    def opened_by(self, reference: str, now: datetime, source: str, tries: Tries) -> Case:
        """Return the case that a reference opens; a wrong one is counted. Raises NoCase.

        Raises TooManyTries, whether the reference is right or wrong.
        """
        with self._log.write() as session:
            bear(session, case_tries, now, source, tries)
            row = session.execute(_by(reference)).one_or_none()
            if row is None:
                session.execute(insert(case_tries), {"at": now, "source": source})
        return case_of(row or _nothing())

    def change(self, reference: str, act: CaseAct, post: Post, *, room: int | None = None) -> Case:
        """Do one act, and queue the mail that it gives rise to. Raises NoCase, CaseOutOfTurn, WindowFull."""
        with self._log.write() as session:
            row = session.execute(_by(reference)).one_or_none() or _nothing()
            before = case_of(row)
            change = act(before)
            if change.after.window != before.window:
                fit(session, change.after, room)
            after = save_case(session, before, change)
            if change.letter is not None:
                _post(session, post, after, change.letter, row.contact)
            return after

    def chain(self, case: Case) -> list[Step]:
        """Return what was done with a case, in order."""
        with self._log.database.read() as session:
            return steps_of(session, case.id)

    def contact(self, reference: str, deed: Deed) -> str:
        """Return the sealed contact details; that somebody looks is in the audit log. Raises NoCase."""
        with self._log.write() as session:
            row = session.execute(_by(reference)).one_or_none() or _nothing()
            append(session, deed)
            return str(row.contact)

    def listing(self, wanted: Wanted, now: datetime, limit: int) -> list[Case]:
        """Return cases, those that are due first on top, what ended at the end; at most `limit`."""
        query = _chosen(select(cases), wanted, now)
        over = cases.c.state.in_(OVER)
        with self._log.database.read() as session:
            rows = session.execute(query.order_by(over, cases.c.due_at, cases.c.id).limit(limit))
            return [case_of(row) for row in rows]

    def called(self, site: str, after: datetime) -> dict[datetime, int]:
        """Return how many citizens are to be called in the windows that begin after a moment, by their start."""
        row = cases.c
        going = (row.site == site, row.state.not_in(OVER), row.window_start > after)
        query = select(row.window_start, func.count().label("called")).where(*going).group_by(row.window_start)
        with self._log.database.read() as session:
            return {row.window_start: row.called for row in session.execute(query)}

    def counts(self, sites: Collection[str], now: datetime) -> tuple[int, int]:
        """Return how many cases of these sites are still to be done, and how many of them are late."""
        going = select(func.count()).select_from(cases).where(cases.c.site.in_(sites), cases.c.state.not_in(OVER))
        with self._log.database.read() as session:
            return session.scalar(going) or 0, session.scalar(going.where(cases.c.due_at < now)) or 0

    def of_conversation(self, conversation_id: str) -> list[Case]:
        """Return the cases that were opened in a conversation, in order."""
        mine = select(cases).where(cases.c.conversation == conversation_id).order_by(cases.c.id)
        with self._log.database.read() as session:
            return [case_of(row) for row in session.execute(mine)]

    def unanswered(self, since: datetime, limit: int = 100) -> list[str]:
        """Return the references of cases of which the citizen was asked before `since` whether they are solved."""
        mine = select(cases.c.reference).where(cases.c.state == CaseState.SOLVED, cases.c.ended_at <= since)
        with self._log.database.read() as session:
            return list(session.scalars(mine.limit(limit)))

    def remove(self, site: str, before: datetime) -> int:
        """Remove the cases of a site that were closed before a moment, with their chain; returns how many."""
        old = (cases.c.state == CaseState.CLOSED, cases.c.site == site, cases.c.ended_at <= before)
        with self._log.database.read() as session:
            found = list(session.scalars(select(cases.c.id).where(*old).limit(500)))
        if not found:
            return 0
        with self._log.write() as session:
            # Looked at again: one of them may have been opened again meanwhile.
            ids = list(session.scalars(select(cases.c.id).where(*old, cases.c.id.in_(found))))
            session.execute(delete(case_steps).where(case_steps.c.case_id.in_(ids)))
            session.execute(delete(cases).where(cases.c.id.in_(ids)))
            return len(ids)


def _by(reference: str) -> Select[Any]:
    return select(cases).where(cases.c.reference == reference)


def _nothing() -> NoReturn:
    raise NoCase


def _chosen(query: Select[Any], wanted: Wanted, now: datetime) -> Select[Any]:
    query = query.where(cases.c.site.in_(wanted.sites))
    for column, value in ((cases.c.kind, wanted.kind), (cases.c.state, wanted.state), (cases.c.owner, wanted.owner)):
        query = query if value is None else query.where(column == value)
    return query.where(cases.c.state.not_in(OVER), cases.c.due_at < now) if wanted.late else query


def _post(session: Session, post: Post, case: Case, letter: CaseLetter, contact: str) -> None:
    mail = post(case, letter, contact) if case.has_email else None
    if mail is not None:
        queue(session, mail)
