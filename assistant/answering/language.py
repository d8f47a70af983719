"""Step language: that of the reply: asked for in words, else declared, else that of the words, else the site's."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.asked_language import asked_language
from assistant.answering.draft import Draft
from assistant.answering.replies import signpost
from assistant.domain.reply import Signpost, SignpostReason
from assistant.sites import Site
from knowledge.language import LanguageIdentifier
from knowledge.text import tokens

FEW_WORDS = 3
"""Under so many words a language is seldom certain ("premie dakisolatie")."""
_SURE, _SURE_OF_FEW = 0.5, 0.8
"""Below this the site's own language is kept: a wrong language is worse than Dutch with a language choice beside it."""
_SURE_TO_SWITCH = 0.7


class LanguageStep:
    """Chooses among the languages of the site."""

    name = "language"

    def __init__(self, identifier: LanguageIdentifier) -> None:
        self._identifier = identifier

    def __call__(self, draft: Draft) -> Draft | Signpost:
        site, asked = draft.question.site, asked_language(draft.text)
        if asked is not None and asked.language in site.languages:
            draft = replace(draft, language=asked.language)
            # There is nothing yet to answer in that language.
            return signpost(draft, SignpostReason.GREETING) if asked.alone else draft
        if draft.question.language in site.languages:
            return replace(draft, language=draft.question.language)
        return replace(draft, language=site.language_or_default(self.spoken(draft.text)))

    def spoken(self, text: str) -> str | None:
        """Return the language a text is written in, None where it is too short or too mixed to tell."""
        return _surest(self._identifier, text, _SURE_OF_FEW if len(tokens(text)) < FEW_WORDS else _SURE)


class SpokenLanguage:
    """The language of a conversation where none was chosen: `first` hears it, to switch `second` must agree."""

    def __init__(self, first: LanguageIdentifier, second: LanguageIdentifier) -> None:
        self._first, self._second = first, second

    def at_first(self, text: str, site: Site) -> str | None:
        """Return the language of the first message, None where the site has it not or it cannot be told."""
        heard = LanguageStep(self._first).spoken(text)
        return heard if heard in site.languages else None

    def after(self, kept: str, text: str, site: Site) -> str:
        """Return the language after a later message: in mid-conversation a wrong switch is worse than a late one."""
        if len(tokens(text)) < FEW_WORDS:
            return kept
        heard = _surest(self._first, text, _SURE_TO_SWITCH)
        if heard is None or heard == kept or heard not in site.languages:
            return kept
        # The second identifier is slow: it is asked only where its vote can change something.
        return heard if _surest(self._second, text, _SURE_TO_SWITCH) == heard else kept


def _surest(identifier: LanguageIdentifier, text: str, sure: float) -> str | None:
    found = identifier.probabilities(text)
    best = max(found, key=lambda code: found[code], default=None)
    return best if best is not None and found[best] >= sure else None
