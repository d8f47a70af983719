"""Copies of an index: one that is changed beside the live one, and one that each process reads alone.

Nothing that is live is ever written to, and nothing that is read can be touched by another process: Chroma writes to a
folder even while it searches (two processes with one folder open crash, or lose vectors), and tantivy maps its files
into memory (a process dies of SIGBUS when such a file is cut short).
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from time import time
from uuid import uuid4

from filelock import FileLock, Timeout

WORDS, VECTORS, LOCK = "lexical", "dense", "lock"
_HOUR = 3600
_NOT_COPIED = shutil.ignore_patterns("*.lock")


def copy_to_change(source: Path, target: Path) -> None:
    """Copy a generation, to be changed; tantivy never changes a file, so of the words only names are copied."""
    shutil.copytree(source / WORDS, target / WORDS, copy_function=_link, ignore=_NOT_COPIED)
    if (source / VECTORS).is_dir():
        shutil.copytree(source / VECTORS, target / VECTORS, copy_function=shutil.copyfile)


class PrivateCopy:
    """A copy of a generation for this process alone, until it is removed; those of processes that died go with it."""

    def __init__(self, copies: Path) -> None:
        """`copies` is the folder of such copies. Raises OSError, Timeout."""
        _remove_abandoned(copies)
        name = uuid4().hex[:12]
        fresh, self.folder = copies / f"new-{name}", copies / f"copy-{name}"
        fresh.mkdir(parents=True)
        # The lock goes with the process, however it ends. It is held before anybody can take the copy for abandoned.
        self._lock = FileLock(fresh / LOCK, timeout=0, thread_local=False)
        self._lock.acquire()
        fresh.rename(self.folder)

    def take(self, source: Path, engine: str) -> None:
        """Copy the words or the vectors of a generation. Raises OSError."""
        shutil.copytree(source / engine, self.folder / engine, copy_function=shutil.copyfile, ignore=_NOT_COPIED)

    def drop(self, engine: str) -> None:
        """Remove the files of one engine; what is mapped into memory stays there."""
        shutil.rmtree(self.folder / engine, ignore_errors=True)

    def remove(self) -> None:
        """Remove the whole copy."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):
            self._lock.release()


def _remove_abandoned(copies: Path) -> None:
    for lock in copies.glob(f"copy-*/{LOCK}"):
        with suppress(OSError, Timeout), FileLock(lock, timeout=0):
            shutil.rmtree(lock.parent, ignore_errors=True)
    for folder in copies.glob("new-*"):
        with suppress(OSError):
            if folder.stat().st_mtime < time() - _HOUR:
                shutil.rmtree(folder, ignore_errors=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
