"""Fit what vectors count for beside words: `python -m eval.fusion --data DIR --real HOME --sample HOME`.

Writes knowledge/fusion.toml. Chosen on the foreign titles of the training half of the real services, which the model
has not seen, and on every other everyday question over the sample, asked as on the default site. A weight moves
only where recall at 1 and at 3 together get better by more than chance.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.bootstrap import Service
from assistant.settings import Settings
from eval.retrieval import Query, of_half, read_queries, recall
from eval.systems import scores
from knowledge.embedders import NgramEmbedder
from knowledge.fusion import Fusion, fusion_for
from knowledge.retrieval import Scores, settle

GRID = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)
WEIGHTS = Path(str(resources.files("knowledge").joinpath("fusion.toml")))
_EVEN = Fusion(1.0, 1.0, 1.0)
Parts = list[tuple[str, str, float, float]]
"""Of each page that a question found: its id, its language, the score of its words and that of its vectors."""


def parts(service: Service, queries: list[Query], *, bare: bool, trained: bool) -> list[tuple[Query, Parts]]:
    """Return what words and vectors say, apart, of the pages that each question finds."""
    embedder = None if trained else NgramEmbedder()
    with scores(service, bare, fusion=_EVEN, embedder=embedder) as ranked:
        found = []
        for query in queries:
            pages: Parts = []
            for (source_id, code), (one, audience) in ranked(query.text, query.language).items():
                meaning = max(0.0, one.cosine or 0.0) ** 2
                pages.append((source_id, code, (one.fused - meaning) * audience, meaning * audience))
            found.append((query, pages))
        return found


def fit(measured: list[tuple[Query, Parts]], standing: Fusion) -> Fusion:
    """Return the weights with which the right service stands first, or among three, most often.

    A `standing` weight is kept where no other is better by more than chance: thresholds were fitted on its scores.
    """
    dutch = [one for one in measured if one[0].language == "nl"]
    others = [one for one in measured if one[0].language != "nl"]
    fitted = replace(standing, dutch=_best(dutch, standing, "dutch"))
    fitted = replace(fitted, cross=_best(others, fitted, "cross"))
    return replace(fitted, own=_best(others, fitted, "own"))


def _best(group: list[tuple[Query, Parts]], fusion: Fusion, name: str) -> float:
    """The weight nearest to the standing one, of those that fall short of the best by two standard errors at most."""
    standing = float(getattr(fusion, name))
    if not group:
        return standing
    worth = {weight: _worth(group, replace(fusion, **{name: weight})) for weight in (*GRID, standing)}
    best = max(worth.values(), key=lambda found: float(found.mean()))
    short = {weight: best - found for weight, found in worth.items()}
    equal = [weight for weight, one in short.items() if one.mean() <= 2 * one.std() / len(one) ** 0.5]
    return min(equal, key=lambda weight: abs(weight - standing))


def _worth(group: list[tuple[Query, Parts]], fusion: Fusion) -> npt.NDArray[np.float64]:
    worth = []
    for query, pages in group:
        found = {
            (source_id, code): Scores(words + fusion.weight(query.language, code) * meaning)
            for source_id, code, words, meaning in pages
        }
        if fusion.translation is not None:
            settle(found, query.language, fusion.translation, lambda _: True)
        best = sorted(found, key=lambda page: (-found[page].fused, page[0]))
        ids = list(dict.fromkeys(source_id for source_id, _ in best))
        worth.append(recall(ids, query, 1) + recall(ids, query, 3))
    return np.array(worth)


def chosen_on(data: Path) -> tuple[list[Query], list[Query]]:
    """Return the questions that weights are chosen on: over the real services, and over the sample."""
    titles = read_queries([data / "ipdc" / "queries_crosslingual_titles.jsonl.gz"])
    everyday = read_queries([Path(str(resources.files("eval").joinpath("questions", "sample.jsonl")))])
    return of_half(titles, "train"), everyday[::2]


def write(file: Path, fitted: Mapping[str, Fusion]) -> None:
    """Put what was fitted into the table of weights; its explanation and the other embedders' weights stay."""
    text = file.read_text("utf-8")
    weights = tomllib.loads(text) | {name: vars(one) for name, one in fitted.items()}
    told = [line for line in text.splitlines() if line.startswith("#")]
    tables = [
        [f"\n[{name}]", *(f"{key} = {value}" for key, value in one.items() if value is not None)]
        for name, one in weights.items()
    ]
    file.write_text("\n".join([*told, *(line for table in tables for line in table), ""]), "utf-8")


def main() -> None:
    """Fit the weights of the model that ships and of the untrained n-grams, and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the real services")
    parser.add_argument("--real", required=True, help="home with the real services and the words of citizens")
    parser.add_argument("--sample", required=True, help="home with the sample")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="table to write them into")
    asked = parser.parse_args()
    real, everyday = chosen_on(asked.data)
    homes = [Service(Settings.from_environment({"WEGWIJZER_HOME": home})) for home in (asked.real, asked.sample)]
    fitted = {}
    for name, trained in (("words", True), ("ngram", False)):
        measured = parts(homes[0], real, bare=True, trained=trained)
        measured += parts(homes[1], everyday, bare=False, trained=trained)
        fitted[name] = fit(measured, fusion_for(name))
        print(f"{name}: {fitted[name]}")
    write(asked.out, fitted)


if __name__ == "__main__":
    main()
