"""Learn what words say about a topic: `python -m knowledge.model.topicality --data DIR --home HOME`; a minute.

A word weighs 1.25 r / (r + 1), at most 1; r is how much oftener it stands in pages, terms and ways of asking than in
everyday sentences of its language (both as a share of texts). A word of several languages weighs what it weighs in the
one where it says most.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from knowledge import everyday
from knowledge.model.data import LANGUAGES, Pairs
from knowledge.model.train import all_pairs
from knowledge.text import tokens

_TOPICAL = frozenset({"page", "asked", "keyword", "term", "service"})
_EVERYDAY = frozenset({"", "app"})
"""Kinds of groups: about services; about anything."""
_FEWEST_SENTENCES, _FEWEST_TIMES = 2_000, 25
"""Everyday sentences of a language, and of them with a word, from which it can be weighed."""
_STEPS, _EVEN, _LEAST, _MOST = 10, 1.25, 0.3, 0.9
"""Weights are kept in tenths from 0.3 to 0.9; a word four times as topical as not counts whole."""


def weigh(pairs: Pairs) -> dict[str, float]:
    """Return the words that count less than whole, and what each counts for."""
    about = _texts(pairs, _TOPICAL)
    found: dict[str, float] = {}
    whole: set[str] = set()
    for language, sentences in _texts(pairs, _EVERYDAY).items():
        if len(sentences) < _FEWEST_SENTENCES:
            continue
        topical, said = _counted(about[language]), _counted(sentences)
        for word, times in said.items():
            if times < _FEWEST_TIMES:
                continue
            ratio = (topical[word] + 0.5) / len(about[language]) / ((times + 0.5) / len(sentences))
            weight = max(_LEAST, round(_EVEN * ratio / (ratio + 1) * _STEPS) / _STEPS)
            if weight > _MOST:
                whole.add(word)
            found[word] = max(found.get(word, 0.0), weight)
    return {word: weight for word, weight in found.items() if word not in whole}


def _texts(pairs: Mapping[str, list[tuple[str, str]]], kinds: frozenset[str]) -> dict[str, set[str]]:
    texts: dict[str, set[str]] = defaultdict(set)
    for name, found in pairs.items():
        parts = name.split("-")
        languages = [part for part in parts if part in LANGUAGES]
        # Who asks in another language, or in Dutch, is led to a Dutch title or text.
        sides = languages if len(languages) > 1 else [*languages, "nl", "nl"][:2]
        if ("" if parts[0] in LANGUAGES else parts[0]) in kinds:
            for side, language in enumerate(sides):
                texts[language].update(pair[side] for pair in found)
    return texts


def _counted(texts: Iterable[str]) -> Counter[str]:
    """In how many texts a word stands."""
    return Counter(word for text in texts for word in set(tokens(text)))


def main() -> None:
    """Learn and keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open collections")
    parser.add_argument("--home", type=Path, required=True, help="home with the sample and its words")
    asked = parser.parse_args()
    words: dict[str, list[str]] = defaultdict(list)
    for word, weight in sorted(weigh(all_pairs(asked.data, asked.home)).items()):
        words[f"{weight:.1f}"].append(word)
    kept = {weight: " ".join(words[weight]) for weight in sorted(words)}
    Path(everyday.__file__).with_name(everyday.FILE).write_text(
        json.dumps(kept, ensure_ascii=False, indent=0) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
