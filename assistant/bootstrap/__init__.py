"""The only place that picks implementations: settings in, a working service out. Nothing heavy is loaded here."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from secrets import token_hex

from assistant.accounts.engine import Accounts
from assistant.assist.suggestions import Suggestions
from assistant.bootstrap.knowing import Knowing
from assistant.cases.engine import Cases
from assistant.cases.mailer import SmtpMailer
from assistant.cases.outbox import Outbox, Sender
from assistant.cases.sealing import Seal
from assistant.conversations.answering import Answering
from assistant.conversations.background import Background
from assistant.conversations.caretaker import Caretaker
from assistant.conversations.credentials import installation_secret
from assistant.conversations.engine import Conversations
from assistant.conversations.learning import Learning
from assistant.conversations.worker import Worker
from assistant.demo.traffic import Demo
from assistant.handover.desk import DeskWork
from assistant.handover.engine import Handovers
from assistant.handover.watch import Watch
from assistant.sites import Site
from assistant.store.access import AccessStore
from assistant.store.accounts import AccountStore
from assistant.store.audit import AuditLog
from assistant.store.cases import CaseStore
from assistant.store.conversations import ConversationStore
from assistant.store.feedback import FeedbackStore
from assistant.store.history import HistoryStore
from assistant.store.log import Log
from assistant.store.logins import LoginStore
from assistant.store.notes import NoteStore
from assistant.store.outbox import OutboxStore
from assistant.store.presence import PresenceStore
from assistant.store.queue import QueueStore
from assistant.store.schema import CONVERSATIONS
from assistant.store.work import WorkStore
from knowledge.language import ChatIdentifier, LangdetectIdentifier
from knowledge.store.database import Database


@dataclass(frozen=True)
class Service(Knowing):
    """One installation, put together from its settings; parts are made at first use."""

    @property
    def databases(self) -> tuple[Database, ...]:
        """All databases of the installation: what a backup holds."""
        return (self.database, self.conversations_database)

    @cached_property
    def conversations_database(self) -> Database:
        home = self.settings.home
        return Database(self.settings.conversations_url or home / "conversations.sqlite3", CONVERSATIONS)

    @cached_property
    def log(self) -> Log:
        return Log(self.conversations_database)

    @cached_property
    def conversation_store(self) -> ConversationStore:
        return ConversationStore(self.log)

    @cached_property
    def secret(self) -> bytes:
        return installation_secret(self.settings.home, self.settings.secret)

    @cached_property
    def conversations(self) -> Conversations:
        access, people = AccessStore(self.log), self.handovers.hear
        return Conversations(
            self.sites,
            self.conversation_store,
            access,
            lambda: self.secret,
            people=people,
            published=self.published,
        )

    @cached_property
    def learning(self) -> Learning:
        return Learning(lambda: self.phrasings, lambda: self.conversations, lambda: self.secret)

    @cached_property
    def outbox_store(self) -> OutboxStore:
        return OutboxStore(self.log)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.outbox_store, lambda: self.secret, sends=self.settings.mail is not None)

    @cached_property
    def case_store(self) -> CaseStore:
        return CaseStore(self.log)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.case_store, self.sites, lambda: self.secret, sends=self.settings.mail is not None)

    @cached_property
    def accounts(self) -> Accounts:
        database = self.conversations_database
        return Accounts(AccountStore(database), LoginStore(database), lambda: self.secret)

    @cached_property
    def feedback(self) -> FeedbackStore:
        return FeedbackStore(self.conversations_database)

    @cached_property
    def queue(self) -> QueueStore:
        return QueueStore(self.log)

    @cached_property
    def presence(self) -> PresenceStore:
        return PresenceStore(self.conversations_database)

    @cached_property
    def handovers(self) -> Handovers:
        sends = self.settings.mail is not None
        stores = (self.conversation_store, self.queue, self.presence)
        return Handovers(self.sites, *stores, theme_of=self._theme_of, sends_mail=sends, calls_back=self._calls_back)

    @cached_property
    def desk(self) -> DeskWork:
        notes = NoteStore(self.conversations_database)
        return DeskWork(self.sites, self.conversation_store, queue=self.queue, presence=self.presence, notes=notes)

    def name_of(self, username: str | None) -> str:
        """Return how colleagues call an account, its username where it is gone."""
        return self.names().get(username or "", username or "")

    def names(self) -> dict[str, str]:
        """Return how colleagues call each account, by username."""
        return {one.username: one.name for one in self.accounts.all()}

    def _calls_back(self, site: Site, _at: datetime) -> bool:
        return bool(self.cases.offered(site))

    def _theme_of(self, page_id: str) -> str | None:
        page = self.pages.get([page_id]).get(page_id)
        return next(iter(page.service.themes), None) if page else None

    @cached_property
    def history(self) -> HistoryStore:
        return HistoryStore(self.log)

    @cached_property
    def suggestions(self) -> Suggestions:
        return Suggestions(lambda: self.assistant, self.sites, self.default_site)

    @property
    def audit(self) -> AuditLog:
        return AuditLog(self.conversations_database)

    def answering(self) -> Answering:
        """Return what answers messages of conversations."""
        first, second = ChatIdentifier(), LangdetectIdentifier()
        events = self.conversation_store.events
        return Answering(
            lambda: self.assistant, self.sites, self.default_site, first=first, second=second, events=events
        )

    def background(self, *, works: bool = True) -> Background:
        """Return the threads that answer, look after conversations and send mails in this process, not yet started."""
        answering, owner = self.answering(), f"{socket.gethostname()}-{os.getpid()}-{token_hex(4)}"
        lease = timedelta(seconds=self.settings.answer_seconds)
        worker = Worker(self.log, WorkStore(self.log), answering, owner=owner, lease=lease)
        caretaker = Caretaker(self.conversation_store, self.sites, chores=(self.cases.look,))
        watch = Watch(self.sites, self.conversation_store, self.queue, self.presence)
        routines = [caretaker.routine, watch.routine]
        if Demo.is_one(self.settings.home):
            routines.append(Demo(self).routine)
        if (sender := self._sender(owner)) is not None:
            routines.append(sender.routine)
        return Background(self.log, worker if works else None, routines)

    def _sender(self, owner: str) -> Sender | None:
        server = self.settings.mail
        if server is None:
            return None
        seal = Seal(lambda: self.secret)
        return Sender(self.outbox_store, seal, SmtpMailer(server), server.sender, owner=owner)
