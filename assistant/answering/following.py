"""How a message hangs together with those before it: what is looked for, and which page stays (`following.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib import resources

from assistant.answering.wants import topic, wanted
from knowledge.text import fold, stem

_FEW = 4
"""A message with fewer words on a subject hardly says what it is about; three to five measure alike."""


_LONG = 4
"""Letters of a word that may be part of a longer one."""
_KEPT = 2
"""Messages of a subject that are kept with the newest: how it began, and what was added first."""


class Tie(StrEnum):
    """How a message hangs together with those before it."""

    ALONE = "alone"
    GOES_ON = "goes_on"
    SAME_PAGE = "same_page"
    BACK = "back"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Turn:
    """An earlier message of the citizen, masked, and what its reply stood on."""

    text: str
    source_id: str | None = None
    """The page it was answered from; None where it was not."""
    asked_place: bool = False
    """Whether the reply asked for the municipality."""
    missed: bool = False
    """Whether the reply was no answer, but options or that nothing was found."""


@dataclass(frozen=True)
class Sought:
    """What a message asks in its conversation."""

    text: str
    """What is looked for: the message, or the subject with what was added to it."""
    tie: Tie = Tie.ALONE
    said: tuple[str, ...] = ()
    """What was said on the subject: what it began with, and what was added last."""
    source_id: str | None = None
    """The page that the subject was answered from."""
    refused: str | None = None
    """The page that the citizen said is not meant."""


def in_context(history: Sequence[Turn], message: str, language: str) -> Sought:
    """Return what `message` asks after `history` (oldest first): deterministic, from the words alone.

    A subject begins with a message that stands alone, and ends with the next one; nothing of an ended subject is looked
    for again unless the citizen goes back to it.
    """
    before: list[Sought] = []
    for turn in history:
        sought = _next(before, turn.text, language)
        if sought.tie is Tie.GOES_ON and _led_elsewhere(before[-1], turn, language):
            sought = _alone(turn.text)
        before.append(replace(sought, source_id=turn.source_id or sought.source_id))
    return _next(before, message, language)


def _next(before: list[Sought], message: str, language: str) -> Sought:
    if not before:
        return _alone(message)
    cues, words, last = _cues(language), fold(message).strip(), before[-1]
    if (rest := _after(cues.other, words)) is not None:
        return _alone(rest or message)
    if (rest := _after(cues.back, words)) is not None:
        return _back(before, rest, cues.first.search(words) is not None, language)
    if (rest := _after(cues.correct, words)) and (named := topic(rest, language)):
        found = _joined(last, rest) if len(named) == 1 else _alone(rest)
        return replace(found, tie=Tie.CORRECTED, refused=last.source_id)
    named = topic(message, language)
    if len(named) >= _FEW and cues.refers.search(words) is None:
        return _alone(message)
    if last.source_id and wanted(message) and len(named) <= 1:
        return replace(last, tie=Tie.SAME_PAGE, refused=None)
    return _joined(last, message)


def _led_elsewhere(last: Sought, turn: Turn, language: str) -> bool:
    """Whether a message that does not say that it goes on was answered from another page: a subject of its own."""
    led = turn.source_id is not None and last.source_id is not None and turn.source_id != last.source_id
    return led and _cues(language).goes_on.search(fold(turn.text).strip()) is None


def _alone(message: str) -> Sought:
    return Sought(message, said=(message,))


def _joined(last: Sought, message: str) -> Sought:
    """The subject with what was added to it. The subject weighs double: what is added often names nothing."""
    said = " ".join(last.said)
    return Sought(f"{said} {said} {message}", Tie.GOES_ON, (*last.said[:_KEPT], message))


def _back(before: list[Sought], rest: str, first: bool, language: str) -> Sought:
    """The earlier subject that is meant: the one that shares words with what was said, else the first or the last."""
    earlier = before[:-1] or before
    said = _stems(rest, language)
    # "The card" means the identity card: a long word may stand in a longer one.
    shared = [sum(_stands_in(word, _stems(one.text, language)) for word in said) for one in earlier]
    place = shared.index(max(shared)) if any(shared) else 0 if first else len(earlier) - 1
    return replace(earlier[place], tie=Tie.BACK, refused=None)


def _stands_in(word: str, others: set[str]) -> bool:
    return word in others or (len(word) >= _LONG and any(word in other for other in others))


def _stems(text: str, language: str) -> set[str]:
    return {stem(word, language) for word in topic(text, language)}


def _after(cue: re.Pattern[str], words: str) -> str | None:
    """What a message says beside a cue; None where the cue is not there."""
    found = cue.search(words)
    return None if found is None else f"{words[: found.start()]} {words[found.end() :]}".strip(" ,.:;!?")


@dataclass(frozen=True)
class _Cues:
    back: re.Pattern[str]
    first: re.Pattern[str]
    correct: re.Pattern[str]
    other: re.Pattern[str]
    goes_on: re.Pattern[str]
    refers: re.Pattern[str]


@cache
def _cues(language: str) -> _Cues:
    tables = tomllib.loads(resources.files(__package__).joinpath("following.toml").read_text("utf-8"))
    found = tables.get(language, tables["nl"])
    return _Cues(**{name: re.compile("|".join(_anchored(one) for one in ways)) for name, ways in found.items()})


def _anchored(pattern: str) -> str:
    return pattern if pattern.startswith("\\b") else f"^(?:{pattern})"
