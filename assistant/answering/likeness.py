"""Which exemplars a message is like: by its words, pairs of words and pieces of words, without any model or store.

The exemplars are data (`exemplars/`, one file a language). A linear classifier is fitted on them at first use
(ridge regression, Hoerl & Kennard 1970, in its dual form): one that is added or changed counts from the next start.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from threading import Lock

import numpy as np
import numpy.typing as npt

from knowledge.text import tokens

_fitting = Lock()

Floats = npt.NDArray[np.float32]
_RIDGE = 0.3
_WORD = 2.0
"""A whole word, or a pair of neighbours, counts for so many pieces."""
_PIECES = (3, 4, 5)


def likeness(text: str, language: str) -> dict[str, float]:
    """Return label -> how like its exemplars in `language` a text is: about 1 for one of them, about 0 for none."""
    return _classifier(language).scores(text)


@cache
def exemplars(language: str) -> tuple[tuple[str, str], ...]:
    """Return all exemplars of a language as (label, utterance)."""
    file = resources.files(__package__).joinpath(f"exemplars/{language}.toml")
    tables = tomllib.loads(file.read_text("utf-8"))
    return tuple(
        (label, line)
        for table in tables.values()
        for label, lines in table.items()
        for line in lines.split("\n")
        if line
    )


class _Classifier:
    def __init__(self, known: tuple[tuple[str, str], ...]) -> None:
        self.labels = sorted({label for label, _ in known})
        counted = [_features(utterance) for _, utterance in known]
        seen = Counter(name for one in counted for name in one)
        self._rarity = {name: math.log(len(known) / count) + _RIDGE for name, count in seen.items()}
        self._unseen = math.log(len(known)) + _RIDGE
        vectors = [self._vector(one) for one in counted]
        columns: dict[str, list[tuple[int, float]]] = {}
        for row, vector in enumerate(vectors):
            for name, value in vector.items():
                columns.setdefault(name, []).append((row, value))
        targets = np.array([[label == own for label in self.labels] for own, _ in known], dtype=np.float32)
        shares = np.linalg.solve(_products(columns, len(known)), targets)
        self._weights = {
            name: sum((value * shares[row] for row, value in column), np.zeros(len(self.labels), dtype=np.float32))
            for name, column in columns.items()
        }

    def scores(self, text: str) -> dict[str, float]:
        found = np.zeros(len(self.labels), dtype=np.float32)
        for name, value in self._vector(_features(text)).items():
            if (weights := self._weights.get(name)) is not None:
                found += value * weights
        return dict(zip(self.labels, found.tolist(), strict=True))

    def _vector(self, counted: Mapping[str, float]) -> dict[str, float]:
        """Rare features count more; the length is 1."""
        vector = {name: count * self._rarity.get(name, self._unseen) for name, count in counted.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return {name: value / length for name, value in vector.items()}


def _products(columns: Mapping[str, list[tuple[int, float]]], size: int) -> Floats:
    """The inner products of all exemplars, with the ridge on the diagonal."""
    products = np.eye(size, dtype=np.float32) * np.float32(1 + _RIDGE)
    for column in columns.values():
        if len(column) > 1:
            rows = np.array([row for row, _ in column])
            values = np.array([value for _, value in column], dtype=np.float32)
            block = np.outer(values, values)
            # The diagonal is known: every exemplar has length 1.
            np.fill_diagonal(block, 0)
            products[np.ix_(rows, rows)] += block
    return products


def _features(text: str) -> dict[str, float]:
    words = tokens(text)
    counted: Counter[str] = Counter()
    for word in words:
        counted[f"={word}"] += 2
        marked = f"<{word}>"
        counted.update(marked[start : start + size] for size in _PIECES for start in range(len(marked) - size + 1))
    found: dict[str, float] = dict(counted)
    for pair in zip(["<", *words], [*words, ">"], strict=True):
        found[" ".join(pair)] = found.get(" ".join(pair), 0.0) + _WORD
    return found


def _classifier(language: str) -> _Classifier:
    # Fitting takes half a second: many who ask at once wait for one, instead of each doing it again.
    with _fitting:
        return _fitted(language)


@cache
def _fitted(language: str) -> _Classifier:
    return _Classifier(exemplars(language))
