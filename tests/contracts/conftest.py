"""Contracts of the store run on an empty home with each kind of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge.embedders import Embedder
from knowledge.store.database import Database
from tests.contracts.processes import OtherProcess, Start
from tests.knowledge.build import Home


@pytest.fixture
def open_home(home: Path, database_url: str) -> Iterator[Callable[..., Home]]:
    """Opens the same home again, as another process would."""
    opened: list[Home] = []

    def opener(embedder: Embedder | None = None, chroma_url: str = "") -> Home:
        opened.append(Home(home, embedder, database_url, chroma_url))
        return opened[-1]

    yield opener
    for one in opened:
        one.database.close()


@pytest.fixture
def desk(open_home: Callable[..., Home]) -> Home:
    """An empty home."""
    return open_home()


@pytest.fixture
def open_database(home: Path, database_url: str) -> Iterator[Callable[..., Database]]:
    """Opens the database of the home, as one process sees it; takes another schema."""
    opened: list[Database] = []

    def opener(*schema: object) -> Database:
        opened.append(Database(database_url or home / "knowledge.sqlite3", *schema))  # type: ignore[arg-type]
        return opened[-1]

    yield opener
    for one in opened:
        one.close()


@pytest.fixture
def start(home: Path, database_url: str) -> Iterator[Start]:
    """Starts a script in another process on the same home; what still runs at the end of the test is killed."""
    started: list[OtherProcess] = []

    def starter(script: str, *words: str) -> OtherProcess:
        started.append(OtherProcess(script, home, database_url, *words))
        return started[-1]

    yield starter
    for one in started:
        one.kill()
