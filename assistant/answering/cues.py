"""Cues in the citizen's words: danger, the wish for a person, small talk (`cues.toml`)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from assistant.domain.reply import SignpostReason
from knowledge.text import fold


def danger_in(text: str) -> SignpostReason | None:
    """Return the danger that a text speaks of, None if there is none to be heard."""
    return _first("danger", text)


def small_talk_in(text: str) -> SignpostReason | None:
    """Return greeting, thanks or about_assistant if the text is nothing else."""
    return _first("talk", text)


def asks_for_person(text: str) -> bool:
    """Whether the citizen asks for a person, in any language of the service."""
    return bool(_patterns()["person"]["patterns"].search(fold(text)))


def _first(table: str, text: str) -> SignpostReason | None:
    words = fold(text).replace("’", "'")
    return next((SignpostReason(name) for name, pattern in _patterns()[table].items() if pattern.search(words)), None)


@cache
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    tables = tomllib.loads(resources.files(__package__).joinpath("cues.toml").read_text("utf-8"))
    return {
        table: {name: re.compile("|".join(f"(?:{one})" for one in any_of)) for name, any_of in entries.items()}
        for table, entries in tables.items()
    }
