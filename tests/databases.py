"""Databases whose tables are there already: made once in a process, and copied."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from assistant.store.schema import CONVERSATIONS
from knowledge.store.database import Database
from knowledge.store.schema import KNOWLEDGE, Schema


def conversations_in(home: Path, url: str = "") -> Database:
    """The database of the conversations of a home: an empty file if there is none yet, or the PostgreSQL one."""
    file = home / "conversations.sqlite3"
    if not url and not file.exists():
        _copy(CONVERSATIONS, file)
    return Database(url or file, CONVERSATIONS)


def knowledge_in(home: Path, url: str = "") -> Database:
    """The database of the knowledge of a home: as that of the conversations, each with an identity of its own."""
    file = home / "knowledge.sqlite3"
    if not url and not file.exists():
        _copy(KNOWLEDGE, file)
        with closing(sqlite3.connect(file)) as copy, copy:
            copy.execute("UPDATE identity SET database_id = ?", (uuid4().hex,))
    return Database(url or file, KNOWLEDGE)


def _copy(schema: Schema, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_empty(schema))


@cache
def _empty(schema: Schema) -> bytes:
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "empty.sqlite3", schema)
        with database.read():
            pass
        database.close()
        return (Path(folder) / "empty.sqlite3").read_bytes()
