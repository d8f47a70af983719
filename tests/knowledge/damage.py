"""Everything that can be done to the folder of an index, by name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

Act = Callable[[Path], object]
"""Does something to a file or a folder."""


def empty(file: Path) -> None:
    """Cut a file to nothing where it lies: a process that has it mapped into memory would die of touching it."""
    os.truncate(file, 0)


def halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def garble(file: Path) -> None:
    """Overwrite a file where it lies, with as many other bytes."""
    with file.open("r+b") as opened:
        opened.write((b"garbage " * (file.stat().st_size // 8 + 1))[: file.stat().st_size])


TO_A_FILE: dict[str, Act] = {"deleted": Path.unlink, "emptied": empty, "halved": halve, "garbled": garble}


def write(content: str) -> Act:
    """Write another content into a file."""
    return lambda file: file.write_text(content, "utf-8")


TO_THE_POINTER: dict[str, Act] = TO_A_FILE | {
    "of nothing": write("{}"),
    "a list": write("[1, 2]"),
    "pointing out of the folder": lambda file: file.write_text(file.read_text("utf-8").replace("generation-", "../g-")),
    "pointing nowhere": lambda file: file.write_text(file.read_text("utf-8").replace("generation-", "generation-0")),
    "of another kind": lambda file: file.write_text(
        file.read_text("utf-8").replace('"files": {', '"files": 1, "x": {')
    ),
    "far ahead": lambda file: file.write_text(file.read_text("utf-8").replace('"files": {', '"files": {"no": "1 1", ')),
}


def files_below(folder: Path) -> Iterator[Path]:
    """The files of an index that a search reads, in a fixed order."""
    yield from sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix != ".lock")


def replace_folder(folder: Path, other: Path) -> None:
    """Put another index folder in the place of one, as somebody does who restores the wrong copy."""
    shutil.rmtree(folder)
    shutil.copytree(other, folder)


def copy_over(folder: Path, other: Path) -> None:
    """Copy another index folder into one, file over file, as `cp -r` does."""
    shutil.copytree(other, folder, dirs_exist_ok=True)
