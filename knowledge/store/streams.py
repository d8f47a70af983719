"""Which pages of streams were imported: kept beside what they gave, so that a restored backup knows both or neither."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from knowledge.store.database import Database
from knowledge.store.tables import StreamPageRow

_BATCH = 200
"""Pages a transaction: short enough that a conversation never waits for an import."""


@dataclass(frozen=True)
class StreamPage:
    """A page of a stream: its validators, whether it never changes, all its links, and a digest of its body."""

    url: str
    etag: str
    last_modified: str
    immutable: bool
    links: tuple[str, ...]
    digest: str


class Streams:
    """The imported pages of all streams."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pages(self, stream: str) -> dict[str, StreamPage]:
        """Return the imported pages of `stream` by their URL."""
        with self._database.read() as session:
            rows = session.scalars(select(StreamPageRow).where(StreamPageRow.stream == stream))
            return {row.url: _page(row) for row in rows}

    def imported(self, stream: str, pages: Sequence[StreamPage]) -> None:
        """Keep that `pages` were imported as they are."""
        for start in range(0, len(pages), _BATCH):
            batch = {page.url: page for page in pages[start : start + _BATCH]}
            with self._database.write() as session:
                of_stream = StreamPageRow.stream == stream
                session.execute(delete(StreamPageRow).where(of_stream, StreamPageRow.url.in_(batch)))
                session.add_all(_row(stream, page) for page in batch.values())


def _row(stream: str, page: StreamPage) -> StreamPageRow:
    return StreamPageRow(**asdict(page) | {"stream": stream, "links": json.dumps(page.links)})


def _page(row: StreamPageRow) -> StreamPage:
    links = tuple(json.loads(row.links))
    return StreamPage(row.url, row.etag, row.last_modified, row.immutable, links, row.digest)
