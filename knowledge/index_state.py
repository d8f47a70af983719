"""Which index of a home is live: one small file in its folder, replaced in one move; and whether it is whole.

The pointer stands beside the index, not in the database: each machine that serves one PostgreSQL database has an
index of its own (docs/adr/0004-the-index-is-of-one-home.md).
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_POINTER = "live.json"
_DAMAGED = "damaged"
Stamps = dict[str, str]
"""Path of a file in the live folder -> its size and when it was written."""


@dataclass(frozen=True)
class IndexState:
    """The live index: its folder, the database and version it was built of, the change it follows up to.

    A generation is built once; each time it follows changes, its next `edition` is a folder of its own. `vectors` is
    False where words were written while there was no writing vectors.
    """

    generation: str
    edition: str
    database: str
    version: str
    sequence: int
    at: datetime
    vectors: bool
    files: Stamps


class IndexPointer:
    """The pointer of one index folder. One process writes it, any number read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[tuple[int, int], IndexState] | None = None

    def get(self) -> IndexState | None:
        """Return the live index; None before the first one, and when the file is gone or no longer readable."""
        path = self._folder / _POINTER
        try:
            status = path.stat()
            stamp = (status.st_ino, status.st_mtime_ns)
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, _state(json.loads(path.read_text("utf-8"))))
            return self._read[1]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def set(self, state: IndexState) -> None:
        """Make an index the live one."""
        fresh = self._folder / f"{_POINTER}.new"
        fresh.write_text(json.dumps(asdict(state), default=str), "utf-8")
        os.replace(fresh, self._folder / _POINTER)


def _state(found: dict[str, Any]) -> IndexState:
    state = IndexState(**(found | {"at": datetime.fromisoformat(found["at"])}))
    names = (state.generation, state.edition)
    if not all(isinstance(name, str) and name and Path(name).name == name for name in names):
        raise ValueError("not the name of a folder")
    if not isinstance(state.sequence, int) or not isinstance(state.files, dict):
        raise TypeError("not the pointer of an index")
    return state


def stamps_of(folder: Path) -> Stamps:
    """Return the files that a search reads; whoever is done writing them writes them never again."""
    return {str(file.relative_to(folder)): _stamp(file) for file in folder.rglob("*") if _is_read(file)}


def flaw_in(folder: Path, files: Stamps, part: str = "") -> str:
    """Return what is wrong with a folder or a `part` of it: gone, changed, reported as unreadable; "" if nothing."""
    if not folder.is_dir():
        return "its folder is gone"
    if not part and (folder / _DAMAGED).exists():
        return "it could not be read"
    for name, stamp in files.items():
        if name.startswith(part):
            try:
                found = _stamp(folder / name)
            except OSError:
                return f"{name} is gone"
            if found != stamp:
                return f"{name} was changed by something else"
    return ""


def report_damage(folder: Path) -> None:
    """Let the process that writes the index know that it could not be read."""
    with suppress(OSError):
        (folder / _DAMAGED).touch()


def _stamp(file: Path) -> str:
    status = file.stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def _is_read(file: Path) -> bool:
    return file.suffix != ".lock" and file.name != _DAMAGED and file.is_file()
