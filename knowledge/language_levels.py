"""How well each language finds its page, as it was measured: what a site may promise in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from pathlib import Path

FILE = "languages.json"
"""In the home, where a site measured its own; else the package's, measured on the sample."""
_SOURCE_LANGUAGE = "nl"
_FULL, _BASIC = 0.9, 0.6
"""Part of the Dutch recall among the first three that a language reaches at least."""


class Level(StrEnum):
    """What a site may promise in a language."""

    FULL = "full"
    BASIC = "basic"
    HANDOVER_FIRST = "hand-over first"


def levels(recall: Mapping[str, float]) -> dict[str, Level]:
    """Return what each language may be called, by the share of questions with the right service in the first three."""
    dutch = recall.get(_SOURCE_LANGUAGE, 0.0)
    if not dutch:
        return {}
    found = {}
    for code, value in recall.items():
        part = round(value / dutch, 3)
        found[code] = Level.FULL if part >= _FULL else Level.BASIC if part >= _BASIC else Level.HANDOVER_FIRST
    return found


def measured(home: Path) -> dict[str, float]:
    """Return the recall among the first three of each language: the home's own where it was measured."""
    own = home / FILE
    text = (
        own.read_text("utf-8")
        if own.is_file()
        else resources.files("knowledge").joinpath(FILE).read_text(encoding="utf-8")
    )
    return {str(code): float(value) for code, value in json.loads(text).items()}


def keep(home: Path, recall: Mapping[str, float]) -> None:
    """Let these figures hold for a home from now on."""
    (home / FILE).write_text(json.dumps(dict(recall), indent=2) + "\n", "utf-8")
