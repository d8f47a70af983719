"""Fetched pages that wait to be imported: whatever happens to the import, they need not be fetched again."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import zlib
from dataclasses import asdict
from pathlib import Path

from knowledge.store.streams import StreamPage


class Spool:
    """A folder with, for each page, its body as the server gave it (`.json.gz`) and what the server said of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def file(self, url: str) -> Path:
        """Return where the body of the page at `url` stands."""
        return self._folder / f"{_name(url, 24)}.json.gz"

    def put(self, page: StreamPage, body: bytes) -> None:
        """Keep a page. Its body comes last and at once: a page is there as a whole or not at all."""
        file = self.file(page.url)
        _replace(_beside(file), json.dumps(asdict(page)).encode())
        _replace(file, gzip.compress(body, 1))

    def get(self, url: str, since: float) -> StreamPage | None:
        """Return the page at `url` if it was kept whole and after the moment `since`."""
        file = self.file(url)
        try:
            if file.stat().st_mtime < since:
                return None
            found = json.loads(_beside(file).read_bytes())
            page = StreamPage(**found | {"links": tuple(found["links"])})
            body = gzip.decompress(file.read_bytes())
        except (OSError, EOFError, ValueError, zlib.error):
            return None
        return page if page.digest == hashlib.sha256(body).hexdigest() else None

    def clear(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self._folder)


def folder_of(streams: Path, url: str) -> Path:
    """Return the folder for the stream at `url`, in the folder of all streams."""
    return streams / _name(url, 12)


def _name(url: str, length: int) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:length]


def _beside(file: Path) -> Path:
    return file.with_suffix(".page")


def _replace(file: Path, content: bytes) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(content)
    os.replace(part, file)
