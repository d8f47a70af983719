"""Finding pages for a question: by words and by meaning, fused by a measured rule for each pair of languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from knowledge.dense import DenseDamaged, DenseUnavailable
from knowledge.dense_records import DenseHit
from knowledge.fusion import Fusion
from knowledge.index import Index
from knowledge.index_folder import IndexFolder
from knowledge.lexical import LexicalDamaged, LexicalHit
from knowledge.pages import PageHeader
from knowledge.store.pages import Pages
from knowledge.store.phrasings import Phrasings
from knowledge.store.terms import Terms
from knowledge.terms import Expansion
from knowledge.variants import is_variant

_OTHER_AUDIENCE = 0.75
"""Factor for pages that name audiences, but not the asker's."""
_FLOOR = 0.15
"""What a list of spelling matches counts for when no whole word of the question matches in that language."""
_SOURCE_LANGUAGE = "nl"
_POOL = 30


@dataclass(frozen=True)
class Hit:
    """A page found: fused `score` (0..about 5), its language, and what each ranker said (None: not found by it).

    `part` is how much of what lies nearest in meaning is of the page.
    """

    header: PageHeader
    language: str
    score: float
    lexical: float | None
    share: float
    cosine: float | None
    part: float = 0.0


@dataclass(frozen=True)
class Retrieval:
    """Hits, best first; `dense` is False when there was no vector search to ask."""

    hits: tuple[Hit, ...]
    dense: bool


class Retriever(Protocol):
    """Finds pages for a question."""

    def search(
        self, question: str, language: str, limit: int, at: datetime, *, audience: str = "", variants: bool = False
    ) -> Retrieval:
        """Return the best pages that may be answered from at `at`, near-identical ones grouped unless `variants`."""
        ...


class HybridRetriever:
    """Lexical and dense search over the live index, joined with the database."""

    def __init__(
        self,
        index: Index,
        pages: Pages,
        terms: Terms,
        fusion: Fusion | None = None,
        *,
        phrasings: Phrasings | None = None,
    ) -> None:
        """`fusion` in place of what was measured for the embedder of the index; `phrasings` are what was learned."""
        self._index, self._pages, self._terms, self._fusion = index, pages, terms, fusion
        self._phrasings = phrasings

    def search(
        self, question: str, language: str, limit: int, at: datetime, *, audience: str = "", variants: bool = False
    ) -> Retrieval:
        folder = self._index.live()
        if folder is None:
            return Retrieval((), dense=False)
        expansions = self._terms.expansions(question, language)
        found, dense = rank(folder, question, language, self._fusion, expansions=expansions)
        if self._phrasings is not None:
            _add_learned(found, self._phrasings.bonuses(question, language))
        headers = self._pages.headers({page_id for page_id, _ in found})
        hits = []
        for (page_id, code), scores in found.items():
            header = headers.get(page_id)
            # The index may be a moment behind: only what the database says now is answered from.
            if header is not None and header.answerable_at(at):
                hits.append(_hit(header, code, scores, audience))
        hits.sort(key=lambda hit: (-hit.score, hit.header.page_id))
        return Retrieval(tuple(_chosen(hits, limit, variants)), dense)


@dataclass
class Scores:
    """What the rankers said of one page in one language."""

    fused: float = 0.0
    lexical: float | None = None
    share: float = 0.0
    cosine: float | None = None
    part: float = 0.0


def rank(
    folder: IndexFolder,
    question: str,
    language: str,
    fusion: Fusion | None = None,
    *,
    lexical: bool = True,
    expansions: Sequence[Expansion] = (),
) -> tuple[dict[tuple[str, str], Scores], bool]:
    """Return scores by (page_id, language) from the question's language and Dutch, and whether vectors were asked."""
    found: dict[tuple[str, str], Scores] = {}
    fusion, dense = fusion or folder.fusion, False
    for code in dict.fromkeys((language, _SOURCE_LANGUAGE)):
        if lexical:
            _add_lexical(found, _words(folder, question, code, expansions if code == _SOURCE_LANGUAGE else ()), code)
        weight = fusion.weight(language, code)
        near = _vectors(folder, question, code) if weight else None
        dense = dense or near is not None
        for hit in near or ():
            scores = found.setdefault((hit.page_id, code), Scores())
            scores.cosine, scores.part = hit.cosine, hit.part
            scores.fused += weight * max(0.0, hit.cosine) ** 2
    if dense and fusion.translation is not None:
        settle(found, language, fusion.translation, folder.lexical(_SOURCE_LANGUAGE).has)
    return found, dense


def settle(
    found: dict[tuple[str, str], Scores], language: str, translation: float, in_dutch: Callable[[str], bool]
) -> None:
    """Let the Dutch version of a page rank it for a question in another language, in which it is then shown.

    Every page can be compared in Dutch. The few that are translated share chance words with a question in their
    language, and would stand before the right one: measured, docs/retrieval.md.
    """
    for (page_id, code), scores in found.items():
        if code != _SOURCE_LANGUAGE and code == language:
            dutch = found.get((page_id, _SOURCE_LANGUAGE))
            if dutch is not None:
                scores.fused = dutch.fused + translation * scores.fused
            elif in_dutch(page_id):
                scores.fused *= translation


def _vectors(folder: IndexFolder, question: str, language: str) -> list[DenseHit] | None:
    """The pages nearest in meaning; None where there is no asking."""
    try:
        return folder.dense.search(question, language, _POOL)
    except DenseUnavailable as error:
        if isinstance(error, DenseDamaged):
            folder.report_damage()
        return None


def _words(folder: IndexFolder, question: str, language: str, expansions: Sequence[Expansion]) -> list[LexicalHit]:
    try:
        return folder.lexical(language).search(question, _POOL, expansions)
    except LexicalDamaged:
        folder.report_damage()
        raise


def _add_lexical(found: dict[tuple[str, str], Scores], hits: list[LexicalHit], code: str) -> None:
    # Lists of two languages are made comparable by how much of the question their best page covers.
    scale = max(_FLOOR, max((hit.share for hit in hits[:3]), default=0.0))
    best = hits[0].score if hits else 1.0
    for hit in hits:
        found[hit.page_id, code] = Scores(scale * hit.score / best, hit.score, hit.share)


def audience_weight(named: Sequence[str], asking: str) -> float:
    """Return what the score of a page that names audiences is multiplied by, for who asks; no audience is everybody."""
    return _OTHER_AUDIENCE if asking and named and asking not in named else 1.0


def _add_learned(found: dict[tuple[str, str], Scores], bonuses: dict[str, float]) -> None:
    """Let pages gain that were asked for like this before, also one that no ranker found."""
    for page_id, bonus in bonuses.items():
        languages = [code for one, code in found if one == page_id]
        for code in languages or [_SOURCE_LANGUAGE]:
            found.setdefault((page_id, code), Scores()).fused += bonus


def _hit(header: PageHeader, language: str, scores: Scores, audience: str) -> Hit:
    score = scores.fused * audience_weight(header.audience, audience)
    return Hit(header, language, score, scores.lexical, scores.share, scores.cosine, scores.part)


def _chosen(hits: list[Hit], limit: int, variants: bool) -> Iterator[Hit]:
    """Yield at most `limit`: one hit a page (its best language) and, unless `variants`, one a near-identical text."""
    seen: set[str] = set()
    sketches: list[bytes] = []
    for hit in hits:
        if len(seen) == limit:
            return
        page_id, sketch = hit.header.page_id, hit.header.sketch
        if page_id in seen or (not variants and is_variant(sketch, sketches)):
            continue
        seen.add(page_id)
        sketches.append(sketch)
        yield hit
