"""Step intent: what needs no page is answered at once; what a page may answer goes on with its wish."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.draft import Draft
from assistant.answering.intents import Intent, Wish, wish_in
from assistant.answering.wished import clear, grant
from assistant.domain.reply import Reply

_AT_ONCE = {Intent.PERSON, Intent.GREETING, Intent.THANKS}
_AT_ONCE_IF_CLEAR = {Intent.PERSONAL_CASE, Intent.ABOUT_ASSISTANT, Intent.OPINION, Intent.ABUSE, Intent.INJECTION}
"""Less clear, a page that surely fits goes first."""


def intent(draft: Draft) -> Draft | Reply:
    """Hand over when asked, answer in fixed words what no page is about, go on otherwise."""
    if draft.question.source_id is not None:
        return draft
    draft = replace(draft, wish=wish_in(draft.text, draft.language))
    return grant(draft, draft.wish) if draft.wish and at_once(draft.wish) else draft


def at_once(wish: Wish) -> bool:
    """Whether a wish is granted before any search."""
    return wish.intent in _AT_ONCE or (wish.intent in _AT_ONCE_IF_CLEAR and clear(wish))
