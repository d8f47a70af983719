"""Which concepts stand in a message that may speak of danger (`alarm.toml`): the same ones in every language."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

from assistant.answering.likeness import exemplars
from knowledge.text import fold, stop_words, tokens

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST = 4
"""Words of the longest phrase."""
_SHORTEST_STEM, _SHORTEST_REPAIRED, _LONGEST_END = 2, 5, 3
_ARABIC_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ف", "ل", "ع", "ه")

Concepts = frozenset[str]
NONE: Concepts = frozenset()


def said_tokens(text: str) -> list[str]:
    """Return the folded words of a text, with their apostrophes."""
    return [word.replace("’", "'") for word in _TOKEN.findall(fold(text))]


def concepts(words: list[str], language: str) -> list[Concepts]:
    """Return the concepts that begin at each word."""
    table = _table(language)
    found = []
    for place, word in enumerate(words):
        own = table.of(word)
        for size in range(2, min(_LONGEST, len(words) - place) + 1):
            own |= table.phrase("_".join(words[place : place + size]))
        found.append(own)
    return found


class _Table:
    """The words of one language: whole, by their beginning, by any part, and as phrases."""

    def __init__(self, language: str, entries: Iterator[tuple[str, str]]) -> None:
        self._arabic = language == "ar"
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._begins: dict[str, set[str]] = defaultdict(set)
        self._ends: dict[str, set[str]] = defaultdict(set)
        for concept, entry in entries:
            if entry.startswith("*"):
                self._ends[entry.strip("*")].add(concept)
            elif entry.endswith("*"):
                self._begins[entry[:-1]].add(concept)
            else:
                self._whole[entry].add(concept)
        self._longest = max(map(len, (*self._begins, *self._ends)), default=0)
        self._ordinary = stop_words(language) | {word for _, said in exemplars(language) for word in tokens(said)}
        self._slips: dict[str, str] = {}
        for stem in sorted(self._begins.keys() | self._whole.keys()):
            if len(stem) >= _SHORTEST_REPAIRED and "_" not in stem:
                for short in _without_a_letter(stem):
                    self._slips.setdefault(short, stem)
        self.of = lru_cache(maxsize=20_000)(self._of)

    def _of(self, word: str) -> Concepts:
        found = self._exactly(word)
        for prefix in _ARABIC_PREFIXES if self._arabic else ():
            if word.startswith(prefix) and len(word) - len(prefix) > _SHORTEST_STEM:
                found |= self._exactly(word[len(prefix) :])
        if not found and "'" in word:
            found = frozenset().union(*(self._exactly(part) for part in word.split("'")))
        return found or self._repaired(word)

    def phrase(self, joined: str) -> Concepts:
        return self._exactly(joined) if joined.count("_") else NONE

    def _exactly(self, word: str) -> Concepts:
        found = set(self._whole.get(word, ()))
        for size in range(_SHORTEST_STEM, min(len(word), self._longest) + 1):
            found |= self._begins.get(word[:size], set())
            found |= self._ends.get(word[-size:], set()) if "_" not in word else set()
        return frozenset(found)

    def _repaired(self, word: str) -> Concepts:
        """What a word means that nobody knows and that is one slip away from a known one."""
        if len(word) < _SHORTEST_REPAIRED or word in self._ordinary:
            return NONE
        for way in _without_a_letter(word):
            if found := self._exactly(way):
                return found
        for size in range(len(word), max(_SHORTEST_REPAIRED, len(word) - _LONGEST_END) - 1, -1):
            start = word[:size]
            stem = next((self._slips[way] for way in (start, *_without_a_letter(start)) if way in self._slips), None)
            if stem and (size == len(word) or stem in self._begins):
                return self._exactly(stem)
        return NONE


def _without_a_letter(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def digest() -> str:
    """Return what tells the words of the table from any others."""
    return hashlib.sha256(json.dumps(_tables()).encode()).hexdigest()


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("alarm.toml").read_text("utf-8"))


@cache
def _table(language: str) -> _Table:
    entries = (
        (concept, "_".join(said_tokens(entry.replace("_", " "))) if "*" not in entry else fold(entry))
        for concept, lines in _tables().items()
        for entry in lines.get(language, "").split()
    )
    return _Table(language, entries)
