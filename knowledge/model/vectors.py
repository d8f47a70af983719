"""The embedder that ships: a text is the sum of its words, a word the sum of its units' trained vectors. Only numpy."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.embedders import NgramEmbedder, Vectors
from knowledge.model.units import Units
from knowledge.text import tokens

SHIPPED = Path(__file__).with_name("words.npz")
_REMEMBERED = 16_000
"""Words whose vector is remembered, and about as many more while pages are indexed: 1 KB each."""
_AT_ONCE = 250
"""Words whose units are summed at once: 5 MB."""
_LENGTH = np.float32(3.0)
"""Length of the vector of a word that is not known: that of an ordinary word."""


@dataclass(frozen=True)
class Table:
    """One vector a unit: rows of 8-bit whole numbers, each with its scale."""

    units: Units
    values: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]

    def vectors(self, words: Sequence[str]) -> Vectors:
        """Return one row a folded word; zeros where no unit is known."""
        found = [self.units.rows_of(word) for word in words]
        known = [number for number, (units, _) in enumerate(found) if units]
        rows = np.zeros((len(words), self.values.shape[1]), dtype=np.float32)
        if known:
            units = np.fromiter(chain.from_iterable(one for one, _ in found), np.int64)
            weights = np.fromiter(chain.from_iterable(counts for _, counts in found), np.float32) * self.scales[units]
            starts = np.cumsum([0, *(len(found[number][0]) for number in known)])[:-1]
            rows[known] = np.add.reduceat(self.values[units] * weights[:, None], starts, axis=0)
        return rows


class ModelEmbedder:
    """Knows meaning across languages as far as its training went (knowledge/model/README.md); loaded at first use.

    A vector is made of one part a table, each of the same length. `version` tells the bytes of the file, so that
    vectors of another training are never compared with these.
    """

    def __init__(self, file: Path = SHIPPED, weights: Path | None = None) -> None:
        """`weights` is a file of what the words of a site count for, as `knowledge.adapting` keeps it."""
        self._file, self._weights = file, weights
        self._remembered: dict[str, npt.NDArray[np.float16]] = {}

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
        words = self._words(list(numbers))
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

    def _words(self, words: Sequence[str]) -> Vectors:
        # Begun anew, never emptied: another thread may be reading what was there.
        if len(self._remembered) > _REMEMBERED:
            self._remembered = {}
        known = self._remembered
        unseen = [word for word in words if word not in known]
        for start in range(0, len(unseen), _AT_ONCE):
            some = unseen[start : start + _AT_ONCE]
            known.update(zip(some, self._vectors(some).astype(np.float16), strict=True))
        return np.array([known[word] for word in words], np.float32)

    def _vectors(self, words: Sequence[str]) -> Vectors:
        rows = np.concatenate([table.vectors(words) for table in self._tables], axis=1)
        # Of a word with no unit at all only the spelling can be told: a name, or a language that little was learnt of.
        for number in np.flatnonzero(~rows.any(axis=1)).tolist():
            rows[number] = self._spelling.embed([words[number]])[0] * _LENGTH
        if self._counts:
            other = self._counts.get("", 1.0)
            rows *= np.array([self._counts.get(word, other) for word in words], np.float32)[:, None]
        return rows

    @cached_property
    def _counts(self) -> Mapping[str, float]:
        """What each word counts for; an empty one stands for all that the site does not use."""
        return {str(word): float(weight) for word, weight in _json(self._weights).items()} if self._weights else {}

    @cached_property
    def _spelling(self) -> NgramEmbedder:
        return NgramEmbedder(self.dimension)

    @cached_property
    def _tables(self) -> list[Table]:
        return _shipped() if self._file == SHIPPED else read(self._file)


def _json(file: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads(file.read_text("utf-8"))
    return found


@cache
def _shipped() -> list[Table]:
    """The tables that ship, read once however many embedders there are."""
    return read(SHIPPED)


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
