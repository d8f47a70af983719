"""The systems that are measured beside each other: plain BM25, the product, and the product with something left out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.bootstrap import Service
from eval.baselines import PlainBm25
from knowledge.embedders import Embedder, ModelMissing, NgramEmbedder, SentenceTransformerEmbedder, minilm_folder
from knowledge.errors import NamedFailure
from knowledge.fusion import WORDS_ALONE, Fusion
from knowledge.index_folder import IndexFolder
from knowledge.lexical_question import LexicalWeights
from knowledge.pages import Page
from knowledge.retrieval import Scores, audience_weight, rank

Search = Callable[[str, str], list[str]]
"""(question, language) -> source ids, best first, at least 10 where there are."""
Ranked = Callable[[str, str], dict[tuple[str, str], tuple[Scores, float]]]
"""(question, language) -> what each ranker says, and what the audience counts, by (source id, language of the page)."""
_NO_GRAMS = {"title_grams": 0.0, "keywords_grams": 0.0, "body_grams": 0.0}
_NO_STEMS = LexicalWeights(stems={"title": 0.0, "keywords": 0.0, "body": 0.0})


def systems(service: Service, bare: bool) -> dict[str, AbstractContextManager[Search]]:
    """Return what is compared, by name; the first is what the others are measured against."""
    stems = LexicalWeights(grams=_NO_GRAMS, rest=0.0)
    untrained = NgramEmbedder()
    found: dict[str, AbstractContextManager[Search]] = {
        "plain BM25 (bm25s, Snowball)": plain(service),
        "stems in passages": product(service, bare, stems, fusion=WORDS_ALONE),
        "+ character 4-grams": product(service, bare, LexicalWeights(rest=0.0), fusion=WORDS_ALONE),
        "+ next three passages": product(service, bare, fusion=WORDS_ALONE),
        "+ words of citizens": product(service, bare, fusion=WORDS_ALONE, terms=True),
        "+ vectors = the product": product(service, bare, terms=True),
        "product, untrained n-grams": product(service, bare, terms=True, embedder=untrained),
        "product without stems": product(service, bare, _NO_STEMS, terms=True),
        "product without words of citizens": product(service, bare),
        "vectors alone": product(service, bare, lexical=False),
        "untrained n-grams alone": product(service, bare, lexical=False, embedder=untrained),
    }
    try:
        found["MiniLM alone"] = product(
            service, bare, lexical=False, embedder=SentenceTransformerEmbedder(minilm_folder())
        )
    except ModelMissing as error:
        print(f"MiniLM is not measured: {error}")
    return found


@contextmanager
def live(service: Service) -> Iterator[Search]:
    """The product's own search, on the live index."""

    def search(text: str, language: str) -> list[str]:
        audience = service.default_site.audience
        hits = service.retriever.search(text, language, 10, datetime.now(UTC), audience=audience, variants=True).hits
        return [hit.header.source_id for hit in hits]

    yield search


@contextmanager
def product(
    service: Service,
    bare: bool,
    weights: LexicalWeights | None = None,
    *,
    fusion: Fusion | None = None,
    lexical: bool = True,
    terms: bool = False,
    embedder: Embedder | None = None,
) -> Iterator[Search]:
    """The product's ranking on the default site, on an index of its own that goes afterwards."""
    with scores(service, bare, weights, fusion=fusion, lexical=lexical, terms=terms, embedder=embedder) as ranked:

        def search(text: str, language: str) -> list[str]:
            found = ranked(text, language)
            best = sorted(found, key=lambda key: (-found[key][0].fused * found[key][1], key))
            return list(dict.fromkeys(source_id for source_id, _ in best))[:10]

        yield search


@contextmanager
def scores(
    service: Service,
    bare: bool,
    weights: LexicalWeights | None = None,
    *,
    fusion: Fusion | None = None,
    lexical: bool = True,
    terms: bool = True,
    embedder: Embedder | None = None,
) -> Iterator[Ranked]:
    """What each ranker says of each page, on an index of its own that goes afterwards."""
    audience = service.default_site.audience
    with tempfile.TemporaryDirectory() as temporary:
        folder = IndexFolder(Path(temporary), embedder or service.embedder, weights)
        folder.vectors = fusion is not WORDS_ALONE
        ids: dict[str, str] = {}
        factor: dict[str, float] = {}
        for pages in batches(service):
            folder.write(pages, bare=bare)
            ids |= {page.page_id: page.source_id for page in pages}
            factor |= {page.page_id: audience_weight(page.service.audience, audience) for page in pages}

        def ranked(text: str, language: str) -> dict[tuple[str, str], tuple[Scores, float]]:
            expansions = service.terms.expansions(text, language) if terms else ()
            found, _ = rank(folder, text, language, fusion, lexical=lexical, expansions=expansions)
            return {(ids[page_id], code): (one, factor[page_id]) for (page_id, code), one in found.items()}

        yield ranked


@contextmanager
def plain(service: Service) -> Iterator[Search]:
    """Plain BM25 over Dutch titles and texts."""
    yield PlainBm25([page for pages in batches(service) for page in pages]).search


def batches(service: Service) -> Iterator[list[Page]]:
    """Yield all pages. Raises NamedFailure where there are none."""
    ids = service.pages.page_ids()
    if not ids:
        raise NamedFailure("there are no pages to measure on: wegwijzer ingest ipdc PATH first.")
    for start in range(0, len(ids), 500):
        yield list(service.pages.get(ids[start : start + 500]).values())
