"""Near-identical pages: one text, published again by many municipalities. Found by MinHash (Broder 1997)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np

from knowledge.services import PublicService, localized
from knowledge.text import content_tokens, stem

_HASHES = 48
_PRIME = (1 << 31) - 1
_ALIKE = 0.75
"""Share of equal minima from which two pages count as one text: their word sets then overlap about as much."""
_A, _B = (np.random.default_rng(seed).integers(1, _PRIME, _HASHES, dtype=np.uint64) for seed in (1, 2))


def sketch(service: PublicService) -> bytes:
    """Return a sketch of the words of a page: equal words in any order give an equal sketch."""
    texts = [localized(service.title, "nl"), localized(service.description, "nl")]
    texts += [one.text for section in service.sections if section.language == "nl" for one in section.sentences]
    words = {stem(word, "nl") for text in texts for word in content_tokens(text, "nl")}
    if not words:
        return b""
    hashed = np.fromiter((zlib.crc32(word.encode()) % _PRIME for word in words), dtype=np.uint64)
    minima = ((hashed[:, None] * _A + _B) % _PRIME).min(axis=0)
    return bytes(minima.astype(np.uint16).tobytes())


def alike(one: bytes, other: bytes) -> bool:
    """Whether two sketches are of near-identical pages."""
    if not one or not other:
        return False
    same = np.count_nonzero(np.frombuffer(one, np.uint16) == np.frombuffer(other, np.uint16))
    return bool(same >= _ALIKE * _HASHES)


def is_variant(candidate: bytes, chosen: Iterable[bytes]) -> bool:
    """Whether a page says the same as one that was chosen before it."""
    return any(alike(candidate, one) for one in chosen)
