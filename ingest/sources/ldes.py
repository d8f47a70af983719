"""A stream of snapshots (LDES): its pages are found by their links, and those that changed are fetched.

First every page is fetched and spooled, then all are imported at once, then they are marked as imported: at no moment
is a snapshot published of which a newer one waits on another page.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from filelock import FileLock, Timeout

from ingest.report import Refusal, SourceError
from ingest.sources.fetching import Fetcher, PageError
from ingest.sources.hypermedia import absolute, links_of, origin_of
from ingest.sources.spool import Spool, folder_of
from knowledge.store.streams import StreamPage

_SPOOLED_SECONDS = 24 * 3600
"""How long a page that was fetched for an import that broke off is used instead of fetching it again."""


class StreamState(Protocol):
    """Remembers which pages of which streams were imported."""

    def pages(self, stream: str) -> dict[str, StreamPage]:
        """Return the imported pages of `stream` by their URL."""
        ...

    def imported(self, stream: str, pages: Sequence[StreamPage]) -> None:
        """Keep that `pages` were imported as they are."""
        ...


@dataclass
class Changes:
    """What stands in a stream and was not imported yet: files with the URL they came from, pages, and what is ill.

    `unchanged` counts the pages that are as they were when they were imported, so that they are not read again.
    """

    files: list[tuple[Path, str]] = field(default_factory=list)
    pages: list[StreamPage] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unchanged: int = 0


class Stream:
    """One stream, by the URL of any of its pages."""

    def __init__(
        self,
        url: str,
        state: StreamState,
        folder: Path,
        *,
        progress: Callable[[int], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`folder` is for the spools of all streams; `progress` hears of every page."""
        self.url, self._state, self._folder = absolute(url, url), state, folder
        self._progress, self._sleep, self._clock = progress, sleep, clock

    @contextmanager
    def changes(self, importer: str, *, dry_run: bool = False) -> Iterator[Changes]:
        """Fetch what changed since `importer` read it; on leaving without an exception it counts as imported.

        With `dry_run` it does not. Raises SourceError where the first page cannot be had, or another import is on.
        """
        if "@" in origin_of(self.url):
            raise SourceError("Leave the name and password out of the address of the stream: it is kept and shown.")
        name = f"{importer} {self.url}"
        with self._spool(dry_run) as spool:
            with Fetcher(self._sleep, self._clock) as fetcher:
                changes = Changes()
                self._crawl(changes, spool, fetcher, self._state.pages(name))
            yield changes
            if not dry_run:
                self._state.imported(name, changes.pages)
                spool.clear()

    @contextmanager
    def _spool(self, dry_run: bool) -> Iterator[Spool]:
        if dry_run:
            with TemporaryDirectory() as temporary:
                yield Spool(Path(temporary))
            return
        folder = folder_of(self._folder, self.url)
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_suffix(".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise SourceError(f"{self.url} is being imported by another process: wait until it is done.") from None
        try:
            yield Spool(folder)
        finally:
            lock.release()

    def _crawl(self, changes: Changes, spool: Spool, fetcher: Fetcher, known: dict[str, StreamPage]) -> None:
        """Visit every page once, the links of unchanged and ill pages as they were."""
        waiting, met = deque([self.url]), {self.url}
        while waiting:
            url = waiting.popleft()
            page = known.get(url)
            try:
                page = self._page(changes, spool, fetcher, url, page)
            except PageError as error:
                if url == self.url:
                    raise SourceError(f"{url}: {error}") from None
                changes.refused.append(Refusal(url, "page", str(error)))
            self._progress(1)
            for link in page.links if page else ():
                if link in met:
                    continue
                met.add(link)
                if origin_of(link) == origin_of(self.url):
                    waiting.append(link)
                else:
                    changes.refused.append(Refusal(link, "page", self._elsewhere(url)))

    def _page(self, changes: Changes, spool: Spool, fetcher: Fetcher, url: str, known: StreamPage | None) -> StreamPage:
        """Return one page as it is now, and add it to the changes if it is not as it was known. Raises PageError."""
        page = spool.get(url, self._clock() - _SPOOLED_SECONDS)
        if page is None or page == known:
            if known and known.immutable:
                changes.unchanged += 1
                return known
            reply = fetcher.get(url, known)
            links = known.links if known and reply.document is None else links_of(reply.document, reply.url)
            page = StreamPage(url, reply.etag, reply.last_modified, reply.immutable, links, reply.digest)
            if reply.document is None:
                changes.unchanged += 1
                changes.pages += [page] if page != known else []
                return page
            spool.put(page, reply.body)
        changes.files.append((spool.file(url), url))
        changes.pages.append(page)
        return page

    def _elsewhere(self, url: str) -> str:
        return (
            f"{url} links to this page on another server than {origin_of(self.url)}, which is not read. If it belongs "
            "to the stream, give its address too."
        )
