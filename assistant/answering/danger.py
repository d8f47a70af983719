"""Step danger: words of danger or crisis get their numbers at once, before any search, also with every store down."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.alarm import heard_in
from assistant.answering.contacts import emergency_contacts
from assistant.answering.draft import Draft
from assistant.answering.language import LanguageStep
from assistant.answering.replies import signpost
from assistant.domain.reply import Reply, Signpost, SignpostReason
from assistant.messages import text
from knowledge.language import LANGUAGES

_OWN_WORDS = {SignpostReason.DANGER_SUICIDE, SignpostReason.DANGER_POISON}


class DangerStep:
    """Looks for danger; the numbers are said in the asker's own language, whatever the site's language policy.

    Where it is not sure, the question goes on, and its reply begins with the numbers (`safe`).
    """

    name = "danger"

    def __init__(self, language: LanguageStep) -> None:
        self._language = language

    def __call__(self, draft: Draft) -> Draft | Signpost:
        # The words of an option are not the citizen's own.
        heard = None if draft.question.source_id else heard_in(draft.text)
        if heard is None:
            return draft
        if not heard.sure:
            return replace(draft, perhaps=heard.reason)
        asked = draft.question.language
        language = asked if asked in LANGUAGES else self._language.spoken(draft.text) or draft.language
        return signpost(replace(draft, language=language), heard.reason)


def safe(reply: Reply, draft: Draft) -> Reply:
    """Return `reply`, after one calm line with the numbers where the words may have spoken of danger."""
    if draft.perhaps is None:
        return reply
    own = draft.perhaps in _OWN_WORDS
    number = emergency_contacts(draft.perhaps, reply.language)[0].value
    line = text(f"perhaps.{draft.perhaps}" if own else "perhaps.danger", reply.language, number=number)
    return replace(reply, text=f"{line}\n\n{reply.text}", safety=line)
