"""What was imported of streams, kept in memory: the stand-in for the database in tests of fetching."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from knowledge.store.streams import StreamPage


class MemoryState:
    """Remembers pages until the test ends."""

    def __init__(self) -> None:
        self.streams: dict[str, dict[str, StreamPage]] = defaultdict(dict)

    def pages(self, stream: str) -> dict[str, StreamPage]:
        return dict(self.streams[stream])

    def imported(self, stream: str, pages: Sequence[StreamPage]) -> None:
        self.streams[stream] |= {page.url: page for page in pages}
