"""Cues in the citizen's words: danger, a crisis, the wish for a person, small talk (`cues.toml`)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from assistant.domain.reply import SignpostReason
from assistant.messages import text as words
from knowledge.language import LANGUAGES
from knowledge.text import fold


def danger_in(text: str) -> SignpostReason | None:
    """Return the danger that a text speaks of, else the crisis without danger, None if there is none to be heard."""
    if danger := _first("danger", text):
        return danger
    return None if _patterns()["no_crisis"]["patterns"].search(fold(text)) else _first("crisis", text)


def small_talk_in(text: str) -> SignpostReason | None:
    """Return greeting, thanks or about_assistant if the text is nothing else."""
    return _first("talk", text)


def asks_for_person(text: str) -> bool:
    """Whether the citizen asks for a person, in any language of the service."""
    asked = fold(text).strip(" .!?")
    return asked in _button_words() or bool(_patterns()["person"]["patterns"].search(asked))


def _first(table: str, text: str) -> SignpostReason | None:
    said = fold(text).replace("’", "'")
    return next((SignpostReason(name) for name, pattern in _patterns()[table].items() if pattern.search(said)), None)


@cache
def _button_words() -> frozenset[str]:
    """What our own buttons for a person say, in every language."""
    keys = ("page.person", "page.person_question", "clarification.person")
    return frozenset(fold(words(key, language)).strip(" .!?") for key in keys for language in LANGUAGES)


@cache
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    tables = tomllib.loads(resources.files(__package__).joinpath("cues.toml").read_text("utf-8"))
    return {
        table: {name: re.compile("|".join(f"(?:{one})" for one in any_of)) for name, any_of in entries.items()}
        for table, entries in tables.items()
    }
