"""The units that a word is made of: pieces of a unigram model, the word itself, its character n-grams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

SHORTEST, LONGEST = 3, 6
"""Characters of an n-gram."""
_UNKNOWN = -20.0
"""Score of a character that no piece has."""


@dataclass(frozen=True)
class Units:
    """Every unit that has a row in the table: first the pieces, then the words, then the n-grams."""

    pieces: Mapping[str, float]
    words: Sequence[str]
    grams: Sequence[str]
    _word_rows: Mapping[str, int] = field(init=False)
    _gram_rows: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        start, middle = len(self.pieces), len(self.pieces) + len(self.words)
        object.__setattr__(self, "_word_rows", {one: number for number, one in enumerate(self.words, start)})
        object.__setattr__(self, "_gram_rows", {one: number for number, one in enumerate(self.grams, middle)})

    def __len__(self) -> int:
        return len(self.pieces) + len(self.words) + len(self.grams)

    def rows_of(self, word: str) -> tuple[list[int], list[float]]:
        """Return the rows of a folded word and what each counts for; none where no unit is known.

        Each piece and the word itself count 1, the n-grams share 1.
        """
        pieces = self._unigrams.tokenize(f"<{word}") if self.pieces else ()
        found = [piece.id - 1 for piece in pieces if piece.id]
        whole = self._word_rows.get(word)
        if whole is not None:
            found.append(whole)
        found_at = self._gram_rows.get
        grams = [row for one in ngrams(word) if (row := found_at(one)) is not None] if self._gram_rows else []
        return found + grams, [1.0] * len(found) + [1.0 / max(1, len(grams))] * len(grams)

    @cached_property
    def _unigrams(self) -> Any:
        """Cuts a word into its likeliest pieces (Viterbi over a unigram model, Kudo 2018); piece n has the id n + 1."""
        from tokenizers import models

        return models.Unigram([("<unk>", _UNKNOWN), *self.pieces.items()], unk_id=0)


def ngrams(word: str) -> Iterator[str]:
    """Yield the character n-grams of a word with its ends marked, the whole left out."""
    marked = f"<{word}>"
    for size in range(SHORTEST, min(LONGEST, len(marked) - 1) + 1):
        yield from [marked[start : start + size] for start in range(len(marked) - size + 1)]
