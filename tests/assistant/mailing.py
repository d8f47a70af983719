"""What the tests of mails are built from: a mailer that keeps, and a real mail server that is moody."""

from __future__ import annotations

import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session, syntax

from assistant.cases.letters import Letter, Part
from assistant.cases.mailer import Mailer, NotSent
from assistant.cases.outbox import KEPT, Sender
from assistant.cases.sealing import Seal
from assistant.settings import MailServer
from assistant.store.outbox import OutboxStore, SealedMail, queue
from tests.assistant.serving import free_port
from tests.assistant.talking import Room

SENDER = "noreply@wegwijzer.example"
SEAL = Seal(lambda: b"s" * 32)
LETTER = Letter("1700", "nl", "Gesprek met 1700", (Part("10:30 – U schreef", "Kids-ID aanvragen"),))


class KeptMail(Mailer):
    """A mailer that keeps what it is given; `moods` are raised first, one a try."""

    def __init__(self, *moods: BaseException) -> None:
        self.mails: list[EmailMessage] = []
        self.moods = list(moods)

    def send(self, mail: EmailMessage) -> None:
        if self.moods:
            raise self.moods.pop(0)
        self.mails.append(mail)

    @property
    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.mails]


class AcceptsAndDies(KeptMail):
    """The mail is accepted, and then the process dies."""

    def send(self, mail: EmailMessage) -> None:
        super().send(mail)
        raise Died


class Died(BaseException):
    """Nothing catches this, as nothing catches a kill."""


def a_mail(room: Room, key: str = "k1", address: str = "jan@voorbeeld.be", **more: Any) -> SealedMail:
    at = room.clock()
    sealed = (SEAL.close(address), SEAL.close(LETTER.to_json()))
    return SealedMail(key, "test", "nl", *sealed, at, **({"forget_at": at + KEPT} | more))


def put(room: Room, key: str = "k1", address: str = "jan@voorbeeld.be", **more: Any) -> bool:
    with room.log.write() as session:
        return queue(session, a_mail(room, key, address, **more))


def a_sender(room: Room, mailer: Mailer, owner: str = "p1", seal: Seal = SEAL) -> Sender:
    return Sender(OutboxStore(room.log), seal, mailer, SENDER, owner=owner, clock=room.clock, chance=lambda: 0.5)


def refusal(why: str = "451", **more: bool) -> NotSent:
    return NotSent(why, **more)


class Server(SMTP):
    """An SMTP server that at each connection is in the next mood; with none left it takes the mail."""

    def connection_made(self, transport: Any) -> None:
        self.mood = self.event_handler.next_mood()
        super().connection_made(transport)

    async def push(self, status: Any) -> None:
        told = str(status)
        if (self.mood, told[:3]) == ("busy", "220"):
            await super().push("421 4.3.2 not now")
            self.transport.close()
        elif (self.mood, told[:3]) == ("silent after", "250") and "taken" in told:
            self.transport.abort()
        elif (self.mood, told[:3]) == ("rude", "250") and "taken" in told:
            await super().push(status)
            self.transport.abort()
        else:
            await super().push(status)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name aiosmtpd calls
        if self.mood == "cut":
            await self.push("354 go on")
            await self._reader.read(20)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class PostOffice:
    """What a server got, and its moods to come: busy, cut, silent after, rude, or a reply to RCPT or DATA."""

    def __init__(self, *moods: str) -> None:
        self.moods, self.bodies, self.tries, self.open = list(moods), list[bytes](), 0, False

    def next_mood(self) -> str:
        if not self.open:
            return ""
        self.tries += 1
        return self.moods.pop(0) if self.moods else ""

    async def handle_RCPT(  # noqa: N802
        self, server: Server, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if server.mood.startswith("RCPT "):
            return server.mood.removeprefix("RCPT ")
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Server, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if server.mood.startswith("DATA "):
            return server.mood.removeprefix("DATA ")
        assert isinstance(envelope.content, bytes)
        self.bodies.append(envelope.content)
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        found = [email.message_from_bytes(body, policy=POLICY) for body in self.bodies]
        return [mail for mail in found if isinstance(mail, EmailMessage)]


@contextmanager
def open_office(
    office: PostOffice, *, tls: ssl.SSLContext | None = None, implicit: bool = False, password: str = ""
) -> Iterator[int]:
    """Run a mail server on loopback; yields its port."""

    def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == password.encode(), handled=False)

    options: dict[str, Any] = {"tls_context": tls} if tls and not implicit else {}
    if password:
        options |= {"authenticator": known, "auth_required": True, "auth_require_tls": False}

    class Moody(Controller):
        def factory(self) -> SMTP:
            return Server(self.handler, hostname="localhost", **options)

    running = Moody(office, hostname="127.0.0.1", port=free_port(), ssl_context=tls if implicit else None)
    # Starting, it connects to itself once.
    running.start()
    office.open = True
    try:
        yield running.port
    finally:
        running.stop()


def server_at(port: int, security: str = "smtp", user: str = "", password: str = "", host: str = "") -> MailServer:
    return MailServer(security, host or "127.0.0.1", port, user, password, SENDER)
