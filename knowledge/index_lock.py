"""Only one process, and one thread of it, writes the index of a home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.errors import NamedFailure


class IndexBusy(NamedFailure):
    """Another process is writing the index."""


@contextmanager
def writing(folder: Path, wait: float = 0) -> Iterator[None]:
    """Be the one that writes the index in `folder`. Raises IndexBusy if another is for longer than `wait` seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "index.lock", timeout=wait)
    try:
        lock.acquire()
    except Timeout:
        told = f"{lock.lock_file}: another process is writing the index; try again when it is done."
        raise IndexBusy(told) from None
    try:
        yield
    finally:
        lock.release()
