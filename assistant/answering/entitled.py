"""Whether a citizen may have something: the page's conditions are asked, what follows is likely and binds nobody."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from assistant.answering.draft import Composed
from assistant.domain.reply import StatementKind
from assistant.messages import text
from knowledge.text import fold

_ASKED = 3
"""Conditions that are asked; the others stand in the answer too."""


def asks_whether(words: str, language: str) -> bool:
    """Whether somebody asks if they may have something, and not only what the conditions are."""
    return bool(_patterns("asks")[language].search(fold(words)))


def yes_or_no(words: str, language: str) -> bool | None:
    """Return what a message that is only a yes or a no says; None for any other."""
    said = fold(words).strip(" .,!;")
    found = [name == "yes" for name in ("yes", "no") if _patterns(name)[language].fullmatch(said)]
    return found[0] if found else None


def entitlement(composed: Composed, whom: str, *, fits: bool | None, language: str) -> list[str]:
    """Return what is said beside the conditions: which to check, or what the citizen's yes or no (`fits`) makes likely.

    Nobody is told that they have no right: `whom` decides, and a person can be asked.
    """
    conditions = [one.text for one in composed.statements if one.kind is StatementKind.CONDITION]
    if not conditions:
        return []
    binding = text("entitled.binding" if whom else "entitled.binding_nobody", language, who=whom)
    if fits is not None:
        return [text("entitled.likely" if fits else "entitled.unlikely", language), binding]
    asked = " ".join(f"{number}. {one}" for number, one in enumerate(conditions[:_ASKED], start=1))
    return [text("entitled.asked", language, conditions=asked), binding]


@cache
def _patterns(name: str) -> dict[str, re.Pattern[str]]:
    tables = tomllib.loads(resources.files(__package__).joinpath("entitled.toml").read_text("utf-8"))
    return {code: re.compile(pattern) for code, pattern in tables[name].items()}
