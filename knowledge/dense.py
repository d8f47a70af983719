"""Dense search in Chroma: our own vectors, cosine, one collection per language and embedder version."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from knowledge.embedders import Embedder, Vectors

_BATCH = 2_000
"""Records a call; Chroma refuses more than 5,461."""


class DenseUnavailable(Exception):  # noqa: N818 - named for what happened
    """There are no vectors to search: never built, built for another embedder, or damaged. Words still find."""


@dataclass(frozen=True)
class DenseDocument:
    """One page in one language, to be indexed: `texts` are embedded each on their own."""

    page_id: str
    texts: Sequence[str]


@dataclass(frozen=True)
class DenseHit:
    """A page with a text near the question; `cosine` is that of its nearest text."""

    page_id: str
    cosine: float


class DenseIndex:
    """The vectors of one embedder version in one folder. One process writes; readers `reload` to see what it wrote."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder, self._embedder = folder, embedder
        self._client: Any = None
        self._collections: dict[str, Any] = {}
        # Chroma's clients share state in a process: opening one anew must not meet a search half way.
        self._using = RLock()

    def write(self, language: str, documents: Iterable[DenseDocument], removed: Iterable[str] = ()) -> None:
        """Replace pages and remove others (delete and add: ten times cheaper than Chroma's upsert)."""
        with self._using:
            self._write(language, list(documents), removed)

    def _write(self, language: str, pending: list[DenseDocument], removed: Iterable[str]) -> None:
        collection = self._collection(language, create=True)
        gone = [*removed, *(document.page_id for document in pending)]
        for start in range(0, len(gone), _BATCH):
            if collection.count():
                collection.delete(where={"page_id": {"$in": gone[start : start + _BATCH]}})
        rows = [(document.page_id, number, text) for document in pending for number, text in enumerate(document.texts)]
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            collection.add(
                ids=[f"{page_id}#{number}" for page_id, number, _ in batch],
                embeddings=self._embedder.embed([text for _, _, text in batch]),
                metadatas=[{"page_id": page_id} for page_id, _, _ in batch],
            )

    def search(self, text: str, language: str, limit: int) -> list[DenseHit]:
        """Return the pages with the nearest texts, nearest first. Raises DenseUnavailable."""
        vector = self._embedder.embed([text])
        with self._using:
            found = self._nearest(vector, language, min(limit * 3, 100))
        best: dict[str, float] = {}
        for record, distance in found:
            best.setdefault(record.rsplit("#", 1)[0], 1.0 - distance)
        return [DenseHit(page_id, cosine) for page_id, cosine in best.items()][:limit]

    def _nearest(self, vector: Vectors, language: str, limit: int) -> list[tuple[str, float]]:
        try:
            collection = self._collection(language)
            if collection is None and not any(name.endswith(f"-{self._space}") for name in self._names()):
                raise DenseUnavailable(f"no vectors of {self._embedder.version} in {self._folder}")
            if collection is None:
                return []
            found = collection.query(query_embeddings=vector, n_results=limit, include=["distances"])
        except DenseUnavailable:
            raise
        # Chroma's Rust core raises many kinds for a damaged folder; all mean the same to us, and words still answer.
        except Exception as error:
            raise DenseUnavailable(f"{type(error).__name__}: {error}") from error
        return list(zip(found["ids"][0], map(float, found["distances"][0]), strict=True))

    def count(self, language: str) -> int:
        """Return the number of vectors in one language."""
        collection = self._collection(language)
        return int(collection.count()) if collection is not None else 0

    def reload(self) -> None:
        """Open the folder again: an open client does not see vectors that another process wrote."""
        with self._using:
            if self._client is not None:
                from chromadb.api.shared_system_client import SharedSystemClient

                self._client = None
                self._collections.clear()
                SharedSystemClient.clear_system_cache()

    def _collection(self, language: str, *, create: bool = False) -> Any:
        name = f"passages-{language}-{self._space}"
        if name in self._collections:
            return self._collections[name]
        client = self._open(create=create)
        if client is None:
            return None
        if create:
            configuration = {"hnsw": {"space": "cosine"}}
            found = client.get_or_create_collection(name, embedding_function=None, configuration=configuration)
        elif name in self._names():
            found = client.get_collection(name, embedding_function=None)
        else:
            return None
        self._collections[name] = found
        return found

    @property
    def _space(self) -> str:
        """The embedder's version, in letters that Chroma allows in a name."""
        readable = re.sub(r"[^a-z0-9]+", "-", self._embedder.version.lower()).strip("-")
        return f"{readable}-{zlib.crc32(self._embedder.version.encode()):x}"

    def _names(self) -> list[str]:
        client = self._open(create=False)
        return [collection.name for collection in client.list_collections()] if client is not None else []

    def _open(self, *, create: bool) -> Any:
        if self._client is None:
            if not create and not self._folder.is_dir():
                return None
            import chromadb

            settings = chromadb.config.Settings(anonymized_telemetry=False)
            self._client = chromadb.PersistentClient(path=str(self._folder), settings=settings)
        return self._client
