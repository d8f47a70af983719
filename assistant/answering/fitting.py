"""Fits the classifiers on the exemplars and keeps them beside these: ``python -m assistant.answering.fitting``.

Ridge regression (Hoerl & Kennard 1970) in its dual form; to be run again whenever an exemplar changes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.answering import likeness
from assistant.answering.likeness import RIDGE, exemplars, features, rarity
from knowledge.language import LANGUAGES

Arrays = dict[str, npt.NDArray[Any]]
_LARGEST = 127


def fit(language: str) -> Arrays:
    """Return the classifier of a language as the arrays that are kept; the same exemplars give the same."""
    known = exemplars(language)
    labels = sorted({label for label, _ in known})
    counted = [features(utterance) for _, utterance in known]
    seen = Counter(name for one in counted for name in one)
    names = sorted(seen)
    rows = {name: row for row, name in enumerate(names)}
    counts = np.array([seen[name] for name in names], dtype=np.uint16)
    vectors = np.zeros((len(known), len(names)), dtype=np.float32)
    for place, one in enumerate(counted):
        vectors[place, [rows[name] for name in one]] = list(one.values())
    vectors *= rarity(counts, len(known))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    targets = np.array([[label == own for label in labels] for own, _ in known], dtype=np.float32)
    products = vectors @ vectors.T + RIDGE * np.eye(len(known), dtype=np.float32)
    weights = vectors.T @ np.linalg.solve(products, targets)
    scale = np.abs(weights).max() / _LARGEST
    return {
        "labels": _as_bytes("\n".join(labels)),
        "names": _as_bytes("\n".join(names)),
        "counts": counts,
        "known": np.array(len(known)),
        "weights": np.round(weights / scale).astype(np.int8),
        "scale": np.array(scale),
        "digest": _as_bytes(digest(language)),
    }


def digest(language: str) -> str:
    """Return what tells the exemplars of a language, in their order, from any others."""
    return hashlib.sha256(json.dumps(exemplars(language)).encode()).hexdigest()


def kept_in(language: str) -> Path:
    """Return the file that keeps the classifier of a language."""
    return Path(likeness.__file__).parent / "exemplars" / f"{language}.npz"


def main() -> None:
    """Fit and keep all classifiers."""
    for language in LANGUAGES:
        np.savez_compressed(kept_in(language), allow_pickle=False, **fit(language))


def _as_bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


if __name__ == "__main__":
    main()
