"""Step split: several questions in one message are answered one by one, most urgent first, in one reply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.draft import Draft
from assistant.answering.intent import intent
from assistant.answering.intents import Intent
from assistant.answering.parts import parts
from assistant.answering.replies import shown_text
from assistant.domain.reply import Answer, Clarification, Option, Reply, Statement

_RELATED = 2


class SplitStep:
    """Takes every question through the `rest` of the steps, which answer one question."""

    name = "split"

    def __init__(self, rest: Sequence[Callable[[Draft], Draft | Reply]]) -> None:
        self._rest = tuple(rest)

    def __call__(self, draft: Draft) -> Draft | Reply:
        # What goes on from what was said before is about one subject.
        alone = draft.question.source_id is None and not draft.sought
        several = alone and not (draft.wish and draft.wish.intent is Intent.MULTI_PROBLEM)
        asked = parts(draft.text, draft.language) if several else [draft.text]
        if len(asked) < 2:
            return draft
        replies = [(part, self._reply(replace(draft, text=part, wish=None))) for part in asked]
        # Where no part can be answered, the whole may say more than its parts.
        return joined(draft, replies) if any(isinstance(reply, Answer) for _, reply in replies) else draft

    def _reply(self, draft: Draft) -> Reply:
        for step in (intent, *self._rest):
            result = step(draft)
            if not isinstance(result, Draft):
                return result
            draft = result
        raise AssertionError("the last step returns a reply")


def joined(draft: Draft, replies: Sequence[tuple[str, Reply]]) -> Answer:
    """Return one answer of the replies to each part; a part that was not answered stands in `missing`."""
    answers = [reply for _, reply in replies if isinstance(reply, Answer)]
    first, others = answers[0], [reply for _, reply in replies if not isinstance(reply, Answer)]
    at_counter = next((answer for answer in answers if answer.counter), first)
    own = [option for reply in others if isinstance(reply, Clarification) for option in reply.options]
    related: list[Option] = [*own, *(option for answer in answers for option in answer.related)]
    return replace(
        first,
        text="\n\n".join(f"{_title(part)}\n{reply.text}" for part, reply in replies),
        masked_text=shown_text(draft),
        confidence=min(answer.confidence or 0.0 for answer in answers),
        statements=_statements(answers),
        citations=tuple(citation for answer in answers for citation in answer.citations),
        missing=(
            *(_title(part) for part, reply in replies if not isinstance(reply, Answer)),
            *(name for answer in answers for name in answer.missing),
        ),
        updated_on=min((answer.updated_on for answer in answers if answer.updated_on), default=None),
        needs_presence=any(answer.needs_presence for answer in answers),
        counter=at_counter.counter,
        contacts=tuple(dict.fromkeys(contact for _, reply in replies for contact in reply.contacts)),
        notices=tuple(dict.fromkeys(notice for answer in answers for notice in answer.notices)),
        related=tuple(related[:_RELATED]),
    )


def _statements(answers: Sequence[Answer]) -> tuple[Statement, ...]:
    """The statements of all answers under the title of their page, each with its own citations."""
    found: list[Statement] = []
    before = 0
    for answer in answers:
        title = answer.citations[0].title if answer.citations else ""
        for one in answer.statements:
            citations = tuple(before + number for number in one.citations)
            found.append(replace(one, citations=citations, heading=one.heading or title))
        before += len(answer.citations)
    return tuple(found)


def _title(part: str) -> str:
    return part[:1].upper() + part[1:].rstrip(" ,;")
