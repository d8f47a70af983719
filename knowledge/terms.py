"""From the words that citizens use to the official ones: expressions found in a question, longest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.text import content_tokens, stem, tokens

_LONGEST = 8
"""Words of the longest expression that is looked for."""
_AS_WRITTEN = frozenset({"pl", "uk"})
"""Languages whose lemmas take seconds to load: too long for a word list that may never be asked in them."""


@dataclass(frozen=True)
class Term:
    """What citizens who use these `words` mean: an official Dutch term, likely with `weight` (0..1]."""

    language: str
    words: str
    official: str
    weight: float
    kind: str = "noun"
    theme: str = ""
    ambiguous: bool = False

    @property
    def key(self) -> str:
        return " ".join(_stems(self.words, self.language))


@dataclass(frozen=True)
class Expansion:
    """Words of a question that stand for an official Dutch term (its words), likely with `weight`."""

    words: tuple[str, ...]
    official: tuple[str, ...]
    weight: float


def keys_in(question: str, language: str) -> set[str]:
    """Return the keys of all expressions that may stand in a question."""
    return {key for _, _, key in _spans(_stems(question, language))}


def expansions(question: str, language: str, found: Mapping[str, Iterable[Term]]) -> list[Expansion]:
    """Return what the words of a question stand for; `found` are the terms by key, the likeliest of a key first.

    The longest expression wins: a shorter one inside it (or across its edge) usually means something else.
    """
    words = tokens(question)
    stems = _stems(question, language)
    taken = [False] * len(stems)
    expanded = []
    for start, end, key in sorted(_spans(stems), key=lambda span: (span[0] - span[1], span[0])):
        if key not in found or any(taken[start:end]):
            continue
        taken[start:end] = [True] * (end - start)
        expanded += [
            Expansion(tuple(words[start:end]), tuple(content_tokens(term.official, "nl")), term.weight / rank)
            for rank, term in enumerate(found[key], start=1)
        ]
    return expanded


def _stems(text: str, language: str) -> list[str]:
    words = tokens(text)
    return words if language in _AS_WRITTEN else [stem(word, language) for word in words]


def _spans(stems: Sequence[str]) -> list[tuple[int, int, str]]:
    return [
        (start, end, " ".join(stems[start:end]))
        for start in range(len(stems))
        for end in range(start + 1, min(start + _LONGEST, len(stems)) + 1)
    ]
