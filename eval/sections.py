"""How well sentences are put into section kinds: precision and recall per kind on hand-labelled real services.

Labels are lines ``source_id <tab> first 8 hex digits of the sentence's SHA-1 <tab> kind``, in reading order, without
texts. ``python -m eval.sections SERVICES.jsonl.gz [--fit]`` measures on `test`; `--fit` first fits on `dev`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.sections import Features, _model, classify, features
from ingest.sources.ipdc import read_records
from ingest.sources.ipdc_record import to_service
from ingest.units import Unit, units
from knowledge.services import SectionKind

LABELS = Path(__file__).parent / "section_labels"
_WEIGHTS = Path(__file__).parents[1] / "ingest" / "section_weights.json"
_MIN_SEEN = 3
"""A word in fewer labelled sentences says nothing certain."""


@dataclass(frozen=True)
class KindScore:
    """`n` labelled sentences of this kind; precision and recall are None where nothing was found or labelled."""

    kind: SectionKind
    n: int
    precision: float | None
    recall: float | None


def labelled_units(services: Path, name: str) -> Iterator[tuple[Unit, list[SectionKind]]]:
    """Yield the units of the labelled services with the label of each of their sentences."""
    labels: dict[tuple[str, str], deque[SectionKind]] = defaultdict(deque)
    for line in (LABELS / f"{name}.tsv").read_text("utf-8").splitlines():
        source_id, key, kind = line.split("\t")
        labels[source_id, key].append(SectionKind(kind))
    wanted = {source_id for source_id, _ in labels}
    for where, record in read_records(services):
        if isinstance(record, dict) and str(record.get("productnummer")) in wanted:
            service = to_service(record, where)
            for unit in units(service, "nl"):
                queues = [labels[service.source_id, digest(sentence.text)] for sentence in unit.sentences]
                if all(queues):
                    yield unit, [kinds.popleft() if len(kinds) > 1 else kinds[0] for kinds in queues]


def digest(sentence: str) -> str:
    """Return the label key of a sentence."""
    return hashlib.sha1(sentence.encode(), usedforsecurity=False).hexdigest()[:8]


def measure(services: Path, name: str = "test") -> tuple[list[KindScore], float, int]:
    """Return the score per kind, the share of sentences with the right kind, and how many were compared."""
    pairs = [(kind, classify(unit)) for unit, kinds in labelled_units(services, name) for kind in kinds]
    right = Counter(label for label, found in pairs if label is found)
    labelled, found = Counter(label for label, _ in pairs), Counter(found for _, found in pairs)
    scores = [
        KindScore(
            kind,
            labelled[kind],
            right[kind] / found[kind] if found[kind] else None,
            right[kind] / labelled[kind] if labelled[kind] else None,
        )
        for kind in SectionKind
    ]
    return scores, sum(right.values()) / max(1, len(pairs)), len(pairs)


def fit(services: Path) -> None:
    """Fit the weights on `dev` (multinomial logistic regression, L2) and write them beside the classifier."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows: list[Features] = []
    targets: list[str] = []
    for unit, kinds in labelled_units(services, "dev"):
        rows += [features(unit)] * len(kinds)
        targets += [kind.value for kind in kinds]
    seen = Counter(name for row in rows for name in row)
    frequent = [{name: value for name, value in row.items() if seen[name] >= _MIN_SEEN} for row in rows]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=1.0, max_iter=3000).fit(vectorizer.fit_transform(frequent), targets)
    weights = dict(zip(vectorizer.get_feature_names_out(), model.coef_.T, strict=True))
    weights["bias"] = weights["bias"] + model.intercept_
    table = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps([round(float(value), 2) for value in row])}"
        for name, row in sorted(weights.items())
    )
    _WEIGHTS.write_text(f'{{"kinds": {json.dumps(list(model.classes_))}, "weights": {{\n{table}\n}}}}\n', "utf-8")
    _model.cache_clear()


def main() -> None:
    services = Path(sys.argv[1])
    if "--fit" in sys.argv:
        fit(services)
    scores, accuracy, count = measure(services)
    for score in scores:
        precision, recall = (f"{value:.2f}" if value is not None else "-" for value in (score.precision, score.recall))
        print(f"{score.kind:12} n={score.n:4} precision={precision} recall={recall}")
    print(f"{count} sentences, right kind {accuracy:.3f}")


if __name__ == "__main__":
    main()
