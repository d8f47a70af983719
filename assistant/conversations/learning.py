"""What conversations teach: whoever takes an option says what the question before it meant."""

from __future__ import annotations

import logging
from collections.abc import Callable

from assistant.answering.report import report_text
from assistant.clock import Clock, now
from assistant.conversations.credentials import keyed_digest
from assistant.conversations.engine import Conversations
from assistant.domain.conversation import Conversation, Event
from knowledge.store.phrasings import Phrasings

log = logging.getLogger(__name__)


class Learning:
    """Keeps questions without personal data as candidate phrasings of the service that was chosen after them."""

    def __init__(
        self,
        phrasings: Callable[[], Phrasings],
        conversations: Callable[[], Conversations],
        secret: Callable[[], bytes],
        clock: Clock = now,
    ) -> None:
        self._phrasings, self._conversations, self._secret, self._clock = phrasings, conversations, secret, clock

    def tapped(self, conversation: Conversation, option: str, source: str) -> None:
        """Take note of an option taken; `source` is where it comes from, kept only as a digest for this one page."""
        try:
            if words := self._question(conversation, option):
                giver = keyed_digest(self._secret(), f"{option} {source or conversation.id}")
                self._phrasings().give(option, conversation.language, words, giver, self._clock())
        # The citizen's message is stored and will be answered: that nothing is learned from it must not stop that.
        except Exception as error:
            log.error("an option that was taken taught nothing: %s", type(error).__name__)

    def corrected(self, conversation: Conversation, asked: Event, page_id: str, by: str) -> bool:
        """Take note of the page that somebody of the staff (`by`) says answers what a citizen asked.

        Returns whether it counts: once a day for a page and a member of staff, and not what an editor revoked.
        """
        giver = keyed_digest(self._secret(), f"{page_id} {by}")
        words, language = report_text(asked.text), conversation.language
        return self._phrasings().give(page_id, language, words, giver, self._clock(), staff=True)

    def _question(self, conversation: Conversation, option: str) -> str:
        """Return the words that the reply with this option answered, "" where it did not ask back."""
        events = self._conversations().everything(conversation)
        for event in reversed(events):
            if event.reply and any(one["id"] == option for one in event.reply["options"]):
                asked = [one.text for one in events if one.seq == event.in_reply_to]
                return report_text(asked[0]) if asked and event.reply["kind"] == "clarification" else ""
        return ""
