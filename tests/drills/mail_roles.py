"""What the processes of the drill of mails do, each until it is killed: queue mails, send mails."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import parent_process
from pathlib import Path
from random import Random
from ssl import PROTOCOL_TLS_CLIENT, SSLContext

from assistant.cases.mailer import SmtpMailer
from assistant.cases.outbox import Outbox, Sender
from assistant.cases.sealing import Seal
from assistant.conversations.engine import Conversations
from assistant.settings import MailServer
from assistant.store.access import AccessStore
from assistant.store.conversations import ConversationStore
from assistant.store.log import Log
from assistant.store.outbox import OutboxStore
from assistant.store.schema import CONVERSATIONS
from knowledge.store.database import Database, DatabaseBusy
from tests.assistant.building import SITE

SECRET, SENDER = b"s" * 32, "noreply@wegwijzer.example"
SPEED = 60
"""Seconds that pass on the clock of the drill in one second, so that what is put off comes soon."""
_PAUSE = 0.02


@dataclass(frozen=True)
class Round:
    """Where the processes of one round work, and what time it is for them."""

    folder: Path
    url: str
    port: int
    number: int
    at: datetime
    began: float

    def clock(self) -> datetime:
        return self.at + timedelta(seconds=(time.time() - self.began) * SPEED)

    def log(self) -> Log:
        return Log(Database(self.url or self.folder / "conversations.sqlite3", CONVERSATIONS))

    @property
    def acknowledged(self) -> Path:
        return self.folder / "acknowledged"

    def goes(self, role: str) -> Path:
        return self.folder / f"{self.number}-{role}-goes"


def queue(now: Round) -> None:
    """Ask for one mail after another, some twice; acknowledge each before the next, as HTTP does with its 202."""
    log, chance = now.log(), Random(now.number)  # noqa: S311 - a drill that can be repeated
    store = ConversationStore(log)
    engine = Conversations({SITE.id: SITE}, store, AccessStore(log), lambda: SECRET, now.clock)
    door = Outbox(OutboxStore(log), lambda: SECRET, sends=True, clock=now.clock)
    while not (now.goes("send").exists() and now.goes("help").exists()):
        time.sleep(_PAUSE)
    with now.acknowledged.open("ab", buffering=0) as acknowledged:
        for number in _while_the_drill_lives():
            address = f"r{now.number}m{number}@voorbeeld.be"
            conversation = engine.open(SITE).conversation
            for _ in range(1 + (chance.random() < 0.2)):
                door.mail_transcript(conversation, [], SITE, address)
            acknowledged.write(f"{address}\n".encode())
            now.goes("queue").touch()
            time.sleep(_PAUSE)


def send(now: Round, role: str = "send") -> None:
    """Send what is due, again and again."""
    sender = a_sender(now, f"{role}-{now.number}")
    for _ in _while_the_drill_lives():
        # Who finds the database busy for too long comes back, as the routine does.
        with suppress(DatabaseBusy):
            sender.look()
        now.goes(role).touch()
        time.sleep(_PAUSE)


def a_sender(now: Round, owner: str) -> Sender:
    # Without TLS no certificate is looked at; a context that knows none is made sooner.
    mailer = SmtpMailer(MailServer("smtp", "127.0.0.1", now.port, "", "", SENDER), SSLContext(PROTOCOL_TLS_CLIENT))
    return Sender(OutboxStore(now.log()), Seal(lambda: SECRET), mailer, SENDER, owner=owner, clock=now.clock)


ROLES: dict[str, Callable[[Round], None]] = {"queue": queue, "send": send, "help": lambda now: send(now, "help")}


def play(role: str, now: Round) -> None:
    """Be the process that plays a role; what it has to say goes to a file beside the database."""
    try:
        ROLES[role](now)
    except BaseException:
        (now.folder / f"{now.number}-{role}-failed").write_text(traceback.format_exc(), "utf-8")
        os._exit(1)


def _while_the_drill_lives() -> Iterator[int]:
    number, drill = 0, parent_process()
    while drill is None or drill.is_alive():
        yield number
        number += 1
