"""What an editor should look at again in a page of files: hard Dutch, facts that differ over languages, few phrasings.

These are warnings. The page is taken as it is: whether a text is right is for people to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ingest.report import Refusal
from knowledge.readability import readability
from knowledge.services import PublicService
from knowledge.translations import SOURCE

FULL = frozenset({"fr", "de", "en"})
"""Languages in which a page is told whole; in the others it may be told in short."""
LONGEST_MEAN, PLAIN = 14, 60
"""Words a sentence, at most, and Flesch-Douma, at least: plain language of level B1 (Heerlijk Helder)."""
_PHRASINGS = {SOURCE: 6, **dict.fromkeys(FULL, 3)}
_PHRASINGS_SHORT = 2
_FIGURE = re.compile(r"https?://[^\s)»”]+[\w/]|\d+(?:[.,/ -]\d+)*")
_NAME = re.compile(r"\b(?:[A-Z]{2,}|[A-Z][a-z]+[A-Z]\w+)\b")


def check(service: PublicService) -> Iterator[Refusal]:
    """Yield what stands out in a page, with the language and the words it is about."""
    yield from _dutch(service)
    for language in service.languages:
        if language != SOURCE:
            yield from _translation(service, language)
        least = _PHRASINGS.get(language, _PHRASINGS_SHORT)
        if (found := len(service.phrasings.get(language, ()))) < least:
            why = f"{found} in {language}; give at least {least} ways in which people really ask."
            yield Refusal(service.source_id, "phrasings", why)


def told(service: PublicService, language: str) -> str:
    """Return all sentences of a page in one language."""
    return " ".join(
        sentence.text for part in service.sections if part.language == language for sentence in part.sentences
    )


def _dutch(service: PublicService) -> Iterator[Refusal]:
    parts = [part for part in service.sections if part.language == SOURCE]
    found = readability([sentence.text for part in parts for sentence in part.sentences])
    if found.mean_sentence > LONGEST_MEAN:
        why = f"{found.mean_sentence:.1f} words a sentence; make them {LONGEST_MEAN} or shorter."
        yield Refusal(service.source_id, SOURCE, why)
    if found.flesch_douma < PLAIN:
        why = f"Flesch-Douma {found.flesch_douma:.0f}; {PLAIN} is plain. Use shorter words and sentences."
        yield Refusal(service.source_id, SOURCE, why)


def _translation(service: PublicService, language: str) -> Iterator[Refusal]:
    dutch, text = told(service, SOURCE), told(service, language)
    here, there = Counter(_FIGURE.findall(dutch)), Counter(_FIGURE.findall(text))
    if language in FULL:
        lost = sorted((here - there).elements())
        if lost:
            yield Refusal(service.source_id, language, f"The Dutch text also says {', '.join(lost)}.")
        names = sorted(name for name in set(_NAME.findall(dutch)) if name not in text)
        if names:
            yield Refusal(service.source_id, language, f"Official names stay as they are: {', '.join(names)}.")
        extra = sorted((there - here).elements())
    else:
        extra = sorted(set(there) - set(here))
    if extra:
        yield Refusal(service.source_id, language, f"The Dutch text does not say {', '.join(extra)}.")
