"""Step contextualise: what a message asks after those before it, and the municipality that was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from assistant.answering.draft import Draft
from assistant.answering.entitled import asks_whether, yes_or_no
from assistant.answering.following import Tie, Turn, in_context
from assistant.answering.intents import Intent
from assistant.answering.wants import topic
from knowledge.municipalities import Municipalities

_MEMORY = 20
"""Messages that are looked back at."""
_NAMES = 3
"""An answer to "in which municipality?" has no more words on a subject than that."""


class ContextStep:
    """Reads a message in its conversation; of a message that stands alone nothing changes."""

    name = "contextualise"

    def __init__(self, places: Municipalities, is_sure: Callable[[Draft], bool] = lambda _draft: False) -> None:
        """`is_sure` says whether a message would be answered if it stood alone: then it does."""
        self._places, self._is_sure = places, is_sure

    def __call__(self, draft: Draft) -> Draft:
        question = draft.question
        history = question.history[-_MEMORY:]
        if question.source_id is not None or not history:
            return draft
        place = self._told(history, draft)
        question = replace(question, municipality=question.municipality or place)
        if history[-1].asked_place and self._place(draft.text, draft):
            # The answer to our question: what was asked before stands, now for this place.
            asked = in_context(history[:-1], history[-1].text, draft.language)
            return replace(draft, question=question, sought=asked.text, wish=None)
        fits = yes_or_no(draft.text, draft.language)
        if fits is not None and history[-1].source_id and asks_whether(history[-1].text, draft.language):
            return replace(
                draft,
                question=replace(question, source_id=history[-1].source_id),
                sought=history[-1].text,
                fits=fits,
                wish=None,
            )
        found = in_context(history, draft.text, draft.language)
        more = len(topic(draft.text, draft.language)) > 1
        if found.tie is Tie.GOES_ON and more and self._is_sure(replace(draft, question=question)):
            return replace(draft, question=question)
        if found.tie is Tie.ALONE:
            return replace(draft, question=question, sought=found.text if found.text != draft.text else "")
        stays = found.source_id if found.tie in {Tie.SAME_PAGE, Tie.BACK} else None
        vague = draft.wish is not None and draft.wish.intent is Intent.VAGUE
        return replace(
            draft,
            question=replace(question, source_id=stays),
            sought=found.text,
            added=draft.text if found.tie is Tie.GOES_ON else "",
            refused=found.refused,
            wish=None if vague else draft.wish,
        )

    def _told(self, history: tuple[Turn, ...], draft: Draft) -> str | None:
        """Return the municipality that was told when it was asked for, the last time."""
        answers = [turn.text for before, turn in pairwise(history) if before.asked_place]
        answers += [draft.text] if history[-1].asked_place else []
        return next((place for words in reversed(answers) if (place := self._place(words, draft))), None)

    def _place(self, words: str, draft: Draft) -> str | None:
        """Return the municipality in an answer to our question: one that is known, else a few words."""
        known = self._places.named_in(words, draft.question.at.date())
        few = topic(words, draft.language)
        return known.name if known else words.strip(" .!?") if 0 < len(few) <= _NAMES else None
