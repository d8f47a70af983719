"""A home as the tests of the knowledge package use it: empty, with the small untrained embedder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from knowledge.embedders import Embedder
from tests.knowledge.build import Home


@pytest.fixture
def open_home(home: Path) -> Iterator[Callable[..., Home]]:
    """Opens the same home again, as another process would."""
    opened: list[Home] = []

    def opener(embedder: Embedder | None = None, known: Sequence[Embedder] = ()) -> Home:
        opened.append(Home(home, embedder, known=known))
        return opened[-1]

    yield opener
    for one in opened:
        one.database.close()


@pytest.fixture
def desk(open_home: Callable[..., Home]) -> Home:
    """An empty home."""
    return open_home()
