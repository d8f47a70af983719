"""Homes with pages in them: each is filled once in a run of the tests, by whichever process comes first, and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


class Homes:
    """Templates of homes in one folder, which the processes of a run share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy(self, name: str, fill: Callable[[Path], None], home: Path) -> Path:
        """Make `home` a copy of the template `name`; `fill` makes the template, and leaves nothing open."""
        template = self._folder / name
        with FileLock(self._folder / f"{name}.lock"):
            if not template.is_dir():
                unfinished = self._folder / f"{name}.unfinished"
                shutil.rmtree(unfinished, ignore_errors=True)
                fill(unfinished)
                unfinished.rename(template)
        shutil.copytree(template, home, dirs_exist_ok=True)
        return home
