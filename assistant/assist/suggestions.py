"""Suggestions for an agent: what the assistant would answer, how sure it is, and why. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from assistant.answering.cues import asks_for_person, small_talk_in
from assistant.answering.draft import Draft, Question
from assistant.answering.following import Turn
from assistant.answering.pipeline import Advice, Assistant
from assistant.answering.replies import page_title, shown_text
from assistant.answering.wants import topic, wanted
from assistant.clock import Clock, now
from assistant.conversations.turns import turns_of
from assistant.domain.conversation import Author, Conversation, Event, EventType
from assistant.domain.reply import Answer, Reply, Signpost
from assistant.sites import Site
from knowledge.pages import Page
from knowledge.richtext import plain_text
from knowledge.services import localized
from knowledge.text import content_tokens, stem


class Certainty(StrEnum):
    """How sure the assistant is of a suggestion."""

    SURE = "sure"
    """It would have said this by itself."""
    CHECK = "check"
    """It would have asked back or handed over: the agent looks whether this is the answer."""
    NONE = "none"
    """It has no answer."""


@dataclass(frozen=True)
class Why:
    """What a suggestion rests on: words it shares with the page, the section asked for, the second best."""

    words: tuple[str, ...] = ()
    section: str | None = None
    second: Page | None = None


@dataclass(frozen=True)
class Suggestion:
    """What an agent may say; `question` is masked, `seq` the message it answers, None where the agent typed it."""

    seq: int | None
    question: str
    language: str
    reply: Reply | None = None
    certainty: Certainty = Certainty.NONE
    why: Why = field(default_factory=Why)

    @property
    def second_title(self) -> str:
        """The title of the second best page, "" where there is none."""
        return page_title(self.why.second.service, self.language) if self.why.second else ""


class Suggestions:
    """Suggests replies in the language, for the municipality and on the site of a conversation."""

    def __init__(
        self,
        assistant: Callable[[], Assistant],
        sites: Mapping[str, Site],
        default_site: Site,
        clock: Clock = now,
    ) -> None:
        self._assistant, self._sites, self._default, self._clock = assistant, sites, default_site, clock

    def to_question(self, conversation: Conversation, question: str) -> Suggestion:
        """Return what the assistant would answer to a question of the agent's own words."""
        return self._suggest(conversation, None, question)

    def to_newest(self, conversation: Conversation, seen: Sequence[Event]) -> Suggestion:
        """Return what the assistant would answer to the citizen's newest question among the events that staff see."""
        asked = [event for event in seen if event.type is EventType.MESSAGE and event.author is Author.CITIZEN]
        asked = [event for event in asked if event.text]
        if not asked:
            return Suggestion(None, "", conversation.language)
        # The newest words are often "a person, please" or "thanks": what there is to answer was said before.
        newest = next((event for event in reversed(asked) if _asks_something(event.text)), asked[-1])
        return self._suggest(conversation, newest.seq, newest.text, turns_of(seen, newest.seq))

    def _suggest(
        self, conversation: Conversation, seq: int | None, words: str, history: tuple[Turn, ...] = ()
    ) -> Suggestion:
        site = self._sites.get(conversation.site, self._default)
        question = Question(words, site, self._clock(), conversation.language, conversation.municipality)
        advice = self._assistant().advise(replace(question, history=history))
        shown, reply = shown_text(advice.draft), advice.kept_back or advice.reply
        return Suggestion(seq, shown, conversation.language, reply, _certainty(advice), _why(advice.draft, reply))


def _asks_something(text: str) -> bool:
    return not asks_for_person(text) and small_talk_in(text) is None


def _certainty(advice: Advice) -> Certainty:
    if isinstance(advice.reply, Answer | Signpost):
        return Certainty.SURE
    return Certainty.CHECK if advice.kept_back is not None else Certainty.NONE


def _why(draft: Draft, reply: Reply) -> Why:
    if not isinstance(reply, Answer) or not draft.candidates:
        return Why()
    first = draft.candidates[0]
    language = first.hit.language
    said = _page_words(first.page, language) | _stems(" ".join(one.text for one in reply.statements), language)
    words = dict.fromkeys(word for word in topic(draft.text, draft.language) if stem(word, language) in said)
    asked = {kind.value for kind in wanted(draft.text)}
    kinds = [statement.kind.value for statement in reply.statements]
    section = next((kind for kind in kinds if kind in asked), kinds[0] if kinds else None)
    second = draft.candidates[1].page if len(draft.candidates) > 1 else None
    return Why(tuple(words), section, second)


def _page_words(page: Page, language: str) -> set[str]:
    service = page.service
    texts = [localized(service.title, language), plain_text(localized(service.summary, language))]
    texts += [*service.keywords.get(language, ()), *service.phrasings.get(language, ())]
    return _stems(" ".join(texts), language)


def _stems(text: str, language: str) -> set[str]:
    return {stem(word, language) for word in content_tokens(text, language)}
