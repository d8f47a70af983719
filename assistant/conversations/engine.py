"""What citizens do with conversations. Every method is one act: it happened whole, or it did not happen."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.answering.alarm import danger_in
from assistant.answering.asked_language import asked_language
from assistant.answering.mask import NOTHING
from assistant.clock import Clock, now
from assistant.conversations.credentials import (
    keyed_digest,
    new_code,
    new_id,
    new_token,
    token_digest,
    written_code,
)
from assistant.conversations.words import masked_line, page_address, presentable
from assistant.domain.conversation import (
    Change,
    Conversation,
    Event,
    OutOfTurn,
    chooses_language,
    citizen_says,
    close,
)
from assistant.messages import text
from assistant.sites import Site
from assistant.store.access import AccessStore, Tries
from assistant.store.conversations import ConversationStore, Pace
from assistant.store.rows import NotThere
from knowledge.errors import NamedFailure

CODE_LIFE = timedelta(hours=48)
PACE = Pace(20, timedelta(minutes=1))
TRIES = Tries(one=10, all=200, within=timedelta(minutes=10))
BATCH = 500
"""Events given at once; whoever wants more asks again."""
_REPLIES_BACK = 20
"""How many replies back an option may be taken from: an older one is no longer on anybody's screen."""


class NoWords(NamedFailure):
    """A message in which nothing is left to read."""


class UnknownOption(NamedFailure):
    """An option that was not offered in this conversation."""


@dataclass(frozen=True)
class Opened:
    """A conversation and the token that opens it; the token is shown once and kept nowhere."""

    conversation: Conversation
    token: str


class Conversations:
    """The conversations of one installation, as their citizens use them."""

    def __init__(
        self,
        sites: Mapping[str, Site],
        store: ConversationStore,
        access: AccessStore,
        secret: Callable[[], bytes],
        clock: Clock = now,
        *,
        people: Callable[[Conversation, str, str], int | None] = lambda *_: None,
        published: Container[str] = NOTHING,
    ) -> None:
        """`people` takes a yes to a person that was offered, and returns the number of the message.

        `published` are the identifiers that are nobody's secret: they stay readable in messages.
        """
        self._people, self._published = people, published
        self._sites, self._store, self._access = sites, store, access
        self._secret, self._clock = secret, clock

    def open(
        self,
        site: Site,
        *,
        language: str | None = None,
        preferred: str | None = None,
        municipality: str | None = None,
        page: str | None = None,
    ) -> Opened:
        """Begin a conversation. `language` was chosen and stays; `preferred` holds until another one is heard."""
        at, token = self._clock(), new_token()
        conversation = Conversation(
            new_id(),
            site.id,
            site.language_or_default(language or preferred),
            language in site.languages,
            at,
            at,
            masked_line(municipality, 100),
            page_address(page),
        )
        self._store.create(conversation, token_digest(token))
        return Opened(conversation, token)

    def opened(self, conversation_id: str, token: str) -> Conversation:
        """Return the conversation that this token opens. Raises NotThere, whatever is wrong."""
        found = self._store.opened_by(conversation_id, token_digest(token))
        if found is None:
            raise NotThere
        return found

    def say(
        self,
        conversation: Conversation,
        client_id: str,
        words: str,
        option: str | None = None,
        language: str | None = None,
    ) -> int:
        """Store what a citizen says, once for each `client_id`; returns its sequence number. It will be answered.

        `language` is what the citizen chose by now; the words themselves may ask for another.
        Raises NotThere, TooFast, NoWords, UnknownOption.
        """
        shown = presentable(words, self._published)
        if not shown or option is not None:
            # A message that was stored before is not refused for what its second sending says.
            if (seq := self._store.sent(conversation.id, client_id)) is not None:
                return seq
            if not shown:
                raise NoWords("The message has no words.")
        if option is None and (seq := self._people(conversation, client_id, shown)) is not None:
            return seq
        source_id = self._chosen(conversation, option) if option is not None else None
        if (asked := asked_language(shown)) is not None:
            language = self._wish(conversation, asked.language) or language
        at, spoken = self._clock(), self._wish(conversation, language) or conversation.language
        reason = danger_in(shown)
        danger = text(f"signpost.{reason}", spoken) if reason else ""
        resumed = text("conversation.resumed", spoken)

        def act(before: Conversation) -> Change:
            now = chooses_language(before, self._wish(before, language))
            return citizen_says(now, at, shown, client_id, resumed=resumed, danger=danger)

        return self._store.say(conversation.id, client_id, act, source_id=source_id, pace=(PACE, at))

    def read(self, conversation_id: str, token: str, after: int) -> tuple[Conversation, list[Event]]:
        """Return the conversation and its next events after `after`, at most BATCH. Raises NotThere."""
        found = self._store.read(conversation_id, token_digest(token), after, BATCH)
        if found is None:
            raise NotThere
        return found

    def everything(self, conversation: Conversation) -> list[Event]:
        """Return all events of a conversation."""
        return self._store.events(conversation.id)

    def end(self, conversation: Conversation) -> None:
        """End the conversation; ending it again changes nothing. Raises NotThere."""
        words = text("conversation.ended", conversation.language)
        try:
            self._store.change(conversation.id, lambda before: close(before, self._clock(), words))
        except OutOfTurn:
            return

    def resume_code(self, conversation: Conversation) -> tuple[str, datetime]:
        """Return a code for another device, and until when it holds; an earlier one holds no more. Raises NotThere."""
        code, at = new_code(), self._clock()
        expires_at = at + CODE_LIFE
        self._access.keep_code(conversation.id, self._digest(code), at, expires_at)
        return code, expires_at

    def resume(self, code: str, source: str) -> Opened:
        """Open a conversation with a code, once. `source` is where it comes from. Raises NotThere, TooManyTries."""
        token = new_token()
        found = self._access.redeem(
            self._digest(written_code(code)), token_digest(token), self._clock(), self._digest(source), TRIES
        )
        if found is None:
            raise NotThere
        return Opened(found, token)

    def revoke(self, conversation: Conversation, token: str) -> None:
        """Let a token open nothing any more."""
        self._access.revoke(conversation.id, token_digest(token))

    def erase(self, conversation: Conversation) -> None:
        """Remove a conversation and all that belongs to it."""
        self._store.erase(conversation.id)

    def site_of(self, conversation: Conversation) -> Site | None:
        """Return the site of a conversation, None where it is not served any more."""
        return self._sites.get(conversation.site)

    def _wish(self, conversation: Conversation, language: str | None) -> str | None:
        site = self.site_of(conversation)
        return language if site is not None and language in site.languages else None

    def _chosen(self, conversation: Conversation, option: str) -> str:
        for offered in self._store.offered(conversation.id, _REPLIES_BACK):
            if offered["id"] == option and offered["source_id"]:
                return str(offered["source_id"])
        raise UnknownOption("This option was not offered.")

    def _digest(self, value: str) -> str:
        return keyed_digest(self._secret(), value)
