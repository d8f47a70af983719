"""One word is enough: whether a citizen says yes to the person that was offered."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from assistant.domain.conversation import Author, Event, EventType
from knowledge.text import fold

_WORDS = re.compile(r"\w+")


def says_yes(words: str) -> bool:
    """Whether a message is nothing but a yes, in any language of the service."""
    return " ".join(_WORDS.findall(fold(words))) in _yes()


def offered(events: Sequence[Event]) -> bool:
    """Whether the last thing said was the assistant's, and offered a person.

    What was offered before anything else happened holds no more: an old yes connects nobody.
    """
    last = events[-1] if events else None
    if last is None or last.type is not EventType.MESSAGE or last.author is not Author.ASSISTANT:
        return False
    return (last.reply or {}).get("kind") == "escalation"


@cache
def _yes() -> frozenset[str]:
    kept = tomllib.loads(resources.files(__package__).joinpath("consent.toml").read_text("utf-8"))
    return frozenset(" ".join(_WORDS.findall(fold(words))) for found in kept.values() for words in found)
