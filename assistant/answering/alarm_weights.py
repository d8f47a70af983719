"""What a message weighs when one listens for danger (`alarm.npz`): its concepts, its pieces of words and its meaning.

Pieces are known by a hash, their weights are whole numbers of one byte, so that a process reads all in milliseconds.
"""

from __future__ import annotations

import logging
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from assistant.answering.likeness import RIDGE, features, rarity
from knowledge.embedders import Vectors
from knowledge.model.vectors import ModelEmbedder

_log = logging.getLogger(__name__)
_KNOWN = 0.05
"""So much of a text's length is known at least: made-up words have less, what was fitted on has three times it."""
Features = dict[str, float]
Kept = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Reading:
    """What is weighed of a piece of a message in one language; no `meaning` where the model cannot be read."""

    concepts: Features
    pieces: Mapping[int, float]
    meaning: Vectors | None


class Weights:
    """What was fitted: danger against none, and the kinds of danger against each other."""

    def __init__(self, kept: Kept) -> None:
        self.kinds = bytes(kept["kinds"]).decode().split("\n")
        self._concepts = {name: row for row, name in enumerate(bytes(kept["names"]).decode().split("\n"))}
        self._pieces = Pieces(kept)
        self._begin, self._of_concepts = kept["begin"], kept["concepts"].astype(np.float32)
        self._of_meaning, self._usual = kept["meaning"].astype(np.float32), kept["usual"]
        self._of_pieces, self._scale = kept["weights"], kept["scale"]

    def danger(self, reading: Reading) -> float:
        """Return how likely it is that a reading speaks of danger; 0 where hardly a piece of it was seen before."""
        _, sizes = self._pieces.known(reading.pieces)
        named = any(name in self._concepts for name in reading.concepts if name.isalpha())
        known = named or float(sizes @ sizes) >= _KNOWN
        return 1 / (1 + math.exp(-float(self._sums(reading)[0]))) if known else 0.0

    def kind(self, reading: Reading) -> tuple[str, float]:
        """Return the most likely kind of danger, and how likely it is if there is any."""
        sums = self._sums(reading)[1:]
        likely = np.exp(sums - sums.max())
        best = int(likely.argmax())
        return self.kinds[best], float(likely[best] / likely.sum())

    def _sums(self, reading: Reading) -> npt.NDArray[np.float32]:
        found = [
            (row, value) for name, value in reading.concepts.items() if (row := self._concepts.get(name)) is not None
        ]
        rows, values = [row for row, _ in found], np.array([value for _, value in found], np.float32)
        sums = self._begin + values @ self._of_concepts[rows]
        if reading.meaning is not None and len(reading.meaning) == len(self._usual):
            sums = sums + (reading.meaning - self._usual) @ self._of_meaning
        places, sizes = self._pieces.known(reading.pieces)
        return np.asarray(sums + (sizes @ self._of_pieces[places]) * self._scale, np.float32)


class Pieces:
    """Which pieces of words are known; rare ones count more, and every message has length 1."""

    def __init__(self, kept: Kept) -> None:
        self._hashes, known = kept["pieces"], int(kept["known"])
        self._rarity, self._unseen = rarity(kept["counts"], known), math.log(known) + RIDGE

    def known(self, pieces: Mapping[int, float]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        """Return the rows of those that are known, and what they count for."""
        asked = np.fromiter(pieces.keys(), np.uint32, len(pieces))
        counted = np.fromiter(pieces.values(), np.float32, len(pieces))
        rows = np.minimum(np.searchsorted(self._hashes, asked), len(self._hashes) - 1)
        here = self._hashes[rows] == asked
        sizes = counted * np.where(here, self._rarity[rows], np.float32(self._unseen))
        length = np.float32(math.sqrt(float(sizes @ sizes)) or 1.0)
        return rows[here], (sizes / length)[here]


def pieces_of(text: str) -> dict[int, float]:
    """Return the hashes of the words, pairs of words and pieces of words of a text, with how much they count."""
    return {zlib.crc32(name.encode()): count for name, count in features(text).items()}


def meaning_of(text: str) -> Vectors | None:
    """Return the vector of a text by the model that ships; None, and danger is heard without, if it cannot be read."""
    model = _model()
    return None if model is None else model.embed_question(text)[0]


@cache
def _model() -> ModelEmbedder | None:
    model = ModelEmbedder()
    try:
        return model if model.dimension else None
    except (OSError, ValueError, KeyError, BadZipFile, zlib.error):
        _log.exception("the model that ships cannot be read: danger is heard by words alone")
        return None


@cache
def fitted() -> Weights:
    """Return the weights that are kept."""
    with resources.files(__package__).joinpath("alarm.npz").open("rb") as file, np.load(file) as kept:
        return Weights(dict(kept))
