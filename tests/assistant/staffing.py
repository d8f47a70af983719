"""What the tests of staff are built from: cheap hashes, a clock that is moved, accounts on a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from argon2 import Parameters
from argon2.profiles import CHEAPEST

from assistant.accounts.account import Account, grants_of
from assistant.accounts.engine import Accounts, Login
from assistant.accounts.passwords import Passwords
from assistant.bootstrap import Service
from assistant.store.accounts import AccountStore
from assistant.store.audit import AuditLog
from assistant.store.logins import LoginStore
from assistant.store.schema import CONVERSATIONS
from knowledge.store.database import Database
from tests.assistant.talking import MovedClock
from tests.databases import conversations_in

SITES = ("regio", "agentschap", "gemeente")
PASSWORD = "vijf gele fietsen"  # noqa: S105 - of tests
SECRET = b"s" * 32


@dataclass
class Office:
    """A database with accounts, and a clock of its own; `again` opens it as another process would."""

    database: Database
    clock: MovedClock = field(default_factory=MovedClock)
    parameters: Parameters | None = None

    def __post_init__(self) -> None:
        self.store, self.logins = AccountStore(self.database), LoginStore(self.database)
        self.audit = AuditLog(self.database)
        self.engine = Accounts(
            self.store, self.logins, lambda: SECRET, Passwords(self.parameters or CHEAPEST), self.clock
        )

    def again(self, parameters: Parameters | None = None) -> Office:
        where = self.database.path or str(self.database.url.set(drivername="postgresql").render_as_string(False))
        return Office(Database(where, CONVERSATIONS), self.clock, parameters)

    def add(self, username: str = "sara", *roles: str) -> Account:
        grants = grants_of(roles or ("agent@regio",), SITES)
        return self.engine.add(username, "Sara", grants, PASSWORD, "cli")

    def log_in(self, username: str = "sara", password: str = PASSWORD, source: str = "here") -> Login:
        return self.engine.log_in(username, password, source)

    def acts(self) -> list[tuple[str, str]]:
        """What was done to whom, the oldest first."""
        return [(line.act, line.subject) for line in reversed(self.audit.lines(1000))]


@contextmanager
def an_office(home: Path, url: str = "") -> Iterator[Office]:
    """Accounts on an empty database: a file in `home`, or a PostgreSQL one."""
    office = Office(conversations_in(home, url))
    yield office
    office.database.close()


@dataclass(frozen=True)
class QuickService(Service):
    """An installation whose passwords are hashed cheaply, and whose staff have a clock of their own."""

    clock: MovedClock = field(default_factory=MovedClock)

    @cached_property
    def conversations_database(self) -> Database:
        return conversations_in(self.settings.home, self.settings.conversations_url)

    @cached_property
    def accounts(self) -> Accounts:
        return Office(self.conversations_database, self.clock).engine
