"""The words a citizen sees: one TOML file a language, the same keys in each (a test proves it)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from knowledge.language import LANGUAGES


def text(key: str, language: str, /, **values: object) -> str:
    """Return the words for `key` ("table.name") in `language`, placeholders filled. Raises KeyError for a wrong key."""
    words = messages(language)[key]
    return words.format(**values) if values else words


@cache
def messages(language: str) -> dict[str, str]:
    """Return all words of a language as "table.name" -> words. Raises LookupError for an unknown language."""
    if language not in LANGUAGES:
        raise LookupError(f"no interface words in {language!r}")
    tables = tomllib.loads(resources.files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
    return {
        f"{table}.{name}": words
        for table, entries in tables.items()
        if isinstance(entries, dict)
        for name, words in entries.items()
    }
