"""What the tests of conversations are built from: a clock that is moved, stores on a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from assistant.conversations.engine import Conversations, Opened
from assistant.domain.conversation import Author, Conversation, Event, EventType, assistant_replies
from assistant.domain.handover import Consent, Request
from assistant.domain.idleness import Patience
from assistant.sites import Site
from assistant.store.access import AccessStore
from assistant.store.conversations import ConversationStore
from assistant.store.log import Log
from assistant.store.schema import CONVERSATIONS
from assistant.store.work import Lease, WorkStore
from knowledge.store.database import Database
from tests.assistant.building import SITE
from tests.databases import conversations_in

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LENGTH = timedelta(seconds=30)
PATIENCE = Patience(timedelta(minutes=10), timedelta(minutes=5), timedelta(days=30))
REQUEST = Request("regio", "nl", Consent.FULL, {"question": "vraag"})
"""What an agent is asked."""
REPLY = {"kind": "answer", "reason": None, "text": "Zo doet u dat.", "options": [], "related": []}


@dataclass
class MovedClock:
    """A clock that stands still until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> None:
        self.at += timedelta(**delta)


@dataclass
class Room:
    """A database of conversations with a clock of its own; `again` opens it as another process would."""

    database: Database
    clock: MovedClock = field(default_factory=MovedClock)
    site: Site = SITE

    def __post_init__(self) -> None:
        self.log = Log(self.database)
        self.store, self.work, self.access = ConversationStore(self.log), WorkStore(self.log), AccessStore(self.log)
        self.engine = Conversations({self.site.id: self.site}, self.store, self.access, lambda: b"s" * 32, self.clock)

    def again(self) -> Room:
        where = self.database.path or str(self.database.url.set(drivername="postgresql").render_as_string(False))
        return Room(Database(where, CONVERSATIONS), self.clock, self.site)

    def open(self, **context: Any) -> Opened:
        return self.engine.open(self.site, **context)

    def say(self, conversation: Conversation, text: str = "Kids-ID aanvragen", client_id: str = "c1") -> int:
        return self.engine.say(conversation, client_id, text)

    def lease(self, owner: str = "p1") -> Lease | None:
        return self.work.lease(owner, self.clock(), LENGTH)

    def reply(self, lease: Lease, **more: Any) -> int:
        return self.work.finish(lease, lambda now: assistant_replies(now, self.clock(), lease.seq, REPLY), **more)

    def now(self, conversation: Conversation) -> Conversation:
        found = self.store.find(conversation.id)
        assert found is not None
        return found

    def said(self, conversation: Conversation) -> list[tuple[Author, str]]:
        events = self.store.events(conversation.id)
        return [(event.author, event.text) for event in events if event.type is EventType.MESSAGE]


@contextmanager
def a_room(home: Path, url: str = "") -> Iterator[Room]:
    """A room on an empty database: a file in `home`, or a PostgreSQL one."""
    room = Room(conversations_in(home, url))
    yield room
    room.database.close()


def held(lease: Lease | None) -> Lease:
    assert lease is not None
    return lease


def until(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait until something is the case, and return what it is."""
    ends = monotonic() + seconds
    while not (found := condition()):
        assert monotonic() < ends, "it never came"
        sleep(0.01)
    return found


def in_order(events: list[Event]) -> bool:
    return [event.seq for event in events] == list(range(1, len(events) + 1))
