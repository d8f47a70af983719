"""How often words beside the point change what is found first: `python -m eval.incidental --home HOME`.

Each everyday question over the sample is asked once as it is and once with a remark before or behind it that says
nothing of its topic (`questions/beside.jsonl`, written without sight of any question); the Dutch ones also with a
month, a place, a greeting or the like. The share of questions whose first service changes is to be low.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import resources
from itertools import cycle
from pathlib import Path

from assistant.answering.wants import topic
from assistant.bootstrap import Service
from assistant.settings import Settings
from eval.retrieval import Query, read_queries

LANGUAGES = ("nl", "fr", "en", "de")
WAYS = {
    "a greeting": "Hallo, een vraagje: {}",
    "thanks": "{} Alvast bedankt en vriendelijke groeten",
    "a month": "{} Het is voor eind maart.",
    "a place": "{} Ik woon in Gent.",
    "a bank": "{} Ik zit nu bij de bank.",
    "a phone": "{} Ik typ dit op mijn gsm.",
}
"""Kinds of words beside the point, and where they stand around a question."""
First = Callable[[str], str]


def changed(first: First, questions: Sequence[str], ways: Sequence[str]) -> float:
    """Return the share of `questions` for which `first` names another service once words are added to them.

    Each question takes the next of `ways` ("{} I am in a hurry."), over and over.
    """
    asked = zip(questions, cycle(ways), strict=False)
    return sum(first(way.format(question)) != first(question) for question, way in asked) / len(questions)


def remarks(language: str) -> list[str]:
    """Return remarks in a language, each with a place for the question."""
    lines = _file("beside").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["lang"] == language]
    return [f"{row['text']} {{}}" if row["where"] == "before" else f"{{}} {row['text']}" for row in rows]


def everyday(language: str) -> list[Query]:
    """Return the everyday questions over the sample in a language."""
    return [query for query in read_queries([_file("sample")]) if query.language == language]


def _file(name: str) -> Path:
    return Path(str(resources.files("eval").joinpath("questions", f"{name}.jsonl")))


def main() -> None:
    """Print the share for each language, and for each kind of words in Dutch with the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", required=True, help="home with the sample")
    service = Service(Settings.from_environment({"WEGWIJZER_HOME": parser.parse_args().home}))
    now, audience = datetime.now(UTC), service.default_site.audience

    def first_in(language: str) -> First:
        def first(text: str) -> str:
            words = " ".join(topic(text, language))
            hits = service.retriever.search(words, language, 1, now, audience=audience).hits
            return hits[0].header.source_id if hits else ""

        return first

    for language in LANGUAGES:
        share = changed(first_in(language), [query.text for query in everyday(language)], remarks(language))
        print(f"remarks, {language}  {share:.3f}")
    dutch = [query.text for query in everyday("nl")]
    shares = {name: changed(first_in("nl"), dutch, [way]) for name, way in WAYS.items()}
    for name, share in shares.items():
        print(f"{name:12} {share:.3f}")
    print(f"{'mean':12} {sum(shares.values()) / len(shares):.3f}")


if __name__ == "__main__":
    main()
