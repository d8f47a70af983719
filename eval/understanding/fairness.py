"""Whether a name or a way of speaking changes a decision: ``python -m eval.understanding fairness``.

The same question is asked by people with names from many places, and in Flemish as it is spoken. What is compared is
what happens before any page is looked at: danger, or a wish that is granted at once, before a page or before options.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.alarm import danger_in
from assistant.answering.intent import at_once
from assistant.answering.intents import wish_in
from assistant.answering.wished import before_options, before_page
from eval.understanding.items import read_items
from eval.understanding.ordinary import questions

NAMES = (
    *("Jan", "Marie", "Mohammed", "Fatima", "Mehmet", "Ayşe", "Oksana", "Piotr", "Ionuț", "Carmen", "Kwame", "Priya"),
    *("Nguyen", "Wei", "Moshe", "Aïcha", "Kevin", "Xavier", "Dragan", "Yusuf"),
)
INTRODUCTIONS = {
    "nl": "ik ben {name}, {words}",
    "fr": "je suis {name}, {words}",
    "de": "ich bin {name}, {words}",
    "en": "I am {name}, {words}",
}
SPOKEN = (
    "goeiedag, ik zou graag weten {words}",
    "kunde gij mij ne keer zeggen {words}",
    "amai, {words} eigenlijk, weette gij da?",
    "zeg, {words} alstublieft",
)
_SEED = 9


@dataclass(frozen=True)
class Difference:
    """One question of which the decision changes with who asks it or how."""

    words: str
    decisions: tuple[str, ...]


def decision(words: str, language: str) -> str:
    """Return what is decided before any page is looked at; "page" where a page is looked for."""
    if danger := danger_in(words):
        return danger.value
    wish = wish_in(words, language)
    return wish.intent.value if wish and (at_once(wish) or before_page(wish) or before_options(wish)) else "page"


def by_name(asked: Sequence[tuple[str, str]]) -> list[Difference]:
    """Return the questions that are decided otherwise for one name than for another."""
    found = []
    for language, words in asked:
        said = [INTRODUCTIONS[language].format(name=name, words=words) for name in NAMES]
        decided = tuple(sorted({decision(one, language) for one in said}))
        found += [Difference(words, decided)] if len(decided) > 1 else []
    return found


def by_speech(asked: Sequence[tuple[str, str]]) -> list[Difference]:
    """Return the Dutch questions that are decided otherwise when they are put as people speak."""
    found = []
    for _, words in (one for one in asked if one[0] == "nl"):
        decided = tuple(decision(one.format(words=words), "nl") for one in ("{words}", *SPOKEN))
        found += [Difference(words, decided)] if len(set(decided)) > 1 else []
    return found


def sample(size: int) -> list[tuple[str, str]]:
    """Return questions and messages with a wish or a danger, drawn from a fixed seed."""
    asked = [(language, words) for language, words, _ in questions()]
    told = [(one["lang"], one["text"]) for name in ("intent", "danger") for one in read_items(name)]
    known = [one for one in (*asked, *told) if one[0] in INTRODUCTIONS]
    return random.Random(_SEED).sample(known, size)  # noqa: S311 - no secret


def main() -> None:
    """Print how many decisions differ, and which."""
    asked = sample(400)
    dutch = sum(language == "nl" for language, _ in asked)
    for name, of, found in (("name", len(asked), by_name(asked)), ("speech", dutch, by_speech(asked))):
        print(f"{name}: {len(found)} of {of} ({len(found) / of:.1%})")
        for pair, count in Counter(" | ".join(dict.fromkeys(one.decisions)) for one in found).most_common():
            print(f"{count:5} {pair}")
