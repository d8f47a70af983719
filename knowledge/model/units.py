"""The units that a word is made of: pieces of a unigram model, the word itself, its character n-grams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

SHORTEST, LONGEST = 3, 6
"""Characters of an n-gram."""
_LONGEST_PIECE = 16
_UNKNOWN = -20.0
"""Score of a character that no piece has."""


@dataclass(frozen=True)
class Units:
    """Every unit that has a row in the table: first the pieces, then the words, then the n-grams."""

    pieces: Mapping[str, float]
    words: Sequence[str]
    grams: Sequence[str]
    _piece_rows: Mapping[str, int] = field(init=False)
    _word_rows: Mapping[str, int] = field(init=False)
    _gram_rows: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        start, middle = len(self.pieces), len(self.pieces) + len(self.words)
        object.__setattr__(self, "_piece_rows", {one: number for number, one in enumerate(self.pieces)})
        object.__setattr__(self, "_word_rows", {one: number for number, one in enumerate(self.words, start)})
        object.__setattr__(self, "_gram_rows", {one: number for number, one in enumerate(self.grams, middle)})

    def __len__(self) -> int:
        return len(self.pieces) + len(self.words) + len(self.grams)

    def rows_of(self, word: str) -> tuple[list[int], list[float]]:
        """Return the rows of a folded word and what each counts for; none where no unit is known.

        Each piece and the word itself count 1, the n-grams share 1.
        """
        found = [self._piece_rows[one] for one in self._segmented(f"<{word}") if one in self._piece_rows]
        whole = self._word_rows.get(word)
        if whole is not None:
            found.append(whole)
        grams = [self._gram_rows[one] for one in ngrams(word) if one in self._gram_rows] if self._gram_rows else []
        return found + grams, [1.0] * len(found) + [1.0 / max(1, len(grams))] * len(grams)

    def _segmented(self, marked: str) -> list[str]:
        """Cut a word into the likeliest pieces (Viterbi over a unigram model, Kudo 2018)."""
        if not self.pieces:
            return []
        best, cut = [0.0] + [-inf] * len(marked), [0] * (len(marked) + 1)
        for end in range(1, len(marked) + 1):
            for start in range(max(0, end - _LONGEST_PIECE), end):
                score = self.pieces.get(marked[start:end], _UNKNOWN if end - start == 1 else -inf)
                if best[start] + score > best[end]:
                    best[end], cut[end] = best[start] + score, start
        found, end = [], len(marked)
        while end:
            found.append(marked[cut[end] : end])
            end = cut[end]
        return found[::-1]


def ngrams(word: str) -> Iterator[str]:
    """Yield the character n-grams of a word with its ends marked, the whole left out."""
    marked = f"<{word}>"
    for size in range(SHORTEST, min(LONGEST, len(marked) - 1) + 1):
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]
