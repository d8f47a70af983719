"""How often words beside the point change what is found first: `python -m eval.incidental --home HOME`.

Each everyday Dutch question over the sample is asked once as it is and once with a month, a place, a greeting or the
like in it, that says nothing of its topic. The share of questions whose first service changes is to be low.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from assistant.answering.wants import topic
from assistant.bootstrap import Service
from assistant.settings import Settings
from eval.retrieval import Query, read_queries

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


def changed(first: First, questions: Sequence[str], ways: Mapping[str, str]) -> dict[str, float]:
    """Return, for each way of adding words, the share of `questions` for which `first` then names another service."""
    before = {question: first(question) for question in questions}
    return {
        name: sum(first(way.format(question)) != before[question] for question in questions) / len(questions)
        for name, way in ways.items()
    }


def everyday() -> list[Query]:
    """Return the everyday Dutch questions over the sample."""
    file = Path(str(resources.files("eval").joinpath("questions", "sample.jsonl")))
    return [query for query in read_queries([file]) if query.language == "nl"]


def main() -> None:
    """Print the share for each kind of words, and the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", required=True, help="home with the sample")
    service = Service(Settings.from_environment({"WEGWIJZER_HOME": parser.parse_args().home}))
    now, audience = datetime.now(UTC), service.default_site.audience

    def first(text: str) -> str:
        words = " ".join(topic(text, "nl"))
        hits = service.retriever.search(words, "nl", 1, now, audience=audience).hits
        return hits[0].header.source_id if hits else ""

    shares = changed(first, [query.text for query in everyday()], WAYS)
    for name, share in shares.items():
        print(f"{name:12} {share:.3f}")
    print(f"{'mean':12} {sum(shares.values()) / len(shares):.3f}")


if __name__ == "__main__":
    main()
