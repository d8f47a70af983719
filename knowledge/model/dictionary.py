"""Words that translate each other, found in the pairs: what a small model learns a vocabulary from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from knowledge.model.data import Pairs
from knowledge.text import tokens

_LONGEST, _ALIKE = 25, 0.3


def dictionary(pairs: Pairs, groups: Sequence[str]) -> Pairs:
    """Return a group of word pairs for each group of sentence pairs: each is the other's best by Dice's coefficient."""
    return {f"word-{name}": found for name in groups if (found := list(_mutual(pairs[name])))}


def _mutual(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    sides = [(set(tokens(one)), set(tokens(other))) for one, other in pairs]
    sides = [(one, other) for one, other in sides if 0 < len(one) < _LONGEST and 0 < len(other) < _LONGEST]
    first, first_words = _matrix([one for one, _ in sides])
    second, second_words = _matrix([other for _, other in sides])
    both = (first.T @ second).tocoo()
    total = np.asarray(first.sum(0)).ravel()[both.row] + np.asarray(second.sum(0)).ravel()[both.col]
    alike = 2 * both.data / total
    kept = (both.data >= (3 if len(sides) < 30_000 else 4)) & (alike > _ALIKE)
    rows, columns, alike = both.row[kept], both.col[kept], alike[kept]
    best, other_best = np.zeros(len(first_words)), np.zeros(len(second_words))
    np.maximum.at(best, rows, alike)
    np.maximum.at(other_best, columns, alike)
    mutual = (alike >= best[rows]) & (alike >= other_best[columns])
    for row, column in zip(rows[mutual], columns[mutual], strict=True):
        yield first_words[row], second_words[column]


def _matrix(texts: Sequence[set[str]]):  # type: ignore[no-untyped-def]
    from scipy.sparse import csr_matrix

    counts: dict[str, int] = {}
    for text in texts:
        for word in text:
            counts[word] = counts.get(word, 0) + 1
    words = sorted(word for word, count in counts.items() if count > 1 and not word.isdigit())
    numbers = {word: number for number, word in enumerate(words)}
    cells = [(row, numbers[word]) for row, text in enumerate(texts) for word in text if word in numbers]
    rows, columns = np.array(cells, np.int64).reshape(-1, 2).T
    return csr_matrix((np.ones(len(cells), np.float32), (rows, columns)), shape=(len(texts), len(words))), words
