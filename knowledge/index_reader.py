"""What one process reads of the index: the live generation, open in a copy of its own until the pointer moves."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import monotonic

from filelock import Timeout

from knowledge.index_folder import IndexFolder
from knowledge.index_state import IndexPointer, IndexState
from knowledge.lexical import LexicalDamaged

log = logging.getLogger(__name__)

_COPIES = "readers"
_AGAIN = 1.0
"""Seconds before what could not be opened is tried again."""


class IndexReader:
    """The live index of one home, as far as this process could open it."""

    def __init__(self, folder: Path, at: Callable[[IndexState], IndexFolder], database_id: Callable[[], str]) -> None:
        """`at` returns the folder of a state; only an index of the database with `database_id` is read."""
        self._copies, self._at, self._database_id = folder / _COPIES, at, database_id
        self._pointer = IndexPointer(folder)
        self._open: tuple[IndexState, IndexFolder] | None = None
        self._refused: tuple[IndexState, float] | None = None
        self._damaged: IndexState | None = None
        self._opening = Lock()

    def live(self, *, wait: bool = False) -> IndexFolder | None:
        """Return the live index; None before the first one.

        One caller opens what changed since the last call while the others go on with what was there; so they do while
        the folder is gone, damaged, or of another database. `wait` until it is open.
        """
        state = self._pointer.get()
        changed = state is not None and not self.has_open(state)
        if changed and self._opening.acquire(blocking=wait or self._open is None):
            try:
                self._open_live()
            finally:
                self._opening.release()
        return self._open[1] if self._open else None

    def show(self, state: IndexState) -> None:
        """Make a state the live one, and open it here before anybody who asks has to."""
        with self._opening:
            self._pointer.set(state)
            self._open_live()

    def has_open(self, state: IndexState) -> bool:
        """Whether this is what `live` returns now."""
        return self._open is not None and self._open[0] == state

    def found_damaged(self, state: IndexState) -> bool:
        """Whether this was tried to be opened, and could not be read."""
        return self._damaged == state

    def _open_live(self) -> None:
        while (state := self._pointer.get()) is not None and not self.has_open(state):
            if self._refused and self._refused[0] == state and monotonic() < self._refused[1]:
                return
            opened = None
            if state.database == self._database_id():
                opened = self._opened(state)
            if opened is not None:
                self._open, self._refused = (state, opened), None
            # Where it failed because the next one is live by now, that one is opened.
            elif self._pointer.get() == state:
                log.warning("the index cannot be opened%s", "; what is open answers" if self._open else "")
                self._refused = (state, monotonic() + _AGAIN)

    def _opened(self, state: IndexState) -> IndexFolder | None:
        try:
            return self._at(state).read_alone(self._copies, state.files)
        except LexicalDamaged:
            self._damaged = state
        except (OSError, Timeout):
            pass
        return None
