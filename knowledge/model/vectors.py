"""The embedder that ships: a text is the sum of its words, a word the sum of its units' trained vectors. Only numpy."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.embedders import NgramEmbedder, Vectors
from knowledge.model.units import Units
from knowledge.text import tokens

SHIPPED = Path(__file__).with_name("words.npz")
_REMEMBERED = 8_000
"""Words whose vector is remembered: 2 KB each."""
_LENGTH = np.float32(3.0)
"""Length of the vector of a word that is not known: that of an ordinary word."""


@dataclass(frozen=True)
class Table:
    """One vector a unit: rows of 8-bit whole numbers, each with its scale."""

    units: Units
    values: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]

    def vector(self, word: str) -> npt.NDArray[np.float32]:
        """Return the vector of a folded word; zeros where no unit is known."""
        rows, counts = self.units.rows_of(word)
        if not rows:
            return np.zeros(self.values.shape[1], dtype=np.float32)
        weights = np.asarray(counts, np.float32) * self.scales[rows]
        return np.asarray(weights @ self.values[rows].astype(np.float32), dtype=np.float32)


class ModelEmbedder:
    """Knows meaning across languages as far as its training went (knowledge/model/README.md); loaded at first use.

    A vector is made of one part a table, each of the same length. `version` tells the bytes of the file, so that
    vectors of another training are never compared with these.
    """

    def __init__(self, file: Path = SHIPPED, weights: Path | None = None) -> None:
        """`weights` is a file of what the words of a site count for, as `knowledge.adapting` keeps it."""
        self._file, self._weights = file, weights
        self._word = lru_cache(maxsize=_REMEMBERED)(self._word_vector)

    @cached_property
    def version(self) -> str:
        files = [one for one in (self._file, self._weights) if one]
        return "-".join(["words", *(f"{zlib.crc32(one.read_bytes()):08x}" for one in files)])

    @property
    def dimension(self) -> int:
        return sum(table.values.shape[1] for table in self._tables)

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        numbers: dict[str, int] = {}
        written = [[numbers.setdefault(word, len(numbers)) for word in tokens(text)] for text in texts]
        words = np.array([self._word(word) for word in numbers], np.float32)
        for number, found in enumerate(written):
            if found:
                rows[number] = words[found].sum(axis=0)
        tables = len(self._tables)
        parts = rows.reshape(len(texts), tables, self.dimension // tables)
        lengths = np.linalg.norm(parts, axis=2, keepdims=True)
        np.divide(parts, lengths, out=parts, where=lengths > 0)
        known = np.maximum(1, (lengths > 0).sum(axis=1))
        return np.asarray(rows / np.sqrt(known), dtype=np.float32)

    def embed_question(self, question: str) -> Vectors:
        return self.embed([question])

    def _word_vector(self, word: str) -> npt.NDArray[np.float32]:
        vector = np.concatenate([table.vector(word) for table in self._tables])
        # Of a word with no unit at all only the spelling can be told: a name, or a language that little was learnt of.
        known = vector if vector.any() else self._spelling.embed([word])[0] * _LENGTH
        return known * np.float32(self._counts.get(word, self._counts.get("", 1.0)))

    @cached_property
    def _counts(self) -> Mapping[str, float]:
        """What each word counts for; an empty one stands for all that the site does not use."""
        return {str(word): float(weight) for word, weight in _json(self._weights).items()} if self._weights else {}

    @cached_property
    def _spelling(self) -> NgramEmbedder:
        return NgramEmbedder(self.dimension)

    @cached_property
    def _tables(self) -> list[Table]:
        return read(self._file)


def _json(file: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads(file.read_text("utf-8"))
    return found


def read(file: Path) -> list[Table]:
    """Return the tables in a file that `pack` wrote."""
    with np.load(file, allow_pickle=False) as packed:
        count = sum(name.startswith("values") for name in packed.files)
        return [_table({name: packed[f"{name}{number}"] for name in _ARRAYS}) for number in range(count)]


def pack(file: Path, tables: Sequence[tuple[Units, npt.NDArray[np.float32]]]) -> None:
    """Write what `ModelEmbedder` reads."""
    arrays: dict[str, Any] = {}
    for number, (units, table) in enumerate(tables):
        scales = (np.abs(table).max(axis=1) / 127 + 1e-6).astype(np.float16)
        values = np.clip(np.round(table / scales.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
        names = zlib.compress("\n".join([*units.pieces, *units.words, *units.grams]).encode(), 9)
        counts = np.array([len(units.pieces), len(units.words)])
        scores = np.array(list(units.pieces.values()), np.float16)
        found = (np.frombuffer(names, np.uint8), counts, scores, values, scales)
        arrays |= {f"{name}{number}": array for name, array in zip(_ARRAYS, found, strict=True)}
    np.savez(file, **arrays)


_ARRAYS = ("names", "counts", "scores", "values", "scales")


def _table(packed: dict[str, npt.NDArray[np.generic]]) -> Table:
    names = zlib.decompress(packed["names"].tobytes()).decode().split("\n")
    pieces, words = (int(count) for count in packed["counts"])
    scores = dict(zip(names[:pieces], packed["scores"].astype(float).tolist(), strict=True))
    units = Units(scores, names[pieces : pieces + words], names[pieces + words :])
    return Table(units, packed["values"].astype(np.int8, copy=False), packed["scales"].astype(np.float32))
