"""The wish for another language, said in words: "in English please", "kan het in het Frans?", "по-українськи"."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge.text import fold, tokens

_PART = re.compile(r"[.,:;!?؟،؛\n–—]+")
_LONGEST = 10
"""Words of the longest wish."""
_PREFIXES = ("بال", "وبال", "ال")
"""Arabic writes "in" and "the" to the word after them."""


@dataclass(frozen=True)
class AskedLanguage:
    """The language asked for, and whether the message says nothing else."""

    language: str
    alone: bool


def asked_language(text: str) -> AskedLanguage | None:
    """Return the language that a message asks to be answered in, None where it asks for none, or for several."""
    parts = [words for part in _PART.split(text) if (words := tokens(part))]
    wishes = [_wish(words) for words in parts]
    asked = {language for language in wishes if language}
    if len(asked) != 1:
        return None
    around = _tables()[1]
    alone = all(wish or around.issuperset(words) for wish, words in zip(wishes, parts, strict=True))
    return AskedLanguage(asked.pop(), alone)


def _wish(words: list[str]) -> str | None:
    """Return the one language that is named in words which are otherwise only those around a wish."""
    names, around = _tables()
    named = {names[name] for word in words if (name := _name(word)) is not None}
    others = [word for word in words if _name(word) is None]
    return named.pop() if len(named) == 1 and len(words) <= _LONGEST and around.issuperset(others) else None


def _name(word: str) -> str | None:
    """Return the name of a language in a word, as it stands in the table."""
    names = _tables()[0]
    bare = (word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix))
    return next((one for one in (word, *(f"ال{rest}" for rest in bare)) if one in names), None)


@cache
def _tables() -> tuple[dict[str, str], frozenset[str]]:
    read = tomllib.loads(resources.files("assistant.answering").joinpath("languages.toml").read_text("utf-8"))
    names = {fold(name): language for language, line in read["names"].items() for name in line.split()}
    return names, frozenset(word for line in read["around"].values() for word in tokens(line))
