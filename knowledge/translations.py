"""Which Dutch text each translation of a page was made from, so that a translation whose source changed says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from knowledge.services import LocalizedText, PublicService

SOURCE = "nl"
"""The language in which pages are written; in all others they are translated."""

Ties = Mapping[str, tuple[str, str]]
"""Language -> digest of the text, digest of the Dutch text that it was made from (of Dutch: its own)."""


def digests(service: PublicService) -> dict[str, str]:
    """Return a digest of what citizens read in each language of the page; keywords and phrasings do not count."""
    return {language: _digest(service, language) for language in service.languages}


def tie(now: Mapping[str, str], before: Ties) -> dict[str, tuple[str, str]]:
    """Return what each text of a revision was made from, by its `digests` and the ties of the revision before.

    A translation that is new or changed is one of the Dutch text that comes with it; one that did not change stays a
    translation of the text that it was made from. A page without translations has no ties.
    """
    if SOURCE not in now or len(now) == 1:
        return {}
    kept = {language: one for language, one in before.items() if now.get(language) == one[0]}
    found = {language: kept.get(language, (text, now[SOURCE])) for language, text in now.items()}
    return found | {SOURCE: (now[SOURCE], now[SOURCE])}


def outdated(ties: Ties) -> tuple[str, ...]:
    """Return the languages whose text was made from another Dutch text than the one that holds now."""
    return tuple(sorted(language for language, (_, made_from) in ties.items() if made_from != ties[SOURCE][0]))


def _digest(service: PublicService, language: str) -> str:
    told = [_in(text, language) for text in (service.title, service.summary, service.easy, service.description)]
    told += [[sentence.text for sentence in one.sentences] for one in service.sections if one.language == language]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _in(text: LocalizedText, language: str) -> list[str]:
    return [words for tag, words in sorted(text.items()) if tag.partition("-")[0] == language]
