"""The row that says which index is live: a pointer in the database, so that switching it is one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from knowledge.store.database import Database
from knowledge.store.tables import IndexRow

_ONLY = 1


@dataclass(frozen=True)
class IndexState:
    """The live index: folder generation, what it was built with, and the change it has followed up to."""

    generation: int
    version: str
    sequence: int
    at: datetime


def read_index_state(database: Database) -> IndexState | None:
    """Return the live index, None before the first one."""
    with database.read() as session:
        columns = (IndexRow.generation, IndexRow.version, IndexRow.sequence, IndexRow.at)
        row = session.execute(select(*columns).where(IndexRow.id == _ONLY)).first()
        return IndexState(row.generation, row.version, row.sequence, row.at) if row else None


def write_index_state(database: Database, state: IndexState) -> None:
    """Make `state` the live index."""
    with database.write() as session:
        row = IndexRow(
            id=_ONLY, generation=state.generation, version=state.version, sequence=state.sequence, at=state.at
        )
        session.merge(row)
