"""Dense search in Chroma: our own vectors, cosine, one collection per language and embedder version."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np

from knowledge.dense_folder import FolderReader
from knowledge.dense_records import DenseDocument, DenseHit, hits
from knowledge.embedders import Embedder, Vectors

_DATABASE = "chroma.sqlite3"
_BATCH = 2_000
"""Records a call; Chroma refuses more than 5,461."""
_GRAPH = {"max_neighbors": 32, "ef_construction": 200, "ef_search": 400}
"""Chroma's own are 16, 100 and 100: ways of asking for one page lie close together, and others were missed."""
_PATIENCE, _LONG, _PAUSE = 2.0, 60.0, 2.0
"""Seconds a server has to find or to write; seconds for which one that did not answer is left alone."""


class DenseUnavailable(Exception):  # noqa: N818 - named for what happened
    """There are no vectors to search: never built, built for another embedder, or out of reach. Words still find."""


class DenseDamaged(DenseUnavailable):
    """The vectors cannot be read, or are no longer there: they are to be built anew."""


class DenseIndex:
    """The vectors of one embedder version, in a folder or on a Chroma server.

    A folder is for one process at a time: Chroma writes to it even while it searches, and where two processes have it
    open, one crashes or vectors are lost. On a server, which several indexes may share, the `prefix` of its collections
    tells this index from the others.
    """

    def __init__(self, where: Path | str, embedder: Embedder, prefix: str = "") -> None:
        """`where` is a folder, or the URL of a server (`http://host:port`)."""
        self._where, self._embedder, self._prefix = where, embedder, prefix
        self._client: Any = None
        self._collections: dict[tuple[str, float], Any] = {}
        self._found: list[str] | None = None
        self._patience, self._down_until = _PATIENCE, 0.0
        self._using = RLock()

    def write(self, language: str, documents: Iterable[DenseDocument], removed: Iterable[str] = ()) -> None:
        """Replace pages and remove others (delete and add: ten times cheaper than Chroma's upsert).

        Raises DenseUnavailable.
        """
        pending = list(documents)
        gone = [*removed, *(document.page_id for document in pending)]
        rows = [(document, number, text) for document in pending for number, text in enumerate(document.all_texts)]
        vectors = self._embedder.embed([text for _, _, text in rows])
        # What a page is about as a whole tells more than a piece of it alone: measured (docs/retrieval.md).
        headings = np.flatnonzero([number == 0 for _, number, _ in rows])
        about = np.repeat(headings, np.diff([*headings, len(rows)]))
        vectors = ((vectors + vectors[about]) / 2).astype(np.float32, copy=False)
        with self._asking(_LONG):
            collection = self._collection(language, create=True)
            for start in range(0, len(gone), _BATCH):
                if collection.count():
                    collection.delete(where={"page_id": {"$in": gone[start : start + _BATCH]}})
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            with self._asking(_LONG):
                collection.add(
                    ids=[f"{document.page_id}#{number}" for document, number, _ in batch],
                    embeddings=vectors[start : start + _BATCH],
                    metadatas=[{"page_id": one.page_id, "mark": one.mark(text)} for one, _, text in batch],
                )

    def search(self, text: str, language: str, limit: int) -> list[DenseHit]:
        """Return the pages with the nearest texts, nearest first. Raises DenseUnavailable."""
        vector = self._embedder.embed_question(text)
        return hits(self._nearest(vector, language, min(limit * 3, 100)))[:limit]

    def _nearest(self, vector: Vectors, language: str, limit: int) -> list[tuple[str, float]]:
        with self._asking(_PATIENCE):
            collection = self._collection(language)
            if collection is None and not any(name.endswith(f"-{self._space}") for name in self._names()):
                raise DenseUnavailable(f"no vectors of {self._embedder.version} in {self._where}")
            if collection is None:
                return []
            found = collection.query(query_embeddings=vector, n_results=limit, include=["distances"])
        return list(zip(found["ids"][0], map(float, found["distances"][0]), strict=True))

    def count(self, language: str) -> int:
        """Return the number of vectors in one language. Raises DenseUnavailable."""
        with self._asking(_PATIENCE):
            collection = self._collection(language)
            return int(collection.count()) if collection is not None else 0

    def languages(self) -> set[str]:
        """Return the languages that have vectors. Raises DenseUnavailable."""
        with self._asking(_PATIENCE):
            start, end = f"{self._prefix}passages-", f"-{self._space}"
            self._found = None
            return {name.removeprefix(start).removesuffix(end) for name in self._names() if name.endswith(end)}

    def marks(self, language: str) -> Iterator[tuple[str, str]]:
        """Yield (page_id, mark) of every vector in one language. Raises DenseUnavailable."""
        for start in range(0, self.count(language), _BATCH):
            with self._asking(_LONG):
                found = self._collection(language).get(include=["metadatas"], limit=_BATCH, offset=start)
            yield from ((one["page_id"], one["mark"]) for one in found["metadatas"])

    def remove(self) -> None:
        """Remove all vectors of this index from a server (a folder: whoever made it). Raises DenseUnavailable."""
        if isinstance(self._where, str):
            with self._asking(_LONG):
                for name in self._names():
                    self._open(create=False).delete_collection(name)
                self._forget()

    def close(self) -> None:
        """Let go of the folder or the server; the next use opens it again."""
        with self._using:
            client, self._client = self._client, None
            self._forget()
            if client is not None:
                client.close()

    def _forget(self) -> None:
        self._collections, self._found = {}, None

    @contextmanager
    def _asking(self, patience: float) -> Iterator[None]:
        """Make one error of the many kinds that Chroma raises for a damaged folder and a server out of reach."""
        with self._using:
            if monotonic() < self._down_until:
                raise DenseUnavailable(f"{self._where} did not answer a moment ago")
            try:
                self._patience = patience
                yield
            except DenseUnavailable:
                raise
            except BaseException as error:
                if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                    raise
                told = f"{type(error).__name__}: {error}"
                if isinstance(self._where, Path):
                    raise DenseDamaged(told) from error
                self._forget()
                if type(error).__name__ == "NotFoundError":
                    raise DenseDamaged(told) from error
                self._down_until = monotonic() + _PAUSE
                raise DenseUnavailable(told) from error

    def _collection(self, language: str, *, create: bool = False) -> Any:
        name = f"{self._prefix}passages-{language}-{self._space}"
        key = (name, self._patience)
        if key in self._collections:
            return self._collections[key]
        client = self._open(create=create)
        if client is None:
            return None
        if create:
            configuration = {"hnsw": {"space": "cosine", **_GRAPH}}
            found = client.get_or_create_collection(name, embedding_function=None, configuration=configuration)
            self._found = None
        elif name in self._names():
            found = client.get_collection(name, embedding_function=None)
        else:
            return None
        self._collections[key] = found
        return found

    @property
    def _space(self) -> str:
        """The embedder's version, in letters that Chroma allows in a name."""
        readable = re.sub(r"[^a-z0-9]+", "-", self._embedder.version.lower()).strip("-")
        return f"{readable}-{zlib.crc32(self._embedder.version.encode()):x}"

    def _names(self) -> list[str]:
        """The collections of this index; remembered, because a question in a language without any asks for them."""
        client = self._open(create=False)
        if client is None:
            return []
        if self._found is None:
            every = [one.name for one in client.list_collections()]
            self._found = [name for name in every if name.startswith(f"{self._prefix}passages-")]
        return self._found

    def _open(self, *, create: bool) -> Any:
        if isinstance(self._where, str):
            return _server(self._where, self._patience)
        if create and isinstance(self._client, FolderReader | None):
            # Two in one folder would damage it.
            self.close()
            import chromadb

            settings = chromadb.config.Settings(anonymized_telemetry=False)
            self._client = chromadb.PersistentClient(path=str(self._where), settings=settings)
        elif self._client is None and (self._where / _DATABASE).is_file():
            self._client = FolderReader(self._where)
        return self._client


@lru_cache
def _server(url: str, patience: float) -> Any:
    """A client of a server, made once: its certificates alone take a tenth of a second."""
    import chromadb

    # A server that hangs must not hang us: Chroma's client asks it something before it can be told to be impatient.
    urlopen(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=_PATIENCE).close()  # noqa: S310
    settings, at = chromadb.config.Settings(anonymized_telemetry=False), urlsplit(url)
    secure = at.scheme == "https"
    client = chromadb.HttpClient(at.hostname or "", at.port or (443 if secure else 8000), ssl=secure, settings=settings)
    client._server._session.timeout = patience  # type: ignore[attr-defined]
    return client
