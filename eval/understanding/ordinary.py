"""Which ordinary questions get no page: ``python -m eval.understanding ordinary [half]``.

All ways of asking of the sample pages and the questions of `eval/questions` have a page; a danger or a wish that goes
before any page swallows them. A wish that gives way to a page that surely fits is counted apart.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from assistant.answering.cues import danger_in
from assistant.answering.intent import at_once
from assistant.answering.intents import wish_in
from assistant.answering.wished import before_options, before_page
from eval.understanding.items import half
from ingest.report import RecordError
from ingest.sources.sample import read_sample

Asked = tuple[str, str]
"""Language and words."""


def phrasings() -> list[Asked]:
    """Return the ways of asking and the titles of the sample pages."""
    pages = [one.service for one in read_sample() if not isinstance(one, RecordError)]
    ways = {(language, way) for page in pages for language, all_ways in page.phrasings.items() for way in all_ways}
    return sorted(ways | {(language, title) for page in pages for language, title in page.title.items()})


def questions() -> list[Asked]:
    """Return the questions of `eval/questions`."""
    folder = Path(__file__).parents[1] / "questions"
    lines = (line for name in ("sample", "ipdc") for line in (folder / f"{name}.jsonl").open(encoding="utf-8"))
    return [(row["lang"], row["query"]) for row in map(json.loads, lines)]


def swallowed(asked: Iterable[Asked]) -> list[tuple[str, str, str]]:
    """Return (what swallowed it, language, words) of the questions that get no page, however well one fits."""
    found = ((_swallows(language, words), language, words) for language, words in asked)
    return [(what, language, words) for what, language, words in found if what]


def yielding(asked: Iterable[Asked]) -> list[tuple[str, str, str]]:
    """Return (wish, language, words) of the questions that are taken for a wish unless a page surely fits."""
    found = ((wish_in(words, language), language, words) for language, words in asked)
    return [
        (wish.intent.value, language, words)
        for wish, language, words in found
        if wish and before_options(wish) and not _swallows(language, words)
    ]


def _swallows(language: str, words: str) -> str:
    if danger := danger_in(words):
        return danger.value
    wish = wish_in(words, language)
    return wish.intent.value if wish and (at_once(wish) or before_page(wish)) else ""


def main() -> None:
    """Print how many are swallowed, by what, and which (of one half if it is named)."""
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    for name, asked in (("ways of asking and titles", phrasings()), ("questions", questions())):
        own = [one for one in asked if not only or half(one[1]) == only]
        lost, weak = swallowed(own), yielding(own)
        print(f"{name}: {len(own)}, swallowed {len(lost)} ({len(lost) / len(own):.2%})", dict(_counted(lost)))
        print(f"  unless a page surely fits: {len(weak)} ({len(weak) / len(own):.2%})", dict(_counted(weak)))
        for what, language, words in lost:
            print("   ", what, language, words)


def _counted(found: list[tuple[str, str, str]]) -> list[tuple[str, int]]:
    return Counter(what for what, _, _ in found).most_common()
