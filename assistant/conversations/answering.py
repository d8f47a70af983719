"""From a message to its reply, in the context of its conversation: language, municipality, site, the option taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.answering.draft import Draft, Question, Trace
from assistant.answering.language import SpokenLanguage
from assistant.answering.mask import told, was_masked
from assistant.answering.pipeline import Assistant
from assistant.answering.replies import escalate
from assistant.clock import Clock, now
from assistant.conversations.turns import turns_of
from assistant.domain.conversation import Event
from assistant.domain.reply import EscalationReason, Reply
from assistant.domain.reply_json import to_json
from assistant.messages import text
from assistant.sites import Site
from assistant.store.work import Lease
from knowledge.language import LanguageIdentifier


@dataclass(frozen=True)
class Answered:
    """The reply to a message as it is stored, the language to keep, and how it came about."""

    reply: dict[str, Any]
    language: str
    trace: dict[str, Any]

    @property
    def about_danger(self) -> bool:
        return str(self.reply["reason"]).startswith("danger_")


class Answering:
    """Answers leased messages; always with a reply, since the assistant's failures are replies too."""

    def __init__(
        self,
        assistant: Callable[[], Assistant],
        sites: Mapping[str, Site],
        default_site: Site,
        *,
        first: LanguageIdentifier,
        second: LanguageIdentifier,
        events: Callable[[str], Sequence[Event]] = lambda _conversation: (),
        clock: Clock = now,
    ) -> None:
        """`first` hears the language of a message; to switch in mid-conversation `second` must agree.

        `events` gives what was said in a conversation: a question is read after those before it.
        """
        self._assistant, self._sites, self._default, self._clock = assistant, sites, default_site, clock
        self._spoken, self._events = SpokenLanguage(first, second), events

    def answer(self, lease: Lease) -> Answered:
        """Return the reply to a message."""
        question = self._question(lease, self._language(lease))
        if lease.seq > 1 and lease.source_id is None:
            question = replace(question, history=turns_of(self._events(lease.conversation.id), lease.seq))
        reply, trace = self._assistant().answer_traced(question)
        return _answered(reply, question, trace)

    def give_up(self, lease: Lease) -> Answered:
        """Return the reply to a message that no process could answer: a person, with phone and counter."""
        question = self._question(lease, lease.conversation.language)
        spoken, masked = question.site.language_or_default(question.language), was_masked(lease.text)
        draft = Draft(question, lease.text, spoken, masking_done=True, masked=masked)
        reply = escalate(draft, EscalationReason.COMPONENT_FAILED, f"no answer in {lease.attempts - 1} attempts")
        return _answered(told(reply, draft), question, Trace((), (), (), {}))

    def patience(self, lease: Lease) -> str:
        """Return the words that tell a citizen that the answer takes longer, with the way to a person."""
        conversation = lease.conversation
        return text("conversation.slow", conversation.language, phone=self._site(lease).phone.number)

    def _question(self, lease: Lease, language: str) -> Question:
        where = lease.conversation.municipality
        return Question(lease.text, self._site(lease), self._clock(), language, where, lease.source_id)

    def _site(self, lease: Lease) -> Site:
        return self._sites.get(lease.conversation.site, self._default)

    def _language(self, lease: Lease) -> str:
        """Return the declared language, else the one of the message if that is sure enough, else the one kept."""
        kept, site = lease.conversation.language, self._site(lease)
        if lease.conversation.declared or lease.source_id is not None:
            return kept
        if lease.seq == 1:
            return self._spoken.at_first(lease.text, site) or kept
        return self._spoken.after(kept, lease.text, site)


def _answered(reply: Reply, question: Question, trace: Trace) -> Answered:
    kept = asdict(trace)
    passages = kept.pop("passages")
    return Answered(to_json(reply), question.language or reply.language, {"trace": kept, "passages": passages})
