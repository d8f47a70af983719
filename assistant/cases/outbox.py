"""The outbox: a mail is queued with the act that gives rise to it, and sent until it is accepted or dead."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import SystemRandom
from time import sleep

from assistant.cases.addresses import BadAddress, mail_address
from assistant.cases.letters import Letter, mail_of
from assistant.cases.mailer import LONGEST_SECONDS, Mailer, NotSent
from assistant.cases.sealing import Seal, SealBroken
from assistant.clock import Clock, now
from assistant.conversations.credentials import keyed_digest
from assistant.conversations.transcript import transcript_letter
from assistant.domain.conversation import Conversation, Event
from assistant.routine import Routine
from assistant.sites import Site
from assistant.store.outbox import MailLease, MailLimit, OutboxStore, SealedMail
from knowledge.errors import NamedFailure

TRANSCRIPTS = MailLimit(3, timedelta(hours=1))
RECIPIENT = MailLimit(6, timedelta(days=1))
"""Mails to one address, whoever asks for them."""
KEPT = timedelta(days=7)
"""So long an operator can still have a dead letter sent; then its address and words are wiped."""
ATTEMPTS = 56
"""With the pauses between them: two days."""
LEASE = timedelta(seconds=1.5 * LONGEST_SECONDS)
"""After it a mail whose process died is sent by another."""
_FIRST_PAUSE, _LONGEST_PAUSE = 15.0, 3600.0
_LOOK = 2.0
_MARK_TRIES, _MARK_PAUSE = 5, 0.5
_CHANCE = SystemRandom().random

log = logging.getLogger(__name__)


class NoMailServer(NamedFailure):
    """This installation sends no mails."""

    def __init__(self) -> None:
        super().__init__("No mail server is set (WEGWIJZER_SMTP_URL).")


class Outbox:
    """The door of the outbox: what it takes in is sent, or seen by an operator."""

    def __init__(self, store: OutboxStore, secret: Callable[[], bytes], *, sends: bool, clock: Clock = now) -> None:
        """`sends` says whether a mail server is set; without one everything is refused."""
        self._store, self._secret, self._sends, self._clock = store, secret, sends, clock
        self._seal = Seal(secret)

    def mail_transcript(self, conversation: Conversation, events: Sequence[Event], site: Site, address: str) -> None:
        """Mail a conversation, as it is now, to an address; asking again sends nothing more.

        Raises NoMailServer, BadAddress, NotThere, TooManyMails.
        """
        if not self._sends:
            raise NoMailServer
        recipient = mail_address(address)
        if not recipient:
            raise BadAddress
        last, at = events[-1].seq if events else 0, self._clock()
        letter = transcript_letter(conversation, events, site)
        mail = SealedMail(
            keyed_digest(self._secret(), f"transcript {conversation.id} {last} {recipient}"),
            "transcript",
            letter.language,
            self._seal.close(recipient),
            self._seal.close(letter.to_json()),
            at,
            at + KEPT,
            conversation.id,
        )
        known = keyed_digest(self._secret(), f"recipient {recipient.casefold()}")
        self._store.ask(mail, TRANSCRIPTS, known, RECIPIENT)


class Sender:
    """Sends what waits. Any number of processes may do it: each mail is leased by one of them."""

    def __init__(
        self,
        store: OutboxStore,
        seal: Seal,
        mailer: Mailer,
        address: str,
        *,
        owner: str,
        clock: Clock = now,
        chance: Callable[[], float] = _CHANCE,
    ) -> None:
        """`address` is the one that mails come from; `owner` names this process among all."""
        self._store, self._seal, self._mailer, self._address = store, seal, mailer, address
        self._owner, self._clock, self._chance = owner, clock, chance
        self.routine = Routine("mails", self.look, _LOOK)

    def look(self) -> int:
        """Send what is due now; returns how many mails were accepted."""
        accepted = 0
        while not self.routine.stopping:
            lease = self._store.lease(self._owner, self._clock(), LEASE)
            if lease is None:
                break
            try:
                self._send(lease)
            except NotSent as failure:
                self._put_off(lease, failure)
                if failure.server:
                    break
            else:
                accepted += 1
        return accepted

    def _send(self, lease: MailLease) -> None:
        """Hand a mail over and mark it.

        Dying between the server's last reply and the mark makes it be sent twice, with the same Message-ID:
        rather that than not at all.
        """
        if lease.attempts > ATTEMPTS:
            raise NotSent("attempts", permanent=True)
        try:
            recipient, letter = self._seal.open(lease.address), Letter.from_json(self._seal.open(lease.content))
        except SealBroken:
            raise NotSent("sealed", permanent=True) from None
        self._mailer.send(mail_of(letter, self._address, recipient, self._message_id(lease.key), lease.created_at))
        for left in reversed(range(_MARK_TRIES)):
            try:
                self._store.sent(lease, self._clock())
                return
            except Exception:
                if not left:
                    raise
                sleep(_MARK_PAUSE)

    def _put_off(self, lease: MailLease, failure: NotSent) -> None:
        if failure.permanent or lease.attempts >= ATTEMPTS:
            log.warning("mail %s could not be sent (%s): see wegwijzer outbox list --state dead", lease.id, failure.why)
            self._store.dead(lease, failure.why)
        else:
            log.info("mail %s waits (%s)", lease.id, failure.why)
            self._store.later(lease, self._clock() + pause(lease.attempts, self._chance()), failure.why)

    def _message_id(self, key: str) -> str:
        """Return the same for the same mail, so that who gets it twice can tell."""
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{self._address.partition('@')[2]}>"


def pause(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after so many attempts: longer each time, and not the same for all (`chance`, 0 to 1)."""
    seconds: float = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), _LONGEST_PAUSE)
    return timedelta(seconds=seconds * (0.75 + chance / 2))
