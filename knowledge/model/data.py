"""What the model learns from: pairs of texts that mean the same, in groups, from sources that may be shipped."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from zlib import crc32

from knowledge.text import fold

Pairs = dict[str, list[tuple[str, str]]]
"""Group -> pairs. A group is of one kind and one pair of languages, so that a batch of it is hard to tell apart."""
_PIVOTS = (("nl", "fr"), ("nl", "de"), ("nl", "es"), ("fr", "de"), ("nl", "ar"), ("nl", "ro"))
LANGUAGES = ("nl", "fr", "de", "en", "tr", "ar", "uk", "pl", "ro", "es")
_SLICE = 45
"""Words of a piece of a page: shorter than what is indexed, so that it has one topic."""


def in_training_half(product: str) -> bool:
    """Whether a real service may be trained and chosen on; figures are told of the other half."""
    return crc32(product.encode()) % 2 == 0


def public_pairs(data: Path) -> Pairs:
    """Return the pairs of the open collections under `data`: Tatoeba, an app's strings, the Universal Declaration."""
    pairs: Pairs = {}
    english: dict[str, dict[str, str]] = defaultdict(dict)
    for file in sorted((data / "tatoeba_manythings").glob("*.tsv.gz")):
        language = file.name[:2]
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            found = [(cells[0], cells[1]) for line in lines if len(cells := line.rstrip("\n").split("\t")) >= 2]
        pairs[f"{language}-en"] = found
        for text, key in found:
            english[fold(key)].setdefault(language, text)
    for one, other in _PIVOTS:
        pairs[f"{one}-{other}"] = [
            (texts[one], texts[other]) for texts in english.values() if one in texts and other in texts
        ]
    rows = [_only_languages(row) for row in _jsonl(data / "cwa_strings" / "cwa_parallel.jsonl.gz")]
    pairs |= parallel("app", rows)
    articles: dict[int, dict[str, str]] = defaultdict(dict)
    for row in _jsonl(data / "udhr" / "udhr_paragraphs.jsonl.gz"):
        if row["lang"] in LANGUAGES:
            articles[row["i"]][row["lang"]] = row["text"]
    return pairs | parallel("rights", articles.values())


def service_pairs(data: Path) -> Pairs:
    """Return the Dutch pairs of the training half of the real services: title, search terms and text of each."""
    titles, keywords = [], []
    for row in _jsonl(data / "ipdc" / "services_flat.jsonl.gz"):
        if not in_training_half(row["id"]):
            continue
        title, text = row["title_nl"] or "", row["text_nl"] or ""
        pieces = pieces_of(text)
        titles += [(title, piece) for piece in pieces]
        keywords += [(word, other) for word in row["keywords_nl"] or () for other in (title, *pieces[:1])]
    return {"service-title-text": titles, "service-term": keywords}


def parallel(kind: str, rows: Any) -> Pairs:
    """Return the pairs of texts in several languages: with Dutch and English in one group a pair of languages."""
    pairs: Pairs = defaultdict(list)
    for row in rows:
        for one, other in combinations([code for code in LANGUAGES if row.get(code)], 2):
            if {one, other} & {"nl", "en"}:
                pairs[f"{kind}-{one}-{other}"].append((row[one], row[other]))
    return dict(pairs)


def pieces_of(text: str) -> list[str]:
    """Cut a text into pieces of about equal length."""
    words = text.split()
    count = max(1, round(len(words) / _SLICE))
    size = -(-len(words) // count) or 1
    return [" ".join(words[start : start + size]) for start in range(0, len(words), size)]


def _only_languages(row: dict[str, str]) -> dict[str, str]:
    return {code: row[code] for code in LANGUAGES if row.get(code)}


def _jsonl(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
