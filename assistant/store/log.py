"""The log of all conversations: reading on from a position, and hearing that there is more to read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.domain.conversation import Event
from assistant.store.rows import event_of
from assistant.store.tables import events
from knowledge.store.database import Database

_CHANNEL = "wegwijzer_conversations"
_LOOK, _LISTEN = 0.2, 2.0
"""Seconds between two looks for what other processes wrote: where one has to look, and where one is told (a net)."""
_NOTIFY = text(f"NOTIFY {_CHANNEL}")
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


class Log:
    """The database of conversations, with a bell: whoever writes rings it for all who follow.

    In this process that is at once; PostgreSQL tells other processes (NOTIFY), with SQLite they look for themselves.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._bells: list[threading.Event] = []

    @property
    def pause(self) -> float:
        """Seconds after which a follower looks even if no bell rang."""
        return _LOOK if self.database.sqlite else _LISTEN

    def bell(self) -> threading.Event:
        """Return an event that is set whenever there may be more to read; whoever waits for it clears it."""
        self._bells.append(threading.Event())
        return self._bells[-1]

    def ring(self) -> None:
        """Wake all followers of this process."""
        for bell in self._bells:
            bell.set()

    @contextmanager
    def write(self, *, ring: bool = True) -> Iterator[Session]:
        """One write transaction; `ring` says whether others should look at what it did."""
        with self.database.write() as session:
            yield session
            if ring and not self.database.sqlite:
                session.execute(_NOTIFY)
        if ring:
            self.ring()

    def last_position(self) -> int:
        """Return the position of the newest event, 0 where there is none."""
        with self.database.read() as session:
            return session.execute(_LAST).scalar() or 0

    def after(self, position: int, limit: int) -> list[Entry]:
        """Return the events after `position`, in order, at most `limit`. None before it can still appear."""
        with self.database.read() as session:
            rows = session.execute(_AFTER, {"after": position, "most": limit})
            return [Entry(row.position, row.conversation_id, event_of(row)) for row in rows]

    def listen(self, stop: threading.Event) -> None:
        """Ring the bells when PostgreSQL tells of another process's write, until `stop`; on SQLite return at once."""
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
            self.ring()
            while not stop.is_set():
                for _ in connection.notifies(timeout=0.5, stop_after=1):
                    self.ring()
        finally:
            connection.close()

    def _failures(self) -> tuple[type[Exception], ...]:
        driver = self.database.engine.dialect.dbapi
        return (SQLAlchemyError, *((driver.Error,) if driver is not None else ()))
