"""Which exemplars a message is like: by its words, pairs of words and pieces of words, without any model or store.

The exemplars are data (`exemplars/`, one file a language); `fitting.py` makes a linear classifier of them, kept beside
them as whole numbers of one byte, so that a process reads it in a few milliseconds.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.text import tokens

RIDGE = 0.3
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


class Classifier:
    """Weights of features: rare ones count more, and every message has length 1."""

    def __init__(self, kept: Mapping[str, npt.NDArray[Any]]) -> None:
        self._labels, names = (bytes(kept[key]).decode().split("\n") for key in ("labels", "names"))
        known = int(kept["known"])
        self._rows = {name: row for row, name in enumerate(names)}
        self._rarity, self._unseen = rarity(kept["counts"], known), math.log(known) + RIDGE
        self._weights, self._scale = kept["weights"], float(kept["scale"])

    def scores(self, text: str) -> dict[str, float]:
        counted = features(text)
        found = [(row, count) for name, count in counted.items() if (row := self._rows.get(name)) is not None]
        unseen = sum(count * count for name, count in counted.items() if name not in self._rows)
        rows = np.array([row for row, _ in found], dtype=np.intp)
        values = np.array([count for _, count in found], dtype=np.float32) * self._rarity[rows]
        length = math.sqrt(float(values @ values) + unseen * self._unseen**2) or 1.0
        scored = (values / length) @ self._weights[rows] * self._scale
        return dict(zip(self._labels, scored.tolist(), strict=True))


def rarity(counts: npt.NDArray[np.uint16], known: int) -> npt.NDArray[np.float32]:
    """Return how much features count that stand in `counts` of `known` exemplars."""
    return (np.log(known / counts) + RIDGE).astype(np.float32)


@lru_cache(maxsize=64)
def features(text: str) -> Mapping[str, float]:
    """Return the words, pairs of neighbours and pieces of words of a text, with how much they count."""
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


@cache
def _classifier(language: str) -> Classifier:
    with resources.files(__package__).joinpath(f"exemplars/{language}.npz").open("rb") as file:
        return Classifier(np.load(file))
