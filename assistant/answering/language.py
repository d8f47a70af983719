"""Step language: the language of the reply: declared, else the one the question is written in, else the site's."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answering.draft import Draft
from knowledge.language import LanguageIdentifier
from knowledge.text import tokens

_MIN_WORDS = 3
"""In one or two Latin words no language can be told ("premie dakisolatie")."""
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0600-\u06ff]")
_SURE = 0.7
"""Below this the site's own language is kept: a wrong language is worse than Dutch with a language choice beside it."""


class LanguageStep:
    """Chooses among the languages of the site."""

    name = "language"

    def __init__(self, identifier: LanguageIdentifier) -> None:
        self._identifier = identifier

    def __call__(self, draft: Draft) -> Draft:
        site = draft.question.site
        if draft.question.language in site.languages:
            return replace(draft, language=draft.question.language)
        return replace(draft, language=site.language_or_default(self.spoken(draft.text)))

    def spoken(self, text: str) -> str | None:
        """Return the language a text is written in, None where it is too short or too mixed to tell."""
        if len(tokens(text)) < _MIN_WORDS and not _OTHER_SCRIPT.search(text):
            return None
        found = self._identifier.probabilities(text)
        best = max(found, key=lambda code: found[code], default=None)
        return best if best is not None and found[best] >= _SURE else None
