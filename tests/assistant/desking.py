"""What the tests of hand-overs are built from: a hall with citizens, agents, a queue, and one clock for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from assistant.accounts.account import Account, grants_of
from assistant.bootstrap import Service
from assistant.clock import now
from assistant.conversations.engine import Conversations
from assistant.domain.agent import Presence
from assistant.domain.conversation import Change, Conversation, assistant_replies, citizen_says
from assistant.domain.handover import Consent, Handover
from assistant.domain.with_people import agent_says
from assistant.handover.desk import DeskWork
from assistant.handover.engine import Handovers
from assistant.handover.watch import Watch
from assistant.sites import Site, load_sites
from assistant.store.accounts import AccountStore
from assistant.store.notes import NoteStore
from assistant.store.presence import PresenceStore
from assistant.store.queue import QueueStore
from assistant.store.schema import CONVERSATIONS
from knowledge.calendar import OpeningHours
from knowledge.store.database import Database
from tests.assistant.staffing import PASSWORD, SITES
from tests.assistant.talking import MovedClock, Room
from tests.databases import conversations_in

ESCALATED: dict[str, Any] = {
    "kind": "escalation",
    "reason": "not_found",
    "text": "Dat vind ik niet in mijn bronnen.",
    "language": "nl",
    "statements": [],
    "citations": [],
    "options": [],
    "related": [],
}
_HASH = "not a hash: nobody logs in here"


@dataclass
class Hall:
    """A database with conversations and accounts, and everything that brings them together."""

    database: Database
    sites: dict[str, Site] = field(default_factory=load_sites)
    clock: MovedClock = field(default_factory=MovedClock)

    def __post_init__(self) -> None:
        self.room = Room(self.database, self.clock)
        self.store = self.room.store
        self.queue, self.people = QueueStore(self.room.log), PresenceStore(self.database)
        stores = (self.sites, self.store)
        self.handovers = Handovers(
            *stores, self.queue, self.people, theme_of={"sample-kids-id": "BurgerOverheid"}.get, clock=self.clock
        )
        notes = NoteStore(self.database)
        self.desk = DeskWork(*stores, queue=self.queue, presence=self.people, notes=notes, clock=self.clock)
        self.watch = Watch(*stores, self.queue, self.people, self.clock)
        self.accounts = AccountStore(self.database)

    def again(self, clock: MovedClock | None = None) -> Hall:
        """The same hall as another process sees it, with connections of its own."""
        where = self.database.path or str(self.database.url.set(drivername="postgresql").render_as_string(False))
        return Hall(Database(where, CONVERSATIONS), self.sites, clock or MovedClock())

    def later(self, **delta: float) -> None:
        """Move the clock; whoever was at a desk still is."""
        there = [agent for agent in self.people.all() if agent.is_there(self.clock())]
        self.clock.move(**delta)
        for agent in there:
            self.people.seen(agent.username, self.clock())

    def talking(self) -> Conversations:
        """What citizens use, with the door to people."""
        sites = {"regio": self.sites["regio"]}
        return Conversations(
            sites, self.store, self.room.access, lambda: b"s" * 32, self.clock, people=self.handovers.hear
        )

    def says(self, now: Conversation, words: str, client_id: str) -> Change:
        """A citizen says something."""
        return citizen_says(now, self.clock(), words, client_id)

    def replies(self, now: Conversation, seq: int, reply: dict[str, Any]) -> Change:
        """The assistant replies."""
        return assistant_replies(now, self.clock(), seq, reply)

    @staticmethod
    def speak(now: Conversation, agent: str) -> Change:
        """An agent says something."""
        return agent_says(now, now.active_at, agent, "Dag!", f"{agent}-{now.last_seq}")

    def agent(
        self,
        username: str = "sara",
        *roles: str,
        capacity: int = 4,
        languages: tuple[str, ...] = (),
        there: bool = True,
    ) -> Account:
        """An account with its desk open."""
        grants = grants_of(roles or ("agent@regio",), SITES)
        account = Account(username, username.title(), grants, self.clock())
        self.accounts.add(account, _HASH, "cli")
        if there:
            self.desk.be(account, Presence.AVAILABLE, capacity, frozenset(languages))
        return account

    def citizen(
        self, words: str = "Hoe vraag ik een zeilvergunning?", site: str = "regio", **context: Any
    ) -> Conversation:
        """Somebody whose question the assistant could not answer."""
        conversation = self.room.engine.open(self.sites[site], **context).conversation
        self.ask(conversation, words)
        return self.room.now(conversation)

    def ask(self, conversation: Conversation, words: str, reply: dict[str, Any] | None = None) -> None:
        """Let a citizen ask something and the assistant reply."""
        sent = f"c{self.room.now(conversation).last_seq}"
        self.store.say(conversation.id, sent, lambda now: citizen_says(now, self.clock(), words, sent))
        lease = self.room.lease()
        assert lease is not None
        said = reply or ESCALATED
        self.room.work.finish(lease, lambda now: assistant_replies(now, self.clock(), lease.seq, said))

    def waits(self, conversation: Conversation, consent: Consent = Consent.FULL) -> Handover:
        """The hand-over of a citizen who now waits for an agent."""
        self.handovers.ask(self.room.now(conversation), consent)
        found = self.queue.newest(conversation.id)
        assert found is not None
        return found

    def taken(self, account: Account, conversation: Conversation) -> Handover:
        """The hand-over of a conversation that an agent just took."""
        return self.desk.claim(account, self.waits(conversation).id)

    def hours(self, site: str, hours: OpeningHours) -> None:
        """Let the desk of a site have other hours."""
        desk = self.sites[site].desk
        assert desk is not None
        self.sites[site] = replace(self.sites[site], desk=replace(desk, hours=hours))

    def notices(self, conversation: Conversation) -> list[str]:
        """What the service itself said in a conversation."""
        return [event.text for event in self.store.events(conversation.id) if event.author == "system"]


@contextmanager
def a_hall(home: Path, url: str = "") -> Iterator[Hall]:
    """A hall on an empty database: a file in `home`, or a PostgreSQL one."""
    hall = Hall(conversations_in(home, url))
    yield hall
    hall.database.close()


@contextmanager
def at_the_desk(service: Service, site: str, username: str = "sara") -> Iterator[Account]:
    """Somebody who answers for the citizens of a site, as long as this lasts."""
    account = Account(username, username.title(), grants_of([f"agent@{site}"], SITES), now())
    if username not in {one.username for one in service.accounts.all()}:
        AccountStore(service.conversations_database).add(account, _HASH, "cli")
    service.desk.be(account, Presence.AVAILABLE, 4, frozenset())
    yield account
    service.desk.be(account, Presence.OFF, 4, frozenset())


class Colleague:
    """Somebody of the staff with a browser."""

    def __init__(self, app: Any, username: str) -> None:
        self.http = TestClient(app, "https://desk.example", raise_server_exceptions=False)
        self.username = username
        entered = self.http.post("/api/v1/staff/login", json={"username": username, "password": PASSWORD})
        assert entered.status_code == 200, entered.text
        self.http.headers["X-CSRF-Token"] = entered.json()["csrf"]

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/api/v1/desk{path}", params=query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.http.post(f"/api/v1/desk{path}", json=body)

    def be(self, state: str = "available", **more: Any) -> None:
        assert self.http.put("/api/v1/desk/presence", json={"state": state, **more}).status_code == 200


class Citizen:
    """Somebody with a browser who talks to the same application."""

    def __init__(self, app: Any, **begin: Any) -> None:
        self.http = TestClient(app, raise_server_exceptions=False)
        opened = self.http.post("/api/v1/conversations", json={"language": "nl"} | begin).json()
        self.id, self.headers = opened["id"], {"Authorization": f"Bearer {opened['token']}"}
        self.http.headers.update(self.headers)
        self.path, self.sent = f"/api/v1/conversations/{self.id}", 0

    def say(self, words: str) -> int:
        self.sent += 1
        said = self.http.post(f"{self.path}/messages", json={"client_id": f"c{self.sent}", "text": words})
        assert said.status_code == 202, said.text
        return int(said.json()["seq"])

    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"{self.path}/events").json()["events"]
        return found

    def ask(self, route: str = "agent", consent: str = "full", **slots: Any) -> Any:
        return self.http.post(f"{self.path}/handover", json={"route": route, "consent": consent, "slots": slots})
