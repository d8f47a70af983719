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

from assistant.answering.alarm import danger_in
from assistant.answering.intent import at_once
from assistant.answering.intents import wish_in
from assistant.answering.wished import before_options, before_page
from eval.understanding.items import half
from ingest.report import RecordError
from ingest.sources.sample import read_sample

SETTLED = {
    "klacht-in-drie-stappen": {"complaint"},
    "klacht-vlaamse-dienst": {"complaint", "personal_case"},
    "klacht-de-lijn": {"complaint"},
    "ombudsdienst": {"complaint", "personal_case"},
    "huurprijsgeschil": {"legal_dispute"},
    "hulplijn-geweld-1712": {"danger_violence", "danger_child"},
    "hulplijn-kinderen-jongeren": {"danger_violence", "danger_child"},
    "hulplijn-zelfmoord": {"danger_suicide"},
    "hulplijn-praten": {"danger_suicide"},
    "hulplijn-storm-1722": {"crisis", "danger_medical", "danger_violence"},
    "hulplijn-verslaving": {"danger_suicide"},
    "meldpunt-kinderopvang": {"danger_child", "danger_medical"},
    "meldpunt-ouderenmishandeling": {"danger_violence"},
    "waterellende": {"crisis"},
    "rampenfonds": {"crisis"},
    "groeipakket-kinderbijslag": {"personal_case"},
    "jobbonus": {"personal_case"},
}
"""What may go before these pages, because its fixed words say what the page says."""

Asked = tuple[str, str, frozenset[str]]
"""Language, words, and the services that answer."""


def phrasings() -> list[Asked]:
    """Return the ways of asking and the titles of the sample pages."""
    pages = [one.service for one in read_sample() if not isinstance(one, RecordError)]
    ways = {
        (language, way, frozenset({page.source_id}))
        for page in pages
        for language, title in page.title.items()
        for way in (title, *page.phrasings.get(language, ()))
    }
    return sorted(ways, key=lambda one: one[:2])


def questions() -> list[Asked]:
    """Return the questions of `eval/questions`."""
    folder = Path(__file__).parents[1] / "questions"
    lines = (line for name in ("sample", "ipdc") for line in (folder / f"{name}.jsonl").open(encoding="utf-8"))
    return [(row["lang"], row["query"], frozenset(row["qrels"])) for row in map(json.loads, lines)]


def swallowed(asked: Iterable[Asked]) -> list[tuple[str, Asked]]:
    """Return what swallowed it and the question, of those that get no page however well one fits."""
    return [(what, one) for one in asked if (what := _swallows(one))]


def yielding(asked: Iterable[Asked]) -> list[tuple[str, Asked]]:
    """Return the wish and the question, of those that are taken for a wish unless a page surely fits."""
    found = ((wish_in(one[1], one[0]), one) for one in asked)
    return [(wish.intent.value, one) for wish, one in found if wish and before_options(wish) and not _swallows(one)]


def _swallows(asked: Asked) -> str:
    language, words, services = asked
    wish = wish_in(words, language)
    granted = wish.intent.value if wish and (at_once(wish) or before_page(wish)) else ""
    if wish and wish.term and wish.term.here:
        # The page that is meant is named.
        granted = ""
    what = danger_in(words) or granted
    return "" if any(what in SETTLED.get(service, ()) for service in services) else str(what)


def main() -> None:
    """Print how many are swallowed, by what, and which (of one half if it is named)."""
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    for name, asked in (("ways of asking and titles", phrasings()), ("questions", questions())):
        own = [one for one in asked if not only or half(one[1]) == only]
        lost, weak = swallowed(own), yielding(own)
        print(f"{name}: {len(own)}, swallowed {len(lost)} ({len(lost) / len(own):.2%})", dict(_counted(lost)))
        print(f"  unless a page surely fits: {len(weak)} ({len(weak) / len(own):.2%})", dict(_counted(weak)))
        for what, (language, words, services) in lost:
            print("   ", what, language, words, *services)


def _counted(found: list[tuple[str, Asked]]) -> list[tuple[str, int]]:
    return Counter(what for what, _ in found).most_common()
