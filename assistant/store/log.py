"""The log of all conversations: reading on from a position, and hearing that there is more to read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.domain.conversation import Event
from assistant.store.rows import event_of
from assistant.store.tables import events
from knowledge.store.database import Database

_CHANNEL = "wegwijzer_conversations"
_LOOK, _LISTEN = 0.2, 2.0
"""Seconds between two looks for what other processes wrote: where one has to look, and where one is told (a net)."""
_NOTIFY = text("SELECT pg_notify(:channel, :told)")
_LAST = select(func.max(events.c.position))
_AFTER = (
    select(events).where(events.c.position > bindparam("after")).order_by(events.c.position).limit(bindparam("most"))
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One event with its place among those of all conversations."""

    position: int
    conversation_id: str
    event: Event


@dataclass(frozen=True)
class Ring:
    """What was written: in which conversation, and what that means for those who follow."""

    conversation_id: str
    work: bool = False
    """There is a message to answer now."""
    gone: bool = False
    """Erased, or a token of it revoked: whoever follows it must show again that they may."""
    typing: str = ""
    """Who types in it now (citizen, agent); nothing was written."""


Hearing = Callable[[Ring], None]


_ANYTHING = Ring("", work=True)
"""Rung where it is not known what was written meanwhile."""


class Log:
    """The database of conversations; whoever writes rings for all who follow.

    In this process that is at once; PostgreSQL tells other processes (NOTIFY), with SQLite they look for themselves.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._me = token_hex(4)
        self._hearing: list[Hearing] = []

    @property
    def pause(self) -> float:
        """Seconds after which a follower looks even if nobody rang."""
        return _LOOK if self.database.sqlite else _LISTEN

    def hear(self, hearing: Hearing) -> None:
        """Call this at every ring, from whatever thread; it must be quick. After a silence it may miss some."""
        self._hearing.append(hearing)

    @contextmanager
    def write(self, ring: Ring | None = None) -> Iterator[Session]:
        """One write transaction; `ring` says what others should look at."""
        with self.database.write() as session:
            yield session
            if ring is not None and not self.database.sqlite:
                session.execute(_NOTIFY, self._told(ring))
        if ring is not None:
            self._ring(ring)

    def tell(self, ring: Ring) -> None:
        """Ring without writing anything; with SQLite other processes do not hear it."""
        if not self.database.sqlite:
            with self.look() as connection:
                connection.execute(_NOTIFY, self._told(ring))
        self._ring(ring)

    @contextmanager
    def look(self) -> Iterator[Session | Connection]:
        """Something to ask one question with, at the least cost."""
        if self.database.sqlite:
            with self.database.read() as session:
                yield session
        else:
            with self.database.engine.connect() as connection:
                yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def last_position(self) -> int:
        """Return the position of the newest event, 0 where there is none."""
        with self.look() as session:
            return session.execute(_LAST).scalar() or 0

    def after(self, position: int, limit: int) -> list[Entry]:
        """Return the events after `position`, in order, at most `limit`. None before it can still appear."""
        with self.look() as session:
            rows = session.execute(_AFTER, {"after": position, "most": limit})
            return [Entry(row.position, row.conversation_id, event_of(row)) for row in rows]

    def listen(self, stop: threading.Event) -> None:
        """Ring when PostgreSQL tells of another process's write, until `stop`; on SQLite return at once."""
        while not self.database.sqlite and not stop.is_set():
            try:
                self._listen(stop)
            except self._failures() as error:
                # Followers look by themselves meanwhile.
                log.warning("not told of new messages: %s", type(error).__name__)
                stop.wait(1.0)

    def _listen(self, stop: threading.Event) -> None:
        pooled = self.database.engine.raw_connection()
        connection: Any = pooled.driver_connection
        # It stays open, and must not count as one of those that requests share.
        pooled.detach()
        try:
            connection.autocommit = True
            connection.execute(f"LISTEN {_CHANNEL}")
            self._ring(_ANYTHING)
            while not stop.is_set():
                for told in connection.notifies(timeout=0.5, stop_after=1):
                    who, conversation_id, (work, gone), typing = told.payload.split(" ")
                    if who != self._me:
                        self._ring(Ring(conversation_id, work == "1", gone == "1", typing))
        finally:
            connection.close()

    def _told(self, ring: Ring) -> dict[str, str]:
        flags = f"{ring.work:d}{ring.gone:d}"
        return {"channel": _CHANNEL, "told": f"{self._me} {ring.conversation_id} {flags} {ring.typing}"}

    def _ring(self, ring: Ring) -> None:
        for hearing in self._hearing:
            hearing(ring)

    def _failures(self) -> tuple[type[Exception], ...]:
        driver = self.database.engine.dialect.dbapi
        return (SQLAlchemyError, *((driver.Error,) if driver is not None else ()))
