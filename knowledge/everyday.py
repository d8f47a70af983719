"""What a word of a question says about its topic: less, the oftener people say it about anything at all.

Learned (`knowledge/model/topicality.py`), so that "I live in Ghent" or "my daughter told me" does not outweigh what is
asked. Words that are not in the list count whole.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

FILE = "everyday.json"


def topicality(word: str) -> float:
    """Return what a folded word counts for in a question, above 0 and at most 1."""
    return _weights().get(word, 1.0)


@cache
def _weights() -> dict[str, float]:
    kept = json.loads(resources.files(__package__).joinpath(FILE).read_text("utf-8"))
    return {word: float(weight) for weight, words in kept.items() for word in words.split()}
