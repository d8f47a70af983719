"""Questions with words beside the point around them, so that the model learns what such words count for: little."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from knowledge.model.data import LANGUAGES, Pairs
from knowledge.text import tokens

_ASKED = re.compile(r"(?:asked|keyword|term)-(..)|service-(term)")
"""Groups of which the first side is what somebody asks; real services are asked for in Dutch."""
_SENTENCES = re.compile(r"(..)-(en)|app-(..)-(..)")
"""Groups of everyday sentences: two languages, or an app's."""
_FEWEST_WORDS, _MOST_WORDS, _MOST = 2, 9, 12_000


def beside_the_point(pairs: Mapping[str, list[tuple[str, str]]], seed: int) -> Pairs:
    """Return a group "beside-X" for each group X of questions: as they are, with an everyday sentence before or behind.

    The sentence is drawn from another collection in the same language; it says nothing of what is asked.
    """
    random = np.random.default_rng(seed)
    spoken = _spoken(pairs)
    found: Pairs = {}
    for name, asked in pairs.items():
        kind = _ASKED.fullmatch(name)
        sentences = spoken.get((kind.group(1) or "nl") if kind else "", [])
        if not sentences:
            continue
        chosen = [asked[number] for number in random.permutation(len(asked))[:_MOST]]
        others = random.integers(0, len(sentences), len(chosen))
        behind = random.random(len(chosen)) < 0.5
        found[f"beside-{name}"] = [
            (f"{words} {sentences[other]}" if last else f"{sentences[other]} {words}", aim)
            for (words, aim), other, last in zip(chosen, others.tolist(), behind.tolist(), strict=True)
        ]
    return found


def _spoken(pairs: Mapping[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    spoken: dict[str, dict[str, None]] = defaultdict(dict)
    for name, found in pairs.items():
        kind = _SENTENCES.fullmatch(name)
        languages = [code for code in kind.groups() if code] if kind else []
        for side, code in enumerate(languages):
            if code in LANGUAGES:
                spoken[code].update(dict.fromkeys(pair[side] for pair in found))
    return {
        code: [text for text in texts if _FEWEST_WORDS <= len(tokens(text)) <= _MOST_WORDS]
        for code, texts in spoken.items()
    }
