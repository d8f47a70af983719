"""What goes into the vectors and what comes out: the texts of a page, and the pages that a question is near."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NEAREST = 30
"""Texts of which `DenseHit.part` is told, each by the fourth power of its cosine."""


@dataclass(frozen=True)
class DenseDocument:
    """One page in one language, to be indexed: its heading, and each of its texts halfway between itself and that."""

    page_id: str
    revision: int
    heading: str
    texts: Sequence[str]

    @property
    def all_texts(self) -> tuple[str, ...]:
        return (self.heading, *self.texts)

    def mark(self, text: str) -> str:
        """Say in a few letters what was indexed of a text: which revision, which words."""
        return f"{self.revision}.{zlib.crc32(f'{self.heading}|{text}'.encode()):x}"


@dataclass(frozen=True)
class DenseHit:
    """A page with a text near the question; `cosine` is that of its nearest text.

    `part` (0..1) is how much of what lies nearest is of this page: where several of its texts are near, it is meant
    more surely than where one is.
    """

    page_id: str
    cosine: float
    part: float


def hits(nearest: Iterable[tuple[str, float]]) -> list[DenseHit]:
    """Return the pages of the nearest texts ("page#number", distance), nearest first."""
    best: dict[str, float] = {}
    near: dict[str, float] = defaultdict(float)
    for place, (record, distance) in enumerate(nearest):
        page_id = record.rsplit("#", 1)[0]
        best.setdefault(page_id, 1.0 - distance)
        near[page_id] += max(0.0, 1.0 - distance) ** 4 if place < _NEAREST else 0.0
    total = sum(near.values()) or 1.0
    return [DenseHit(page_id, cosine, near[page_id] / total) for page_id, cosine in best.items()]
