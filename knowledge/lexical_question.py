"""What a question looks for in the words of an index: stems, the rarer character 4-grams, and what each weighs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import log

from knowledge.places import places_in
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


class Question:
    """The words of one question in one language."""

    def __init__(self, text: str, language: str) -> None:
        self._words = list(dict.fromkeys(content_tokens(text, language) or tokens(text)))
        self._stems = list(dict.fromkeys(stem(word, language) for word in self._words))
        self._places = {stem(word, language) for word in places_in(text)}

    def terms(self, weights: LexicalWeights, frequency: Frequency, total: int) -> list[tuple[str, str, float]]:
        """Return (field, term, boost) of what is searched for among `total` passages; none where no word is known."""
        found = [
            (name, one, boost)
            for one in self._stems
            for name, boost in weights.stems.items()
            if boost and frequency(name, one)
        ]
        per_word = max(2, min(_PER_WORD, _BUDGET // max(1, len(self._words) * len(GRAM_FIELDS))))
        for word in self._words:
            grams = list(dict.fromkeys(grams_of(word)))
            for name, boost in weights.grams.items():
                if not boost:
                    continue
                known = sorted((count, gram) for gram in grams if (count := frequency(name, gram)))
                rare = [pair for pair in known if pair[0] <= _FREQUENT * total] or known[:2]
                found += [(name, gram, boost / len(grams)) for _, gram in rare[:per_word]]
        return found

    def importance(self, frequency: Frequency, total: int) -> dict[str, float]:
        """Return how much each stem of the question says about its topic: its rarity (BM25's idf)."""
        found = {}
        for one in self._stems:
            # Pages that were replaced are still counted until tantivy merges them away.
            count = min(total, max(frequency(name, one) for name in STEM_FIELDS))
            # A word that no page knows (a name, a typo) says less than a rare known one, a place nothing at all.
            known = 1.0 if count else 0.0 if one in self._places else 0.5
            found[one] = known * log(1 + (total - count + 0.5) / (count + 0.5))
        return found


def grams_of(word: str) -> list[str]:
    """Return the character 4-grams of a word, its ends marked; a short word or a number is one by itself."""
    if len(word) < _GRAM or word.isdigit():
        return [word]
    marked = f"<{word}>"
    return [marked[start : start + _GRAM] for start in range(len(marked) - _GRAM + 1)]


def share(importance: Mapping[str, float], stems: set[str]) -> float:
    """Return the part (0..1) of a question's importance that is in a page with these stems."""
    possible = sum(importance.values())
    return sum(weight for one, weight in importance.items() if one in stems) / possible if possible else 0.0
