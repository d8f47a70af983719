"""The index: a copy of the published pages, made for searching. One process writes it, all others read."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from knowledge.dense import DenseUnavailable
from knowledge.embedders import Embedder
from knowledge.index_copies import VECTORS, WORDS, copy_to_change
from knowledge.index_folder import IndexFolder, Marks, differing, expected_marks
from knowledge.index_lock import writing
from knowledge.index_reader import IndexReader
from knowledge.index_state import IndexPointer, IndexState, flaw_in, stamps_of
from knowledge.language import LANGUAGES
from knowledge.lexical import LexicalDamaged
from knowledge.pages import Change, Page, PageState
from knowledge.patience import Patience
from knowledge.store.database import Database
from knowledge.store.pages import Pages

_FORMAT = "lexical-6"
"""Raise it when what is indexed changes: an index of another format is built anew."""
_BATCH, _STEP = 500, 100
"""Pages in memory at once; changes after which readers see them, also while more are followed."""
_PATIENCE, _LONGEST = 1.0, 600.0
"""Seconds before an index that was built anew, and is still not right, is built again: twice as long each time."""
_WAIT = 30.0
"""Seconds that a rebuild waits for the process that follows."""
_Item = TypeVar("_Item")

log = logging.getLogger(__name__)


class Index:
    """The live index of one home: follows the change log when told to, and can be built anew beside the live one."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        embedder: Embedder,
        chroma_url: str = "",
        *,
        known: Sequence[Embedder] = (),
    ) -> None:
        """An index that one of the `known` embedders made answers until that of `embedder` is complete."""
        self._folder, self._embedder, self._chroma_url = folder, embedder, chroma_url
        self._at = partial(_at, folder, (embedder, *known), chroma_url)
        self._pages = Pages(database)
        self._pointer = IndexPointer(folder)
        self._reader = IndexReader(folder, self._at, self._pages.database_id)
        self._patience = Patience(_PATIENCE, _LONGEST)

    @property
    def version(self) -> str:
        """What an index of this program is built with."""
        return _version(self._embedder)

    def live(self, *, wait: bool = False) -> IndexFolder | None:
        """Return the live index, in a copy that only this process reads; None before the first one."""
        return self._reader.live(wait=wait)

    def status(self) -> dict[str, Any]:
        """Return what an operator asks: generation, version, changes behind, what is wrong, passages per language."""
        state, live = self._pointer.get(), self.live()
        return {
            "generation": state.generation if state else None,
            "version": state.version if state else None,
            "expected_version": self.version,
            "behind": self._pages.last_change() - (state.sequence if state else 0),
            "flaw": self._flaw(),
            "vectors_flaw": self._vectors_flaw(),
            "passages": {code: count for code in LANGUAGES if live and (count := live.lexical(code).count())},
        }

    def update(self) -> int:
        """Follow the change log, or build anew what is missing, damaged or of another version; returns the changes.

        Raises IndexBusy if another process is writing.
        """
        # What another process wrote is opened here, so that no citizen waits for it.
        self.live()
        with writing(self._folder):
            flaw = self._flaw()
            why = flaw or self._vectors_flaw()
            if not why:
                self._patience.all_is_well()
            elif self._patience.is_over:
                return self._build_anew(why)
            state = self._pointer.get()
            if flaw or state is None:
                return 0
            changes = self._pages.changes(state.sequence)
            try:
                for batch in _batches(changes, _STEP):
                    state = self._follow(state, batch)
            except (LexicalDamaged, OSError) as error:
                if not self._patience.is_over:
                    raise
                return self._build_anew(f"it cannot be written ({type(error).__name__})")
            return len(changes)

    def rebuild(self, wait: float = _WAIT) -> int:
        """Build a new generation beside the live one, then switch. Returns the pages indexed.

        Raises IndexBusy if another process is writing for longer than `wait` seconds.
        """
        with writing(self._folder, wait):
            return self._build()

    def verify(self) -> dict[str, Any]:
        """Compare every passage and vector with the database; {"equal", "passages", "vectors", "flaw", "differences"}.

        A difference is {"page_id", "language", "words" | "vectors": "missing" | "left over" | "another text"}. What is
        published while this runs may show as a difference: then look again.
        """
        live = self.live(wait=True)
        words, vectors = Marks(), Marks()
        for batch in _batches(self._pages.page_ids(), _BATCH):
            pages = [page for page in self._pages.get(batch).values() if _searchable(page)]
            for whole, part in zip((words, vectors), expected_marks(pages), strict=True):
                whole.update(part)
        found = live.marks() if live else (Marks(), Marks())
        differences = [*differing("words", words, found[0]), *differing("vectors", vectors, found[1])]
        flaw = self._flaw() or self._vectors_flaw()
        totals = {"passages": words.total(), "vectors": vectors.total(), "flaw": flaw}
        return {"equal": not differences and not flaw, **totals, "differences": differences}

    def _build_anew(self, why: str) -> int:
        if self._pointer.get() is not None:
            log.warning("the index is built anew: %s", why)
        try:
            return self._build()
        finally:
            self._patience.tried()

    def _flaw(self) -> str:
        state = self._pointer.get()
        if state is None:
            return "there is no index"
        if state.version != self.version:
            return f"it was built with {state.version}"
        if state.database != self._pages.database_id():
            return "it was built of another database"
        flaw = flaw_in(self._at(state).folder, state.files)
        if not flaw:
            self.live(wait=True)
            flaw = "it cannot be read" if self._reader.found_damaged(state) else ""
        # It may be another one by now; then that one is looked at.
        return flaw if not flaw or self._pointer.get() == state else self._flaw()

    def _vectors_flaw(self) -> str:
        """Return why vectors are to be built anew; while a server that is to hold them is out of reach, nothing is."""
        state, live = self._pointer.get(), self.live()
        if state is None or live is None:
            return ""
        try:
            missing = live.languages_without_vectors() if self._chroma_url else set()
        except DenseUnavailable:
            return ""
        if missing:
            return f"the server has no vectors of {', '.join(sorted(missing))}"
        return "" if state.vectors else "vectors could not be written when words were"

    def _build(self) -> int:
        database, sequence, page_ids = self._pages.database_id(), self._pages.last_change(), self._pages.page_ids()
        generation = f"generation-{_name()}"
        state = IndexState(generation, _name(), database, self.version, sequence, datetime.now(UTC), True, {})
        self._write(state, page_ids, None)
        return len(page_ids)

    def _follow(self, state: IndexState, changes: list[Change]) -> IndexState:
        fresh = replace(state, edition=_name(), sequence=changes[-1].sequence)
        return self._write(fresh, dict.fromkeys(change.page_id for change in changes), self._at(state).folder)

    def _write(self, state: IndexState, page_ids: Iterable[str], base: Path | None) -> IndexState:
        """Write pages into a folder of their own, a copy of `base` if there is one, and make that live."""
        before, fresh = self._pointer.get(), self._at(state)
        fresh.vectors = state.vectors
        try:
            if base:
                copy_to_change(base, fresh.folder)
            for engine in (WORDS, VECTORS):
                (fresh.folder / engine).mkdir(parents=True, exist_ok=True)
            for batch in _batches(page_ids, _BATCH):
                published = [page for page in self._pages.get(batch).values() if _searchable(page)]
                fresh.write(published, sorted({*batch} - {page.page_id for page in published}))
            fresh.dense.close()
            whole = replace(state, at=datetime.now(UTC), vectors=fresh.vectors, files=stamps_of(fresh.folder))
        except BaseException:
            fresh.dense.close()
            shutil.rmtree(fresh.folder, ignore_errors=True)
            raise
        self._reader.show(whole)
        self._clean(whole, before or whole)
        return whole

    def _clean(self, live: IndexState, before: IndexState) -> None:
        # What was live before stays one step longer: another process may just be opening it.
        for folder in self._folder.glob("generation-*"):
            if folder.name in {live.generation, before.generation}:
                for old in folder.iterdir():
                    if old.name not in {live.edition, before.edition}:
                        shutil.rmtree(old, ignore_errors=True)
            else:
                with suppress(DenseUnavailable):
                    self._at(replace(live, generation=folder.name)).dense.remove()
                    shutil.rmtree(folder, ignore_errors=True)


def _version(embedder: Embedder) -> str:
    return f"{_FORMAT}+{embedder.version}"


def _at(folder: Path, embedders: Sequence[Embedder], chroma_url: str, state: IndexState) -> IndexFolder:
    embedder = next((one for one in embedders if _version(one) == state.version), embedders[0])
    prefix = state.generation if chroma_url else ""
    return IndexFolder(folder / state.generation / state.edition, embedder, chroma_url=chroma_url, prefix=prefix)


def _name() -> str:
    return uuid4().hex[:12]


def _searchable(page: Page) -> bool:
    return page.state is PageState.PUBLISHED


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
