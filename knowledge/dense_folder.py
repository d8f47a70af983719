"""The vectors of a folder, read by Chroma's engine alone: its client takes two seconds to load, and is for writing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.embedders import Vectors

_WHERE = ("default_tenant", "default_database")
_OPEN_AT_ONCE = 32
"""Collections that the engine keeps in memory: one a language, and a few of embedders before."""


@dataclass(frozen=True)
class FolderCollection:
    """One collection of a folder, to be read as the client's own are."""

    name: str
    _id: str
    _engine: Any

    def count(self) -> int:
        """Return the number of vectors."""
        return int(self._engine.count(self._id, *_WHERE))

    def query(self, query_embeddings: Vectors, n_results: int, include: list[str]) -> dict[str, Any]:
        """Return the ids, and what else is to be included, of the nearest vectors of each row."""
        found = self._engine.query(self._id, None, query_embeddings, n_results, None, None, include, *_WHERE)
        return {"ids": found.ids, "distances": found.distances}

    def get(self, include: list[str], limit: int, offset: int) -> dict[str, Any]:
        """Return the metadata of vectors in the order they have there."""
        found = self._engine.get(self._id, None, None, limit, offset, None, include, *_WHERE)
        return {"ids": found.ids, "metadatas": found.metadatas}


class FolderReader:
    """Reads a folder that Chroma wrote. What it raises is of the engine, as with the client."""

    def __init__(self, folder: Path) -> None:
        import chromadb_rust_bindings as engine

        database = engine.SqliteDBConfig(
            hash_type=engine.MigrationHash.MD5,
            migration_mode=engine.MigrationMode.Apply,
            url=str(folder / "chroma.sqlite3"),
        )
        self._engine: Any = engine.Bindings(
            allow_reset=False,
            sqlite_db_config=database,
            persist_path=str(folder),
            hnsw_cache_size=_OPEN_AT_ONCE,
        )

    def list_collections(self) -> list[FolderCollection]:
        """Return all collections."""
        found = self._engine.list_collections(None, None, *_WHERE)
        return [FolderCollection(one.name, str(one.id), self._engine) for one in found]

    def get_collection(self, name: str, embedding_function: None) -> FolderCollection:  # noqa: ARG002 - the client's
        """Return one collection; vectors are always given, so there is nothing to embed with."""
        one = self._engine.get_collection(name, *_WHERE)
        return FolderCollection(one.name, str(one.id), self._engine)

    def close(self) -> None:
        """Let go of the folder."""
        self._engine = None
