"""What a question looks for in the words of an index: stems, the rarer character 4-grams, and what each weighs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from knowledge.everyday import topicality
from knowledge.places import places_in
from knowledge.terms import Expansion
from knowledge.text import content_tokens, stem, tokens

_GRAM = 4
STEM_FIELDS = ("title", "keywords", "body")
GRAM_FIELDS = ("title_grams", "keywords_grams", "body_grams")
_PER_WORD, _BUDGET, _FREQUENT = 12, 240, 0.2
"""At most so many (the rarest) grams a word and field, and in all; one in over 20 % of passages is noise."""

Frequency = Callable[[str, str], int]
"""In how many passages a term stands: (field, term) -> passages."""


@dataclass(frozen=True)
class LexicalWeights:
    """What each field counts for; a field with weight 0 is not searched.

    `grams` are shared among the grams of one word; `rest` is what a page's next three passages add to its best one.
    """

    stems: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(STEM_FIELDS, 1.0))
    grams: Mapping[str, float] = field(default_factory=lambda: dict(zip(GRAM_FIELDS, (1.0, 1.0, 3.0), strict=True)))
    rest: float = 0.1
    expansion: float = 0.5
    """What the words of an official term count for, where the question says it otherwise: times its own weight."""


class Question:
    """The words of one question in one language, and the official terms that some of them stand for."""

    def __init__(self, text: str, language: str, expansions: Sequence[Expansion] = ()) -> None:
        self._words = list(dict.fromkeys(content_tokens(text, language) or tokens(text)))
        self._stems = list(dict.fromkeys(stem(word, language) for word in self._words))
        self._places = {stem(word, language) for word in places_in(text)}
        self._language, self._expansions = language, expansions

    def terms(self, weights: LexicalWeights, frequency: Frequency, total: int) -> list[tuple[str, str, float]]:
        """Return (field, term, boost) of what is searched for among `total` passages; none where no word is known."""
        boosts = {word: topicality(word) for word in self._words}
        for expansion in self._expansions:
            for word in expansion.official:
                boosts[word] = max(boosts.get(word, 0.0), weights.expansion * expansion.weight)
        stems: dict[str, float] = {}
        for word, boost in boosts.items():
            one = stem(word, self._language)
            stems[one] = max(stems.get(one, 0.0), boost)
        found = [
            (name, one, boost * share)
            for one, share in stems.items()
            for name, boost in weights.stems.items()
            if boost and share and frequency(name, one)
        ]
        per_word = max(2, min(_PER_WORD, _BUDGET // max(1, len(boosts) * len(GRAM_FIELDS))))
        for word, share in boosts.items():
            grams = list(dict.fromkeys(grams_of(word)))
            for name, boost in weights.grams.items():
                if not (boost and share):
                    continue
                known = sorted((count, gram) for gram in grams if (count := frequency(name, gram)))
                rare = [pair for pair in known if pair[0] <= _FREQUENT * total] or known[:2]
                found += [(name, gram, share * boost / len(grams)) for _, gram in rare[:per_word]]
        return found

    def covered(self, stems: str) -> dict[str, float]:
        """Return which stems of the question a page covers (0..1), in these words or in official ones.

        `stems` are all those of the page, with a space before and after each.
        """
        found = {one: 1.0 for one in self._stems if f" {one} " in stems}
        for expansion in self._expansions:
            if all(f" {stem(word, self._language)} " in stems for word in expansion.official):
                for word in expansion.words:
                    one = stem(word, self._language)
                    found[one] = max(found.get(one, 0.0), expansion.weight)
        return found

    def importance(self, frequency: Frequency, total: int) -> dict[str, float]:
        """Return how much each stem of the question says about its topic: BM25's idf, of small talk less."""
        found = {}
        weights = {stem(word, self._language): topicality(word) for word in self._words}
        for one in self._stems:
            # Pages that were replaced are still counted until tantivy merges them away.
            count = min(total, max(frequency(name, one) for name in STEM_FIELDS))
            # A word that no page knows (a name, a typo) says less than a rare known one, a place nothing at all.
            known = 1.0 if count else 0.0 if one in self._places else 0.5
            found[one] = weights[one] * known * log(1 + (total - count + 0.5) / (count + 0.5))
        return found


def grams_of(word: str) -> list[str]:
    """Return the character 4-grams of a word, its ends marked; a short word or a number is one by itself."""
    if len(word) < _GRAM or word.isdigit():
        return [word]
    marked = f"<{word}>"
    return [marked[start : start + _GRAM] for start in range(len(marked) - _GRAM + 1)]


def share(importance: Mapping[str, float], covered: Mapping[str, float]) -> float:
    """Return the part (0..1) of a question's importance that a page covers."""
    possible = sum(importance.values())
    return sum(weight * covered.get(one, 0.0) for one, weight in importance.items()) / possible if possible else 0.0
