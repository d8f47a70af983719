"""Words of citizens for official terms, from TOML files in a folder: what is broken is told, the rest is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.report import Refusal
from knowledge.language import LANGUAGES
from knowledge.terms import Term

_FIRST, _NEXT = 0.9, 0.8
"""Weight of the official word of another language, and of the everyday words for it."""
_UNSURE = 0.5
"""Factor for words that well may mean something else."""


def read_words(folder: Path) -> Iterator[Term | Refusal]:
    """Yield the terms of `everyday.<language>.toml`, `aliases.<language>.toml`, `lookalikes.toml`, `terms/*.toml`."""
    for file in sorted(folder.rglob("*.toml")):
        name = str(file.relative_to(folder))
        try:
            tables = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            yield Refusal(name, "file", f"Not valid TOML: {error}.")
            continue
        kind, _, rest = file.name.partition(".")
        language = rest.split(".")[0] if rest.count(".") else "nl"
        if file.parent.name == "terms":
            yield from _concepts(name, file.stem, tables)
        elif kind == "everyday":
            for theme, entries in tables.items():
                yield from _everyday(name, language, theme, entries)
        elif kind == "aliases":
            yield from _aliases(name, language, tables)
        elif kind == "lookalikes":
            yield from _lookalikes(name, tables)
        else:
            yield Refusal(name, "file name", "Expected everyday, aliases, lookalikes, or a file in terms/.")


def _everyday(file: str, language: str, theme: str, entries: Any) -> Iterator[Term | Refusal]:
    for words, entry in _tables(entries):
        official, weight = entry.get("official", []), entry.get("weight", 1.0)
        if not _texts(official) or not isinstance(weight, int | float) or not 0 < weight <= 1:
            yield Refusal(f"{file}: {words}", "official, weight", "Expected a list of terms, and a weight up to 1.")
            continue
        unsure = bool(entry.get("ambiguous", False))
        for term in official:
            yield Term(language, words, term, float(weight), str(entry.get("kind", "noun")), theme, unsure)


def _aliases(file: str, language: str, tables: dict[str, Any]) -> Iterator[Term | Refusal]:
    for words, entry in _tables(tables):
        if not isinstance(entry.get("now"), str):
            yield Refusal(f"{file}: {words}", "now", "Expected the name that is official today.")
            continue
        yield Term(language, words, entry["now"], _FIRST, "alias")


def _lookalikes(file: str, tables: dict[str, Any]) -> Iterator[Term | Refusal]:
    for words, entry in _tables(tables):
        belgian = entry.get("belgian", [])
        if belgian and not _texts(belgian):
            yield Refusal(f"{file}: {words}", "belgian", "Expected a list of Belgian terms.")
            continue
        unsure = bool(entry.get("ambiguous", False))
        for term in belgian:
            yield Term("nl", words, term, _NEXT * (_UNSURE if unsure else 1.0), "lookalike", "", unsure)


def _concepts(file: str, theme: str, tables: dict[str, Any]) -> Iterator[Term | Refusal]:
    for concept, entry in _tables(tables):
        dutch = entry.get("nl", [])
        if not _texts(dutch):
            yield Refusal(f"{file}: {concept}", "nl", "Expected a list of Dutch words, the official term first.")
            continue
        for language in LANGUAGES:
            words = entry.get(language, [])
            if not isinstance(words, list):
                yield Refusal(f"{file}: {concept}", language, "Expected a list of words.")
                continue
            for rank, word in enumerate(words):
                if str(word).lower() != dutch[0].lower():
                    yield Term(language, str(word), dutch[0], _NEXT if rank else _FIRST, "noun", theme)


def _tables(entries: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for words, entry in entries.items():
        if isinstance(entry, dict):
            yield words, entry


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one.strip() for one in value)
