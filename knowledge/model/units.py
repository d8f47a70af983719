"""The units that a word is made of: pieces of a unigram model, the word itself, its character n-grams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

SHORTEST, LONGEST = 3, 6
"""Characters of an n-gram."""
_PREFIX, _SHORT = 3, (1, 2)
"""Letters by which pieces are told apart first; lengths of those that have fewer."""
_UNKNOWN = -20.0
"""Score of a character that no piece has."""


@dataclass(frozen=True)
class Units:
    """Every unit that has a row in the table: first the pieces, then the words, then the n-grams."""

    pieces: Mapping[str, float]
    words: Sequence[str]
    grams: Sequence[str]
    _sizes: Mapping[str, tuple[int, ...]] = field(init=False)
    _piece_rows: Mapping[str, int] = field(init=False)
    _word_rows: Mapping[str, int] = field(init=False)
    _gram_rows: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        start, middle = len(self.pieces), len(self.pieces) + len(self.words)
        object.__setattr__(self, "_sizes", _sizes(self.pieces))
        object.__setattr__(self, "_piece_rows", {one: number for number, one in enumerate(self.pieces)})
        object.__setattr__(self, "_word_rows", {one: number for number, one in enumerate(self.words, start)})
        object.__setattr__(self, "_gram_rows", {one: number for number, one in enumerate(self.grams, middle)})

    def __len__(self) -> int:
        return len(self.pieces) + len(self.words) + len(self.grams)

    def rows_of(self, word: str) -> tuple[list[int], list[float]]:
        """Return the rows of a folded word and what each counts for; none where no unit is known.

        Each piece and the word itself count 1, the n-grams share 1.
        """
        found = self._segmented(f"<{word}") if self.pieces else []
        whole = self._word_rows.get(word)
        if whole is not None:
            found.append(whole)
        found_at = self._gram_rows.get
        grams = [row for one in ngrams(word) if (row := found_at(one)) is not None] if self._gram_rows else []
        return found + grams, [1.0] * len(found) + [1.0 / max(1, len(grams))] * len(grams)

    def _segmented(self, marked: str) -> list[int]:
        """Cut a word into the likeliest pieces (Viterbi over a unigram model, Kudo 2018): their rows."""
        size = len(marked)
        best, cut = [0.0] + [-inf] * size, [0] * (size + 1)
        score_of, sizes_of = self.pieces.get, self._sizes.get
        for start in range(size):
            for length in sizes_of(marked[start : start + _PREFIX], _SHORT):
                end = start + length
                if end > size:
                    break
                score = score_of(marked[start:end])
                if score is None:
                    if length > 1:
                        continue
                    score = _UNKNOWN
                if best[start] + score > best[end]:
                    best[end], cut[end] = best[start] + score, start
        found, end = [], size
        while end:
            row = self._piece_rows.get(marked[cut[end] : end])
            if row is not None:
                found.append(row)
            end = cut[end]
        return found[::-1]


def _sizes(pieces: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """How long the pieces are that begin alike, so that few others are looked up."""
    found: dict[str, set[int]] = defaultdict(set)
    for piece in pieces:
        if len(piece) >= _PREFIX:
            found[piece[:_PREFIX]].add(len(piece))
    return {prefix: (*_SHORT, *sorted(sizes)) for prefix, sizes in found.items()}


def ngrams(word: str) -> Iterator[str]:
    """Yield the character n-grams of a word with its ends marked, the whole left out."""
    marked = f"<{word}>"
    for size in range(SHORTEST, min(LONGEST, len(marked) - 1) + 1):
        yield from [marked[start : start + size] for start in range(len(marked) - size + 1)]
