"""Databases of conversations whose tables are there already: made once in a process, and copied."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.store.schema import CONVERSATIONS
from knowledge.store.database import Database


def conversations_in(home: Path, url: str = "") -> Database:
    """The database of the conversations of a home: an empty file if there is none yet, or the PostgreSQL one."""
    file = home / "conversations.sqlite3"
    if not url and not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_empty())
    return Database(url or file, CONVERSATIONS)


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "conversations.sqlite3", CONVERSATIONS)
        with database.read():
            pass
        database.close()
        return (Path(folder) / "conversations.sqlite3").read_bytes()
