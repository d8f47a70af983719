"""Step language: the language of the reply: declared, else the one the question is written in, else the site's."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.draft import Draft
from knowledge.language import LanguageIdentifier
from knowledge.text import tokens

_MIN_WORDS = 2
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
        if len(tokens(draft.text)) < _MIN_WORDS:
            return replace(draft, language=site.default_language)
        found = self._identifier.probabilities(draft.text)
        best = max(found, key=lambda code: found[code], default=site.default_language)
        sure = found.get(best, 0.0) >= _SURE
        return replace(draft, language=site.language_or_default(best) if sure else site.default_language)
