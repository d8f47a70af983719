"""How the table of units is learnt: pairs beside each other, everything else in a batch apart, English as taught."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from knowledge.model.corpus import Numbers, Ragged
from knowledge.model.data import LANGUAGES
from knowledge.model.units import Units

Rows = npt.NDArray[np.float32]
_EXTRA = 128
"""Texts of the teacher in every batch, beside the pairs."""
_SMALL = 20_000
"""Pairs of a group that is taught before the large ones."""
_MEMORY = 0.99
"""How slowly the size of a row's steps is forgotten."""


@dataclass(frozen=True)
class Recipe:
    """What a training run is made of."""

    steps: int = 3_000
    batch: int = 512
    dimension: int = 256
    rate: float = 0.02
    scale: float = 20.0
    first: float = 0.1
    distil: float = 0.25
    dropped: float = 0.1
    evenness: float = 0.6
    seed: int = 0


@dataclass(frozen=True)
class Taught:
    """What the teacher says of some texts of the corpus."""

    numbers: Numbers
    rows: npt.NDArray[np.float16]


@dataclass(frozen=True)
class Batch:
    """The vectors of some texts, and what they were made of: words of texts, units of words, rows of the table."""

    vectors: Rows
    lengths: Rows
    words: Any
    units: Any
    rows: Numbers


class Learner:
    """One table, learnt from one corpus."""

    def __init__(
        self,
        recipe: Recipe,
        units: Units,
        *,
        words: Sequence[str],
        texts: Ragged,
        groups: Mapping[str, Numbers],
        boosts: Mapping[str, float],
        taught: Taught,
        start: Rows | None = None,
    ) -> None:
        """`start` is a table that was learnt before, to go on from."""
        self._recipe, self._texts, self._groups, self._taught = recipe, texts, groups, taught
        self._random = np.random.default_rng(recipe.seed)
        found = [units.rows_of(word) for word in words]
        self._words = Ragged.of([rows for rows, _ in found])
        self._counts = np.concatenate([np.asarray(counts, np.float32) for _, counts in found])
        shape = (len(units), recipe.dimension)
        drawn = self._random.standard_normal(shape, dtype=np.float32) * np.float32(recipe.first)
        self._table = drawn if start is None else start.copy()
        self._sizes = np.zeros(len(units), np.float32)
        wide = (recipe.dimension, taught.rows.shape[1])
        self._to_teacher = self._random.standard_normal(wide, dtype=np.float32) * np.float32(recipe.dimension**-0.5)
        self._taught_row = np.full(len(texts.starts) - 1, -1, np.int64)
        self._taught_row[taught.numbers] = np.arange(len(taught.numbers))
        sizes = np.array([len(pairs) for pairs in groups.values()], float) ** recipe.evenness
        sizes *= [boosts.get(name, 1.0) for name in groups]
        self._names, self._odds = list(groups), sizes / sizes.sum()

    def learn(self) -> Rows:
        """Return the learnt table."""
        began, losses = time.monotonic(), []
        for step in range(self._recipe.steps):
            left = 1 - step / self._recipe.steps
            rate = self._recipe.rate * min(1, (step + 1) / 50) * max(0.02, left)
            losses.append(self._step(rate))
            if step % 250 == 249:
                spent = time.monotonic() - began
                print(f"step {step + 1}: loss {np.mean(losses[-250:]):.3f}, {spent:.0f} s", flush=True)
        return self._table

    def _step(self, rate: float) -> float:
        pairs = self._draw()
        extra = self._taught.numbers[self._random.integers(0, len(self._taught.numbers), _EXTRA)]
        numbers = np.concatenate([pairs[:, 0], pairs[:, 1], extra])
        batch, size = self._embed(numbers), len(pairs)
        one, other = batch.vectors[:size], batch.vectors[size : 2 * size]
        loss, to_one, to_other = apart(one, other, pairs, self._recipe.scale)
        gradient = self._astray(batch.vectors, numbers, size, rate)
        gradient[:size] += to_one
        gradient[size : 2 * size] += to_other
        self._descend(batch, gradient, rate)
        return loss

    def _draw(self) -> Numbers:
        pairs = self._groups[self._names[self._random.choice(len(self._names), p=self._odds)]]
        if len(pairs) <= self._recipe.batch:
            return pairs
        return pairs[self._random.integers(0, len(pairs), self._recipe.batch)]

    def _embed(self, numbers: Numbers) -> Batch:
        places, starts = self._texts.places(numbers)
        words = self._texts.flat[places]
        if self._recipe.dropped:
            words, starts = self._thinned(words, starts)
        every, word = np.unique(words, return_inverse=True)
        cells, firsts = self._words.places(every)
        rows, unit = np.unique(self._words.flat[cells], return_inverse=True)
        ones = np.ones(len(word), np.float32)
        of_texts = csr_matrix((ones, word, starts), shape=(len(numbers), len(every)))
        of_words = csr_matrix((self._counts[cells], unit, firsts), shape=(len(every), len(rows)))
        sums = of_texts @ (of_words @ self._table[rows])
        lengths = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9
        return Batch(sums / lengths, lengths, of_texts, of_words, rows)

    def _thinned(self, words: Numbers, starts: Numbers) -> tuple[Numbers, Numbers]:
        """Leave words out by chance, but not all of a text."""
        kept = self._random.random(len(words)) > self._recipe.dropped
        lengths = np.add.reduceat(kept, starts[:-1], dtype=np.int64)
        kept[starts[:-1][lengths == 0]] = True
        lengths = np.add.reduceat(kept, starts[:-1], dtype=np.int64)
        return words[kept], np.concatenate([[0], np.cumsum(lengths)])

    def _astray(self, vectors: Rows, numbers: Numbers, size: int, rate: float) -> Rows:
        """Draw texts, and the other side of their pair, to what is taught of them: the gradient of 1 - cosine."""
        gradient = np.zeros_like(vectors)
        taught = self._taught_row[numbers]
        one, other = taught[:size].copy(), taught[size : 2 * size].copy()
        taught[:size] = np.where(one < 0, other, one)
        taught[size : 2 * size] = np.where(other < 0, one, other)
        known = np.flatnonzero(taught >= 0)
        if not self._recipe.distil or not len(known):
            return gradient
        wanted = self._taught.rows[taught[known]].astype(np.float32)
        given = vectors[known] @ self._to_teacher
        lengths = np.linalg.norm(given, axis=1, keepdims=True) + 1e-9
        given /= lengths
        slope = (given * (given * wanted).sum(1, keepdims=True) - wanted) / lengths * (self._recipe.distil / len(known))
        gradient[known] = slope @ self._to_teacher.T
        self._to_teacher -= 5 * rate * len(self._to_teacher) ** 0.5 * (vectors[known].T @ slope)
        return gradient

    def _descend(self, batch: Batch, gradient: Rows, rate: float) -> None:
        """One step down for the rows that were touched, each row's as large as its own gradients usually are."""
        along = (gradient * batch.vectors).sum(1, keepdims=True)
        to_sums = (gradient - batch.vectors * along) / batch.lengths
        steps = batch.units.T @ (batch.words.T @ to_sums)
        sizes = self._sizes[batch.rows] * _MEMORY + np.square(steps).mean(1) * (1 - _MEMORY)
        self._sizes[batch.rows] = sizes
        self._table[batch.rows] -= steps * (rate / (np.sqrt(sizes) + 1e-7))[:, None]


def apart(one: Rows, other: Rows, pairs: Numbers, scale: float) -> tuple[float, Rows, Rows]:
    """Tell each text's partner from all others of the batch, both ways: the loss and its gradients."""
    alike = (one @ other.T) * np.float32(scale)
    first, second = pairs[:, 0], pairs[:, 1]
    same = (first[:, None] == first[None]) | (second[:, None] == second[None])
    np.fill_diagonal(same, val=False)
    alike[same] = -1e4
    forth = np.exp(alike - alike.max(1, keepdims=True))
    forth /= forth.sum(1, keepdims=True)
    back = np.exp(alike - alike.max(0, keepdims=True))
    back /= back.sum(0, keepdims=True)
    loss = -float(np.log(np.diag(forth) + 1e-12).mean() + np.log(np.diag(back) + 1e-12).mean()) / 2
    slope = (forth + back) / 2
    slope[np.diag_indices(len(slope))] -= 1
    slope *= np.float32(scale / len(pairs))
    return loss, slope @ other, slope.T @ one


def teachable(pairs: Mapping[str, list[tuple[str, str]]], count: int, seed: int) -> list[str]:
    """Return at most `count` English texts to be taught: those of small groups first, of the rest a draw."""
    small: dict[str, None] = {}
    rest: dict[str, None] = {}
    for name, found in pairs.items():
        parts = name.split("-")
        if "en" not in parts:
            continue
        # English is the second side of "fr-en" and "page-nl-en", the first of "app-en-tr" and of "asked-en".
        side = 1 if parts[-1] == "en" and parts[-2] in LANGUAGES else 0
        into = small if len(found) < _SMALL else rest
        into.update(dict.fromkeys(pair[side] for pair in found))
    others = [text for text in rest if text not in small]
    drawn = np.random.default_rng(seed).permutation(len(others))[: max(0, count - len(small))]
    return [*list(small)[:count], *(others[number] for number in drawn)]
