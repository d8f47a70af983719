"""Step danger: words of danger or crisis get their numbers at once, before any search, also with every store down."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.cues import danger_in
from assistant.answering.draft import Draft
from assistant.answering.language import LanguageStep
from assistant.answering.replies import signpost
from assistant.domain.reply import Signpost
from knowledge.language import LANGUAGES


class DangerStep:
    """Looks for danger; the numbers are said in the asker's own language, whatever the site's language policy."""

    name = "danger"

    def __init__(self, language: LanguageStep) -> None:
        self._language = language

    def __call__(self, draft: Draft) -> Draft | Signpost:
        reason = danger_in(draft.text)
        if reason is None:
            return draft
        asked = draft.question.language
        language = asked if asked in LANGUAGES else self._language.spoken(draft.text) or draft.language
        return signpost(replace(draft, language=language), reason)
