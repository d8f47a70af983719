"""Make the embedder that ships: `python -m knowledge.model.train --data DIR --home HOME`; half an hour on a core.

`--data` is a folder with the open collections of the model card (README.md); `--home` an installation with the sample
and its words. Everything is drawn by one seed: with `--pieces` of a model, the same data gives the same file.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from knowledge.embedders import minilm_folder
from knowledge.model.beside import beside_the_point
from knowledge.model.corpus import Corpus, choose_pieces, choose_units
from knowledge.model.data import Pairs, parallel, public_pairs, service_pairs
from knowledge.model.dictionary import dictionary
from knowledge.model.learning import Learner, Recipe, Rows, Taught, teachable
from knowledge.model.own import interface_pairs, page_pairs, term_pairs
from knowledge.model.units import Units
from knowledge.model.vectors import SHIPPED, pack, read
from knowledge.store.database import Database
from knowledge.store.pages import Pages
from knowledge.store.terms import Terms

_BASICS = Path(__file__).with_name("basics.tsv")
_INTERFACE = Path(__file__).parents[2] / "assistant" / "messages"
_ENOUGH = 1_000
"""Sentence pairs from which a dictionary can be found."""
_MOST_TERMS = 1_000_000
_BOOSTS = (
    (r"nl-(en|fr)", 1.5),
    (r"nl-de", 1.2),
    (r"fr-de", 0.5),
    (r"service-.*", 2.0),
    (r"page-title-text", 1.5),
    (r"beside-asked-.*", 0.5),
    (r"asked-nl", 1.5),
    (r"term-nl", 3.0),
    (r"term-..", 2.0),
)
"""How much more often a group is drawn than its size says, by its name; the first that fits counts."""


@dataclass(frozen=True)
class Size:
    """How many units of each kind a table has, and how many steps it learns."""

    steps: int
    pieces: int = 0
    words: int = 0
    grams: int = 0


TABLES = (Size(3_600, words=16_000, grams=21_000), Size(2_400, pieces=35_000))
"""Two tables, learnt apart: they fail on different words (README.md)."""
BASELINE = (Size(3_700, words=32_000, grams=42_000),)
"""One table of words and n-grams, as large as those two: what they were measured against."""


def make(
    pairs: Pairs,
    recipe: Recipe,
    sizes: Sequence[Size],
    taught: int,
    teacher: str,
    *,
    kept: Mapping[str, float] | None = None,
) -> list[tuple[Units, Rows]]:
    """Return the tables learnt from `pairs`, with the units of each; `teacher` is a sentence-transformers folder.

    `kept` are pieces in place of newly chosen ones.
    """
    from knowledge.model.teacher import teach

    corpus = Corpus()
    groups = {name: corpus.numbers(found) for name, found in pairs.items() if found}
    english = teachable(pairs, taught, recipe.seed)
    lesson = Taught(np.array([corpus.number(text) for text in english], np.int64), teach(teacher, english))
    words, texts, counts = corpus.words()
    boosts = {name: next((boost for fits, boost in _BOOSTS if re.fullmatch(fits, name)), 1.0) for name in groups}
    tables = []
    for size in sizes:
        pieces = (kept or choose_pieces(counts, size.pieces)) if size.pieces else {}
        units = choose_units(counts, pieces, size.words, size.grams)
        tables.append(
            (
                units,
                Learner(
                    replace(recipe, steps=size.steps),
                    units,
                    words=words,
                    texts=texts,
                    groups=groups,
                    boosts=boosts,
                    taught=lesson,
                ).learn(),
            )
        )
    return tables


def all_pairs(data: Path, home: Path | None) -> Pairs:
    """Return what the model is trained on: open collections, real services, a dictionary of both, and our own."""
    pairs = public_pairs(data)
    pairs |= service_pairs(data) | dictionary(pairs, [name for name, found in pairs.items() if len(found) > _ENOUGH])
    if home is None:
        return pairs
    database = Database(home / "knowledge.sqlite3")
    pages = Pages(database)
    pairs |= page_pairs(pages.get(pages.page_ids()).values())
    pairs |= term_pairs(term for term, _ in Terms(database).listing(limit=_MOST_TERMS))
    pairs |= interface_pairs(_INTERFACE)
    with _BASICS.open(encoding="utf-8") as rows:
        return pairs | parallel("basic", list(csv.DictReader(rows, delimiter="\t")))


def main() -> None:
    """Train and write the model."""
    # The tokenizer's own threads would make its pieces, and so the file, differ from run to run.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open collections")
    parser.add_argument("--home", type=Path, help="home with the sample and its words; without it, open data alone")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="file to write")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--taught", type=int, default=16_000, help="English texts that the teacher is asked about")
    parser.add_argument("--pieces", type=Path, help="model whose pieces of words are kept, else they are chosen anew")
    parser.add_argument("--baseline", action="store_true", help="the one table of before, in batches twice as large")
    asked = parser.parse_args()
    recipe = Recipe(seed=asked.seed, batch=1_024) if asked.baseline else Recipe(seed=asked.seed)
    kept = (
        {piece: score for table in read(asked.pieces) for piece, score in table.units.pieces.items()}
        if asked.pieces
        else None
    )
    # With more threads numbers are added up in another order, and the file is another.
    with threadpool_limits(1):
        sizes = BASELINE if asked.baseline else TABLES
        pairs = all_pairs(asked.data, asked.home)
        if asked.home:
            pairs |= beside_the_point(pairs, asked.seed)
        tables = make(pairs, recipe, sizes, asked.taught, minilm_folder(), kept=kept)
    pack(asked.out, tables)
    print(f"{asked.out}: {asked.out.stat().st_size / 1e6:.1f} MB, {time.process_time():.0f} s of processor", end=", ")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB of memory")


if __name__ == "__main__":
    main()
