"""A citizen's words as editors and reports may see them: without the names and addresses that nobody asked for."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.answering.addresses import addresses
from knowledge.language import LANGUAGES
from knowledge.text import fold, stop_words, tokens

NAME, ADDRESS = "[naam]", "[adres]"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MOST, _MOST_LOWER = 4, 2
"""Words of a name that is written with capitals, and without."""


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    capital: bool

    @property
    def folded(self) -> str:
        return fold(self.text)


@dataclass(frozen=True)
class _Cues:
    introductions: frozenset[tuple[str, ...]]
    perhaps: frozenset[tuple[str, ...]]
    relations: frozenset[str]
    relations_de: frozenset[str]
    titles: frozenset[tuple[str, ...]]
    closings: frozenset[tuple[str, ...]]
    particles: frozenset[str]
    first: frozenset[str]
    ordinary: frozenset[str]


def report_text(masked_text: str) -> str:
    """Return masked words without names and addresses of persons: what staff who do not answer it may read.

    Rather too much is left out than too little: what is hidden is only missed in a report.
    """
    hidden = [(*span, ADDRESS) for span in addresses(masked_text)]
    hidden += [(*span, NAME) for span in _names(masked_text)]
    shown, done = "", 0
    for start, end, label in sorted(hidden, key=lambda one: (one[0], -one[1])):
        if start >= done:
            shown += masked_text[done:start] + label
            done = end
    return shown + masked_text[done:]


def _names(text: str) -> list[tuple[int, int]]:
    # Where everything is in capitals, a capital says nothing.
    loud = text.isupper()
    words = [_Word(one.group(), *one.span(), one.group()[0].isupper() and not loud) for one in _WORD.finditer(text)]
    found: list[tuple[int, int]] = []
    for place in range(len(words)):
        end = _name_at(text, words, place)
        if end > place:
            found.append((words[place].start, words[end - 1].end))
    return found


def _name_at(text: str, words: list[_Word], place: int) -> int:
    """Return the end of the name that begins at a word, `place` where none does."""
    cues = _cues()
    known = words[place].folded in cues.first
    longest = _run(text, words, place, sure=False)
    several = sum(word.folded not in cues.particles for word in words[place:longest]) > 1
    if _after(text, words, place, cues.introductions) or _signs(words, place):
        return _run(text, words, place, sure=True)
    before = words[place - 1].folded if place and _near(text, words, place) else ""
    if _after(text, words, place, cues.titles) and words[place].capital:
        return longest
    if before in cues.relations and (words[place].capital or known):
        return longest
    if _after(text, words, place, cues.perhaps) or before in cues.relations_de:
        return _run(text, words, place, sure=True) if known else longest if several and words[place].capital else place
    return longest if known and several and words[place].capital else place


def _run(text: str, words: list[_Word], place: int, *, sure: bool) -> int:
    """Return where the name ends that begins at `place`; a `sure` one needs neither capitals nor to be known."""
    cues, last, taken, most = _cues(), place, 0, _MOST if words[place].capital else _MOST_LOWER
    for number in range(place, len(words)):
        word = words[number]
        if taken == most or (number > place and not _near(text, words, number)):
            break
        if word.folded in cues.particles and (taken or word.capital):
            continue
        named = word.capital or word.folded in cues.first or (sure and not words[place].capital)
        if not named or (word.folded in cues.ordinary and not (word.capital and taken)):
            break
        last, taken = number + 1, taken + 1
    return last


def _after(text: str, words: list[_Word], place: int, phrases: frozenset[tuple[str, ...]]) -> bool:
    """Whether one of the phrases stands right before a word."""
    for size in (1, 2, 3):
        before = words[max(0, place - size) : place]
        if (
            tuple(word.folded for word in before) in phrases
            and text[before[-1].end : words[place].start].strip(" .:") == ""
        ):
            return True
    return False


def _near(text: str, words: list[_Word], place: int) -> bool:
    """Whether only a space stands between a word and the one before it, or the full stop of an initial."""
    between = text[words[place - 1].end : words[place].start].strip(" -")
    return not between or (between == "." and len(words[place - 1].text) == 1)


def persons_in(text: str) -> frozenset[str]:
    """Return the folded words of a text that say who somebody is to the writer: their son, their landlord."""
    return frozenset(tokens(text)) & kin()


def kin() -> frozenset[str]:
    """Return the folded words for who somebody is to the writer."""
    return _cues().relations | _cues().relations_de


def _signs(words: list[_Word], place: int) -> bool:
    """Whether a word is the first of the few after the end of a letter."""
    closings, left = _cues().closings, len(words) - place
    before = [word.folded for word in words[max(0, place - 2) : place]]
    return left <= _MOST and (tuple(before) in closings or tuple(before[-1:]) in closings)


@cache
def _cues() -> _Cues:
    read = tomllib.loads(resources.files("assistant.answering").joinpath("people.toml").read_text("utf-8"))["names"]

    def phrases(key: str) -> frozenset[tuple[str, ...]]:
        parts = read[key].strip().split("|")
        return frozenset(tuple(fold(word) for word in _WORD.findall(part)) for part in parts)

    def single(key: str) -> frozenset[str]:
        return frozenset(fold(word) for word in read[key].strip().split("|"))

    titles = phrases("titles")
    ordinary = {word for code in LANGUAGES for word in stop_words(code)} | {word for title in titles for word in title}
    first = frozenset(fold(name) for name in read["first"].split())
    return _Cues(
        phrases("introductions"),
        phrases("perhaps"),
        single("relations"),
        single("relations_de"),
        titles,
        phrases("closings"),
        single("particles"),
        first,
        frozenset(ordinary) | single("no_names"),
    )
