"""How well the right service is found, beside plain BM25, and what each ingredient adds."""

from __future__ import annotations

import gzip
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.bootstrap import Service
from eval.systems import Search, live, product, systems
from knowledge.errors import NamedFailure
from knowledge.model.data import in_training_half

_RESAMPLES = 2_000


@dataclass(frozen=True)
class Query:
    """A question with the ids of the services that answer it."""

    id: str
    text: str
    language: str
    relevant: frozenset[str]


def read_queries(files: list[Path]) -> list[Query]:
    """Read JSONL (also .gz) lines `{"id", "query", "lang", "qrels"}`. Raises NamedFailure with file and line."""
    found = []
    for file in files:
        if not file.is_file():
            raise NamedFailure(f"{file} does not exist.")
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    row = json.loads(line)
                    found.append(Query(str(row["id"]), row["query"], row["lang"], frozenset(row["qrels"])))
                except (json.JSONDecodeError, KeyError, TypeError) as error:
                    raise NamedFailure(f"{file.name}:{number}: needs id, query, lang, qrels: {error}") from None
    return found


def of_half(queries: list[Query], half: str) -> list[Query]:
    """Return the queries about real services of one half: `train`, that is trained and chosen on, or `test`."""
    if half not in {"train", "test"}:
        raise NamedFailure(f"half: {half} is not train or test.")
    return [query for query in queries if in_training_half(min(query.relevant)) == (half == "train")]


def measure(service: Service, queries: list[Query], *, bare: bool) -> dict[str, Any]:
    """Return the interface's figures for the product's own retrieval, over all and by language."""
    with product(service, bare, terms=True) if bare else live(service) as search:
        return _summary(queries, *_run(search, queries))


def compare(service: Service, queries: list[Query], *, bare: bool, only: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return one row a system, each with its figures and its recall@5 gain over plain BM25 with a 95 % interval.

    The interval is a paired bootstrap over services, because each service brings several queries. `only` names parts
    of the names of the systems to run; the first one is what the others are compared with.
    """
    rows: list[dict[str, Any]] = []
    baseline: list[float] = []
    for name, opened in systems(service, bare).items():
        if only and not name.endswith(only) and not name.startswith(only):
            continue
        with opened as search:
            ranked, times = _run(search, queries)
        reached = [recall(ids, query, 5) for ids, query in zip(ranked, queries, strict=True)]
        baseline = baseline or reached
        rows.append({"system": name, **_summary(queries, ranked, times), "gain": _gain(reached, baseline, queries)})
    return rows


def _run(search: Search, queries: list[Query]) -> tuple[list[list[str]], list[float]]:
    search("warm up", "nl")
    ranked, times = [], []
    for query in queries:
        started = time.perf_counter()
        ranked.append(search(query.text, query.language))
        times.append((time.perf_counter() - started) * 1000)
    return ranked, times


def _summary(queries: list[Query], ranked: list[list[str]], times: list[float]) -> dict[str, Any]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, query in enumerate(queries):
        groups[query.language].append(number)
        if len(query.text.split()) > 1:
            groups[f"{query.language} multi-word"].append(number)
    everything = list(range(len(queries)))
    return {
        **_figures(everything, queries, ranked),
        "p50_ms": round(float(np.percentile(times, 50)), 2) if times else None,
        "p95_ms": round(float(np.percentile(times, 95)), 2) if times else None,
        "by_lang": {name: _figures(numbers, queries, ranked) for name, numbers in sorted(groups.items())},
    }


def _figures(numbers: list[int], queries: list[Query], ranked: list[list[str]]) -> dict[str, Any]:
    pairs = [(ranked[number], queries[number]) for number in numbers]
    figures: Mapping[str, Callable[[list[str], Query], float]] = {
        "R@1": lambda ids, query: recall(ids, query, 1),
        "R@3": lambda ids, query: recall(ids, query, 3),
        "R@5": lambda ids, query: recall(ids, query, 5),
        "R@10": lambda ids, query: recall(ids, query, 10),
        "nDCG@10": _ndcg,
        "MRR": _reciprocal_rank,
    }
    means = {name: round(float(np.mean([one(*pair) for pair in pairs])), 4) for name, one in figures.items() if pairs}
    return {"n": len(pairs), **means}


def recall(ids: list[str], query: Query, k: int) -> float:
    """Return the part of the right services that is among the first `k`."""
    return len(set(ids[:k]) & query.relevant) / len(query.relevant) if query.relevant else 0.0


def _ndcg(ids: list[str], query: Query) -> float:
    gained = sum(1 / np.log2(rank + 2) for rank, one in enumerate(ids[:10]) if one in query.relevant)
    ideal = sum(1 / np.log2(rank + 2) for rank in range(min(10, len(query.relevant))))
    return float(gained / ideal) if ideal else 0.0


def _reciprocal_rank(ids: list[str], query: Query) -> float:
    return next((1 / (rank + 1) for rank, one in enumerate(ids[:10]) if one in query.relevant), 0.0)


def _gain(recall: list[float], baseline: list[float], queries: list[Query]) -> dict[str, float]:
    """Mean recall@5 gain and its paired bootstrap interval (Efron 1979), resampling services."""
    clusters: dict[str, list[float]] = defaultdict(list)
    for one, base, query in zip(recall, baseline, queries, strict=True):
        clusters[min(query.relevant, default="")].append(one - base)
    sums = np.array([sum(found) for found in clusters.values()])
    sizes = np.array([len(found) for found in clusters.values()])
    drawn = np.random.default_rng(0).integers(0, len(sums), (_RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "mean": round(float(sums.sum() / sizes.sum()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }
