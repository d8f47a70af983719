"""The index: a copy of the published pages, made for searching. One process writes it, all others read."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any

from filelock import FileLock, Timeout

from knowledge.dense import DenseDocument, DenseIndex
from knowledge.embedders import Embedder
from knowledge.errors import NamedFailure
from knowledge.language import LANGUAGES
from knowledge.lexical import LexicalDocument, LexicalIndex, LexicalWeights
from knowledge.pages import Page, PageState
from knowledge.passages import slices
from knowledge.services import PublicService, localized
from knowledge.store.database import Database
from knowledge.store.index_state import IndexState, read_index_state, write_index_state
from knowledge.store.pages import Pages

_FORMAT = "lexical-1"
"""Raise it when what is indexed changes: an index of another format is built anew."""
_BATCH = 500

log = logging.getLogger(__name__)


class IndexBusy(NamedFailure):
    """Another process is writing the index."""


class IndexFolder:
    """One generation of the index: a tantivy index per language and one Chroma folder."""

    def __init__(self, folder: Path, embedder: Embedder, weights: LexicalWeights | None = None) -> None:
        self.folder = folder
        self.dense = DenseIndex(folder / "dense", embedder)
        self._lexical = {code: LexicalIndex(folder / "lexical" / code, code, weights) for code in LANGUAGES}

    def lexical(self, language: str) -> LexicalIndex:
        return self._lexical[language]

    def write(
        self, services: Sequence[tuple[str, PublicService]], removed: Sequence[str] = (), *, bare: bool = False
    ) -> None:
        """Replace pages and remove others; `bare` keeps Dutch titles and texts only (for measuring)."""
        for language in ("nl",) if bare else LANGUAGES:
            pages = [(page_id, service) for page_id, service in services if language in service.languages]
            gone = [*removed, *(page_id for page_id, service in services if language not in service.languages)]
            exists = (self.folder / "lexical" / language).is_dir()
            if not pages and not exists:
                continue
            self._lexical[language].write((_lexical(page_id, one, language, bare) for page_id, one in pages), gone)
            self.dense.write(language, (_dense(page_id, one, language, bare) for page_id, one in pages), gone)

    def complete(self) -> bool:
        """Whether the folders of both engines are there and the words can be read."""
        if not ((self.folder / "lexical").is_dir() and (self.folder / "dense").is_dir()):
            return False
        return all(index.readable() for index in self._lexical.values())

    def reload(self) -> None:
        """See what another process wrote."""
        for index in self._lexical.values():
            index.reload()
        self.dense.reload()


class Index:
    """The live index of one home: follows the change log when told to, and can be built anew beside the live one."""

    def __init__(self, folder: Path, database: Database, embedder: Embedder) -> None:
        self._folder, self._database, self._embedder = folder, database, embedder
        self._pages = Pages(database)
        self._open: tuple[IndexState, IndexFolder] | None = None
        self._opening = RLock()

    @property
    def version(self) -> str:
        """What an index of this program is built with."""
        return f"{_FORMAT}+{self._embedder.version}"

    def live(self) -> IndexFolder | None:
        """Return the live generation, reloaded if it changed since the last call; None before the first one."""
        state = read_index_state(self._database)
        if state is None:
            return None
        with self._opening:
            if self._open is None or self._open[0].generation < state.generation:
                self._open = (state, IndexFolder(self._generation(state.generation), self._embedder))
            elif self._open[0].sequence < state.sequence:
                self._open[1].reload()
                self._open = (state, self._open[1])
            return self._open[1]

    def status(self) -> dict[str, Any]:
        """Return what an operator asks: generation, version, pages behind, passages per language."""
        state, last = read_index_state(self._database), self._pages.last_change()
        live = self.live()
        return {
            "generation": state.generation if state else None,
            "version": state.version if state else None,
            "expected_version": self.version,
            "behind": last - (state.sequence if state else 0),
            "passages": {code: count for code in LANGUAGES if live and (count := live.lexical(code).count())},
        }

    def update(self) -> int:
        """Follow the change log, or build anew where the index is missing or of another version; returns the changes.

        Raises IndexBusy if another process is writing.
        """
        with self._writing():
            state = read_index_state(self._database)
            if state is None or state.version != self.version:
                return self._build(state)
            live = self.live()
            if live is None or not live.complete():
                return self._build(state)
            changes = self._pages.changes(state.sequence)
            if changes:
                try:
                    self._write(live, dict.fromkeys(change.page_id for change in changes))
                # Both engines raise many kinds for a damaged folder; a new generation repairs them all.
                except Exception as error:
                    log.error("the index cannot be written (%s) and is built anew", type(error).__name__)
                    return self._build(state)
                self._show(self._state(state.generation, changes[-1].sequence), live)
            return len(changes)

    def rebuild(self) -> int:
        """Build a new generation beside the live one, then switch. Returns the pages indexed. Raises IndexBusy."""
        with self._writing():
            return self._build(read_index_state(self._database))

    def _build(self, state: IndexState | None) -> int:
        generation = (state.generation if state else 0) + 1
        folder = self._generation(generation)
        shutil.rmtree(folder, ignore_errors=True)
        sequence = self._pages.last_change()
        page_ids = self._pages.page_ids()
        for engine in ("lexical", "dense"):
            (folder / engine).mkdir(parents=True)
        fresh = IndexFolder(folder, self._embedder)
        try:
            self._write(fresh, page_ids)
        except BaseException:
            # Chroma keeps a folder open in this process; a next try must open it anew.
            fresh.reload()
            raise
        self._show(self._state(generation, sequence), fresh)
        self._remove_generations_before(generation - 1)
        return len(page_ids)

    def _write(self, folder: IndexFolder, page_ids: Iterable[str]) -> None:
        remaining: Iterator[str] = iter(page_ids)
        while batch := list(islice(remaining, _BATCH)):
            pages = self._pages.get(batch)
            published = {page_id: page for page_id, page in pages.items() if _searchable(page)}
            removed = [page_id for page_id in batch if page_id not in published]
            folder.write([(page_id, page.service) for page_id, page in published.items()], removed)

    def _show(self, state: IndexState, folder: IndexFolder) -> None:
        """Make what was written live; this process has it open already, so it needs no reload."""
        with self._opening:
            write_index_state(self._database, state)
            self._open = (state, folder)

    def _state(self, generation: int, sequence: int) -> IndexState:
        return IndexState(generation, self.version, sequence, datetime.now(UTC))

    def _generation(self, generation: int) -> Path:
        return self._folder / f"generation-{generation}"

    def _remove_generations_before(self, generation: int) -> None:
        # The generation before stays one build longer: another process may still be reading it.
        for folder in self._folder.glob("generation-*"):
            if int(folder.name.rsplit("-", 1)[1]) < generation:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the one process, and the one thread of it, that writes the index. Raises IndexBusy."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / "index.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise IndexBusy(
                f"{lock.lock_file}: another process is writing the index; try again when it is done."
            ) from None
        try:
            yield
        finally:
            lock.release()


def _searchable(page: Page) -> bool:
    return page.state is PageState.PUBLISHED


def _lexical(page_id: str, service: PublicService, language: str, bare: bool) -> LexicalDocument:
    title = localized(service.title, language)
    summary = "" if bare else localized(service.summary, language)
    keywords = "" if bare else " ".join((*service.keywords.get(language, ()), summary))
    return LexicalDocument(page_id, title, keywords, slices(service, language))


def _dense(page_id: str, service: PublicService, language: str, bare: bool) -> DenseDocument:
    document = _lexical(page_id, service, language, bare)
    heading = f"{document.title} {document.keywords}".strip()
    return DenseDocument(page_id, [heading, *(f"{document.title}. {piece}" for piece in document.slices)])
