"""Makes a home a demo, and keeps citizens waiting in it for whoever tries the desk."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta
from functools import cached_property
from importlib import resources
from pathlib import Path
from secrets import choice
from typing import TYPE_CHECKING, Any

from assistant.accounts.account import grants_of
from assistant.cases.contact import ContactDetails
from assistant.domain.agent import Agent, Presence
from assistant.domain.case import CaseKind
from assistant.domain.conversation import Change, Conversation, assistant_replies
from assistant.domain.handover import Consent, Route
from assistant.handover.engine import NoAgentNow
from assistant.routine import Routine
from assistant.store.queue import Wish
from assistant.store.work import Lease, WorkStore
from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from assistant.bootstrap import Service

_PAUSE = 20.0
_PAGE = "https://demo.example/voorbeeld"
"""The page that demo citizens come from: by this they are told apart."""
_OWNER = "demo"
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"


class NotADemo(NamedFailure):
    """A home with accounts of its own is never made a demo."""


class Demo:
    """The demo of one home."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept = marker(service.settings.home)
        self.routine = Routine("demo", self.look, _PAUSE)

    @staticmethod
    def is_one(home: Path) -> bool:
        """Whether a home is a demo."""
        return marker(home).is_file()

    @property
    def staff(self) -> list[dict[str, str]]:
        """The accounts that everybody may use: username, password, role."""
        found: list[dict[str, str]] = json.loads(self._kept.read_text("utf-8"))
        return found

    def begin(self) -> list[dict[str, str]]:
        """Make a home a demo, once: accounts, cases, citizens who wait. Raises NotADemo where it has accounts."""
        if not self._kept.is_file():
            if self._service.accounts.all():
                raise NotADemo("This home has accounts of its own: no demo is made of it. Set another WEGWIJZER_HOME.")
            staff = [self._account(entry) for entry in self._script["staff"]]
            self._kept.write_text(json.dumps([one for one in staff if one], indent=1), "utf-8")
            self._kept.chmod(0o600)
            for entry in self._script["case"]:
                self._case(entry)
        self.look()
        return self.staff

    def look(self) -> int:
        """Keep somebody at the desk and somebody in the queue; returns how many citizens came."""
        service = self._service
        for entry in self._script["staff"]:
            if entry.get("idle"):
                at, nothing = service.handovers.clock(), frozenset[str]()
                service.presence.set(Agent(entry["username"], "", Presence.AVAILABLE, 1, nothing, at, nothing))
        waiting = service.queue.waiting(Wish(tuple(service.sites)))
        there = {(one.request.site, one.request.language) for one in waiting}
        wanted = [one for one in self._script["waiting"] if one["site"] in service.sites]
        missing = [one for one in wanted if (one["site"], one["language"]) not in there]
        return sum(self._waits(entry) for entry in missing)

    def _waits(self, entry: dict[str, Any]) -> bool:
        conversation = self._opened(entry)
        for number, words in enumerate(entry["says"]):
            self._says(conversation, f"demo-{number}", words)
        try:
            self._service.handovers.ask(conversation, Consent.FULL)
        except NoAgentNow:
            # The next look tries again: nothing is left of this one.
            self._service.conversations.erase(conversation)
            return False
        return True

    def _case(self, entry: dict[str, Any]) -> None:
        conversation, kind = self._opened(entry), CaseKind(entry["kind"])
        self._says(conversation, "demo-0", entry["says"])
        site = self._service.sites[entry["site"]]
        wish = Route.CALLBACK if kind is CaseKind.CALLBACK else Route.EMAIL
        windows = self._service.cases.offered(site) if kind is CaseKind.CALLBACK else ()
        if kind is CaseKind.CALLBACK and not windows:
            return
        self._service.cases.open(
            conversation,
            kind,
            ContactDetails(entry["name"], entry.get("phone", ""), entry.get("email", "")),
            site=site,
            consent=Consent.FULL,
            brief=self._service.handovers.brief(conversation, wish, Consent.FULL),
            window=windows[0] if windows else None,
        )

    def _opened(self, entry: dict[str, Any]) -> Conversation:
        where = {"language": entry["language"], "municipality": entry.get("municipality"), "page": _PAGE}
        return self._service.conversations.open(self._service.sites[entry["site"]], **where).conversation

    def _says(self, conversation: Conversation, client_id: str, words: str) -> None:
        """Let a citizen say something and the assistant answer, here: there may be no worker yet."""
        service, work = self._service, WorkStore(self._service.log)
        service.conversations.say(conversation, client_id, words)
        answering = service.answering()
        while (lease := work.lease(_OWNER, service.handovers.clock(), timedelta(seconds=60))) is not None:
            answered = answering.answer(lease)

            def act(before: Conversation, lease: Lease = lease, reply: dict[str, Any] = answered.reply) -> Change:
                return assistant_replies(before, service.handovers.clock(), lease.seq, reply)

            work.finish(lease, act, trace=answered.trace)

    def _account(self, entry: dict[str, Any]) -> dict[str, str]:
        password = "-".join("".join(choice(_LETTERS) for _ in range(4)) for _ in range(4))
        grants = grants_of(entry["roles"], self._service.sites)
        self._service.accounts.add(entry["username"], entry["name"], grants, password, "demo")
        if entry.get("idle"):
            return {}
        return {"username": entry["username"], "password": password, "role": str(grants[0].role)}

    @cached_property
    def _script(self) -> dict[str, list[dict[str, Any]]]:
        return tomllib.loads(resources.files(__package__).joinpath("traffic.toml").read_text("utf-8"))


def marker(home: Path) -> Path:
    """Return the file that makes a home a demo; it holds the log-ins."""
    return home / "demo.json"
