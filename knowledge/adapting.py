"""Fit the model that ships to a site: a word that stands on many of its pages says little of what a page is about.

What each word of the site counts for is learnt from its pages (inverse page frequency, Sparck Jones 1972), in seconds.
It is kept only where it finds pages better than before on cases that it was not chosen with, by more than chance.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from knowledge.embedders import Embedder
from knowledge.errors import NamedFailure
from knowledge.model.vectors import ModelEmbedder
from knowledge.pages import Page
from knowledge.passages import slices
from knowledge.services import localized
from knowledge.text import tokens

WEIGHTS, UNDONE = "embedder.json", "embedder-undone.json"
"""In a home: what its words count for; and what they did, until an index without it is complete."""
_POWERS = (0.5, 1.0)
_FIRST, _FEWEST = 3, 40
"""A page counts as found among so many; fewer cases than this tell nothing."""
_BATCH = 256
_LANGUAGE = "nl"


@dataclass(frozen=True)
class Case:
    """What somebody asks, and the pages (source ids) that are right."""

    question: str
    right: frozenset[str]


@dataclass(frozen=True)
class Adapted:
    """What came of it: the part of `cases` found among the first three before and after, and whether it is kept."""

    cases: int
    before: float
    after: float
    kept: bool


def adapt(pages: Sequence[Page], cases: Sequence[Case], home: Path) -> Adapted:
    """Learn from Dutch pages what their words count for; keep it in `home` where the cases are found better by it."""
    known = {page.source_id for page in pages}
    asked = [case for case in cases if case.right & known]
    if len(asked) < _FEWEST:
        return Adapted(len(asked), 0.0, 0.0, kept=False)
    before = _found(ModelEmbedder(), pages, asked)
    with TemporaryDirectory() as temporary:
        tried = {}
        for power in _POWERS:
            file = Path(temporary) / f"{power}.json"
            file.write_text(json.dumps(word_weights(pages, power)), "utf-8")
            tried[file] = _found(ModelEmbedder(weights=file), pages, asked)
        # One half of the cases chooses, the other half judges.
        best = max(tried, key=lambda file: float(tried[file][::2].mean()))
        gain = (tried[best] - before)[1::2]
        kept = bool(gain.mean() > 2 * gain.std() / len(gain) ** 0.5)
        if kept:
            (home / WEIGHTS).write_bytes(best.read_bytes())
    return Adapted(len(gain), float(before[1::2].mean()), float(tried[best][1::2].mean()), kept)


def undo(home: Path) -> bool:
    """Go back to the model as it ships; False where nothing was adapted."""
    if not (home / WEIGHTS).is_file():
        return False
    (home / WEIGHTS).replace(home / UNDONE)
    return True


def own_cases(pages: Iterable[Page]) -> list[Case]:
    """Return the keywords and the ways of asking that editors gave to pages; they are not in what is measured on."""
    found = []
    for page in pages:
        asked = (*page.service.keywords.get(_LANGUAGE, ()), *page.service.phrasings.get(_LANGUAGE, ()))
        found += [Case(question, frozenset({page.source_id})) for question in asked]
    return found


def read_cases(file: Path) -> list[Case]:
    """Read lines `{"query", "qrels"}`. Raises NamedFailure with file and line."""
    found = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            found.append(Case(str(row["query"]), frozenset(row["qrels"])))
        except (ValueError, KeyError, TypeError):
            raise NamedFailure(f"{file.name}:{number}: needs query and qrels.") from None
    return found


def word_weights(pages: Sequence[Page], power: float) -> Mapping[str, float]:
    """Return what each word counts for; the empty one stands for words that no page has."""
    counts = Counter(word for page in pages for word in set(tokens(" ".join(_texts(page)))))
    whole = log(len(pages) + 1)
    return {
        word: round((log((len(pages) + 1) / (count + 0.5)) / whole + 0.05) ** power, 4)
        for word, count in {"": 0, **counts}.items()
    }


def _texts(page: Page) -> list[str]:
    return [localized(page.service.title, _LANGUAGE), *slices(page.service, _LANGUAGE)]


def _found(embedder: Embedder, pages: Sequence[Page], cases: Sequence[Case]) -> npt.NDArray[np.float64]:
    """Return for each case whether a right page is among the first, by the vectors of titles and texts alone."""
    texts = [_texts(page) for page in pages]
    starts = np.cumsum([0, *(len(found) for found in texts)])[:-1]
    rows = embedder.embed([text for found in texts for text in found])
    owner = np.repeat(np.arange(len(pages)), [len(found) for found in texts])
    rows = rows + rows[starts][owner]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    found = []
    for start in range(0, len(cases), _BATCH):
        asked = cases[start : start + _BATCH]
        questions = np.concatenate([embedder.embed_question(case.question) for case in asked])
        alike = np.maximum.reduceat(rows @ questions.T, starts, axis=0)
        for case, scores in zip(asked, alike.T, strict=True):
            found.append(bool({pages[number].source_id for number in np.argsort(-scores)[:_FIRST]} & case.right))
    return np.array(found, float)
