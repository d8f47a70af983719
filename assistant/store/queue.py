"""The queue: conversations that wait for people, claimed by one agent each, passed on, and watched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from assistant.domain.conversation import Author, Change, EventType
from assistant.domain.handover import Handover, Progress
from assistant.store.handover_rows import handover_of, newest
from assistant.store.handover_tables import handovers
from assistant.store.log import Log, Ring
from assistant.store.rows import Act, changed, load, save
from assistant.store.tables import events
from knowledge.errors import NamedFailure


class Taken(NamedFailure):
    """Somebody else claimed it first, or it waits no more; `by` is who has it now."""

    def __init__(self, by: str | None) -> None:
        super().__init__(f"{by} was first." if by else "It waits no more.")
        self.by = by


class AtCapacity(NamedFailure):
    """An agent has as many conversations as they want at once."""


class QueueFull(NamedFailure):
    """So many wait already that nobody else can be promised an agent."""


class TooOften(NamedFailure):
    """A conversation asked for an agent again and again."""


class NoHandover(NamedFailure):
    """There is no such hand-over."""


@dataclass(frozen=True)
class Wish:
    """What an agent looks for in the queue; None is anything."""

    sites: Collection[str]
    language: str | None = None
    theme: str | None = None
    before: datetime | None = None
    """Only who waits since then or longer."""


@dataclass(frozen=True)
class Pass:
    """Where a hand-over goes next: to a colleague (for a while), a team, or the staff of another site."""

    by: str
    why: str
    agent: str | None = None
    until: datetime | None = None
    team: str | None = None
    site: str | None = None


@dataclass(frozen=True)
class Asking:
    """What must hold for a site to be asked: how many wait at most, and how often a conversation asked `since`."""

    site: str
    most: int
    often: int
    since: datetime


_row = handovers.c
_WAITING = _row.progress == Progress.WAITING


class QueueStore:
    """The hand-overs of one database."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def find(self, handover_id: int) -> Handover | None:
        """Return a hand-over."""
        return next(iter(self._all(select(handovers).where(_row.id == handover_id))), None)

    def newest(self, conversation_id: str) -> Handover | None:
        """Return the last hand-over of a conversation, ended or not."""
        with self._log.database.read() as session:
            return newest(session, conversation_id)

    def waiting(self, wish: Wish, limit: int = 200) -> list[Handover]:
        """Return who waits, the longest first."""
        query = select(handovers).where(_WAITING, _row.site.in_(wish.sites))
        if wish.language:
            query = query.where(_row.language == wish.language)
        if wish.theme:
            query = query.where(_row.theme == wish.theme)
        if wish.before:
            query = query.where(_row.queued_at <= wish.before)
        return self._all(query.order_by(_row.queued_at, _row.id).limit(limit))

    def claimed(self, agent: str) -> list[Handover]:
        """Return what an agent has, the oldest first."""
        return self._all(select(handovers).where(_row.agent == agent, _row.progress == Progress.CLAIMED))

    def had(self, agent: str, conversation_id: str) -> bool:
        """Return whether an agent has, or had, a conversation."""
        mine = (events.c.agent == agent, events.c.conversation_id == conversation_id)
        query = select(events.c.position).where(*mine)
        with self._log.database.read() as session:
            return session.execute(query.limit(1)).first() is not None

    def ask(self, conversation_id: str, act: Act, asking: Asking) -> Change:
        """Let a conversation wait for the staff of a site. Raises QueueFull, TooOften, NotThere, OutOfTurn."""
        with self._log.write(Ring(conversation_id, work=True)) as session:
            before = load(session, conversation_id)
            change = act(before)
            _room(session, conversation_id, asking)
            save(session, before, change)
            return change

    def claim(self, handover_id: int, agent: str, capacity: int, at: datetime, act: Act) -> Handover:
        """Give a hand-over that waits to an agent: of any number who try at once, one gets it.

        Raises Taken, AtCapacity, NoHandover; then nothing has changed.
        """
        with self._log.database.read() as session:
            found = session.execute(select(handovers).where(_row.id == handover_id)).one_or_none()
        if found is None:
            raise NoHandover("There is no such hand-over.")
        if found.progress != Progress.WAITING:
            # Looking first keeps those who come too late from queueing for the writer's lock.
            raise Taken(found.agent)
        mine = select(func.count()).where(_row.agent == agent, _row.progress == Progress.CLAIMED)
        free = or_(_row.reserved_for.is_(None), _row.reserved_for == agent, _row.reserved_until <= at)
        take = update(handovers).where(_row.id == handover_id, _WAITING, free)
        with self._log.write(Ring(found.conversation_id)) as session:
            if (session.scalar(mine) or 0) >= capacity:
                raise AtCapacity(f"You have {capacity} conversations already.")
            if changed(session.execute(take.values(progress=Progress.CLAIMED, agent=agent, claimed_at=at))) != 1:
                now = session.execute(select(handovers).where(_row.id == handover_id)).one_or_none()
                raise Taken((now.agent or now.reserved_for) if now else None)
            before = load(session, found.conversation_id)
            save(session, before, act(before))
            return handover_of(session.execute(select(handovers).where(_row.id == handover_id)).one())

    def pass_on(self, conversation_id: str, to: Pass, act: Act) -> None:
        """Let a conversation wait for somebody else; its place in the queue stays. Raises NotThere, OutOfTurn."""
        values: dict[str, Any] = {
            **{"transferred_by": to.by, "transfer_why": to.why, "reserved_for": to.agent, "reserved_until": to.until},
            **{"team": to.team, **({"site": to.site} if to.site else {})},
        }
        self._return(conversation_id, act, values)

    def give_up(self, conversation_id: str, act: Act) -> None:
        """Let a conversation wait again whose agent says nothing more: at the head. Raises NotThere, OutOfTurn."""
        self._return(conversation_id, act, {"returned": True, "reserved_for": None})

    def _return(self, conversation_id: str, act: Act, values: dict[str, Any]) -> None:
        with self._log.write(Ring(conversation_id)) as session:
            before = load(session, conversation_id)
            save(session, before, act(before))
            mine = (_row.conversation_id == conversation_id, _WAITING)
            session.execute(update(handovers).where(*mine).values(**values))

    def offer(self, handover_id: int, at: datetime, conversation_id: str, act: Act) -> bool:
        """Tell somebody who waits that nobody is free, once; returns whether it was told now."""
        told = update(handovers).where(_row.id == handover_id, _WAITING, _row.offered_at.is_(None))
        with self._log.write(Ring(conversation_id)) as session:
            if changed(session.execute(told.values(offered_at=at))) != 1:
                return False
            before = load(session, conversation_id)
            save(session, before, act(before))
            return True

    def solved(self, conversation_id: str, solved: bool | None) -> None:
        """Keep whether the agent found the question solved."""
        last = select(func.max(_row.id)).where(_row.conversation_id == conversation_id).scalar_subquery()
        with self._log.database.write() as session:
            session.execute(update(handovers).where(_row.id == last).values(solved=solved))

    def silent(self, site: str, before: datetime, limit: int = 100) -> list[Handover]:
        """Return what agents of a site have who owe the citizen a first word, or an answer, since `before`."""
        of = (events.c.conversation_id == _row.conversation_id, events.c.type == EventType.MESSAGE)
        theirs = select(func.max(events.c.seq)).where(*of, events.c.author == Author.AGENT).correlate(handovers)
        spoke = exists().where(*of, events.c.author == Author.AGENT, events.c.at >= _row.claimed_at)
        asked = exists().where(
            *of,
            events.c.author == Author.CITIZEN,
            events.c.at <= before,
            events.c.seq > func.coalesce(theirs.scalar_subquery(), 0),
        )
        late = and_(_row.claimed_at <= before, or_(~spoke, asked))
        theirs_now = (_row.site == site, _row.progress == Progress.CLAIMED)
        return self._all(select(handovers).where(*theirs_now, late).limit(limit))

    def lasted(self, site: str, since: datetime, most: int = 50) -> list[timedelta]:
        """Return how long agents had the last conversations of a site that ended after `since`."""
        query = select(_row.claimed_at, _row.ended_at).where(
            _row.site == site, _row.progress == Progress.ENDED, _row.ended_at >= since, _row.claimed_at.is_not(None)
        )
        with self._log.database.read() as session:
            found = session.execute(query.order_by(_row.ended_at.desc()).limit(most))
            return [row.ended_at - row.claimed_at for row in found]

    def _all(self, query: Select[Any]) -> list[Handover]:
        with self._log.database.read() as session:
            return [handover_of(row) for row in session.execute(query)]


def _room(session: Session, conversation_id: str, asking: Asking) -> None:
    waiting = select(func.count()).where(_WAITING, _row.site == asking.site)
    if (session.scalar(waiting) or 0) >= asking.most:
        raise QueueFull(f"{asking.most} wait for the staff of {asking.site} already.")
    asked = select(func.count()).where(_row.conversation_id == conversation_id, _row.queued_at >= asking.since)
    if (session.scalar(asked) or 0) >= asking.often:
        raise TooOften("This conversation asked for an agent too often.")
