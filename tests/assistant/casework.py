"""What the tests of cases are built from: cases on a database with a clock that is moved, an installation of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.accounts.account import grants_of
from assistant.cases.contact import ContactDetails
from assistant.cases.engine import Cases
from assistant.domain.case import Case, CaseKind, Window
from assistant.domain.conversation import Conversation
from assistant.settings import Settings
from assistant.sites import Site, load_sites
from assistant.store.cases import CaseStore
from knowledge.store.database import Database
from tests.assistant.staffing import PASSWORD, SITES, QuickService
from tests.assistant.talking import MovedClock, Room, a_room

ALL_SITES = load_sites()
PHONE, EMAIL = "0470 12 34 56", "jan.peeters@voorbeeld.be"
CONTACT = ContactDetails("Jan Peeters", PHONE, EMAIL)
NO_MAIL = ContactDetails("Jan Peeters", PHONE)
BRIEF: dict[str, Any] = {"question": "Hoe vraag ik een Kids-ID?", "language": "nl", "consent": "full"}


@dataclass
class Bureau:
    """A room of conversations with cases in it."""

    room: Room
    sites: dict[str, Site] = field(default_factory=lambda: ALL_SITES)
    sends: bool = True

    def __post_init__(self) -> None:
        self.store = CaseStore(self.room.log)
        self.cases = Cases(self.store, self.sites, lambda: b"s" * 32, sends=self.sends, clock=self.clock)

    @property
    def clock(self) -> MovedClock:
        return self.room.clock

    def again(self) -> Bureau:
        return Bureau(self.room.again(), self.sites, self.sends)

    def talk(self, **context: Any) -> Conversation:
        return self.room.open(**context).conversation

    def window(self, number: int = 0) -> Window:
        from assistant.cases.windows import callback_windows

        return callback_windows(self.room.site, self.clock())[number]

    def open(self, talk: Conversation | None = None, contact: ContactDetails = CONTACT, **more: Any) -> Case:
        kind = more.pop("kind", CaseKind.CALLBACK)
        given: dict[str, Any] = {"site": self.room.site, "consent": "full", "brief": BRIEF}
        if kind is CaseKind.CALLBACK:
            given["window"] = self.window()
        return self.cases.open(talk or self.talk(), kind, contact, **(given | more))

    def now(self, case: Case) -> Case:
        return self.store.find(case.reference)

    def ticket(self, talk: Conversation | None = None, **more: Any) -> Case:
        return self.open(talk, kind=CaseKind.TICKET, **more)


@contextmanager
def a_bureau(home: Path, url: str = "") -> Iterator[Bureau]:
    """Cases on an empty database: a file in `home`, or a PostgreSQL one."""
    with a_room(home, url) as room:
        yield Bureau(room)


@dataclass(frozen=True)
class CaseService(QuickService):
    """An installation whose cases have the clock of its staff."""

    @cached_property
    def cases(self) -> Cases:
        sends = self.settings.mail is not None
        return Cases(self.case_store, self.sites, lambda: self.secret, sends=sends, clock=self.clock)

    @property
    def database_of_cases(self) -> Database:
        return self.conversations_database

    def staff(self, username: str, *roles: str) -> None:
        self.accounts.add(username, username.title(), grants_of(roles, SITES), PASSWORD, "cli")

    def ask(self, **more: Any) -> Case:
        """Open a call-back in a new conversation of the region's site."""
        site = self.sites[more.pop("site", "regio")]
        talk = self.conversations.open(site, language=more.pop("language", None)).conversation
        contact, kind = more.pop("contact", CONTACT), more.pop("kind", CaseKind.CALLBACK)
        given = {"window": more.pop("window", None) or offered(self, site)} if kind is CaseKind.CALLBACK else {}
        return self.cases.open(talk, kind, contact, site=site, consent="full", brief=BRIEF, **given, **more)


def offered(service: CaseService, site: Site, number: int = 0) -> Window:
    from assistant.cases.windows import callback_windows

    return callback_windows(site, service.clock())[number]


def case_service(home: Path, **environment: str) -> CaseService:
    """Open an installation of cases on `home`."""
    return CaseService(Settings.from_environment({"WEGWIJZER_HOME": str(home), **environment}))
