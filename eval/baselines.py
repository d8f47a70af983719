"""What the product is measured against: plain BM25 as anyone would set it up."""

from __future__ import annotations

import re

from knowledge.pages import Page
from knowledge.passages import slices
from knowledge.services import localized

_WORD = re.compile(r"\w+")


class PlainBm25:
    """bm25s (Lucene's BM25) over Dutch title and text of whole services, Snowball stems, no stop words."""

    def __init__(self, pages: list[Page]) -> None:
        import bm25s
        import Stemmer

        self._stemmer = Stemmer.Stemmer("dutch")
        self._ids = [page.source_id for page in pages]
        texts = [" ".join((localized(page.service.title, "nl"), *slices(page.service, "nl"))) for page in pages]
        self._index = bm25s.BM25(method="lucene")
        self._index.index([self._tokens(text) for text in texts], show_progress=False)

    def search(self, question: str, _language: str) -> list[str]:
        """Return the ten best services that share a word with the question."""
        known = [token for token in self._tokens(question) if token in self._index.vocab_dict]
        if not known:
            return []
        scores = self._index.get_scores(known)
        best = sorted(range(len(scores)), key=lambda number: -scores[number])[:10]
        return [self._ids[number] for number in best if scores[number] > 0]

    def _tokens(self, text: str) -> list[str]:
        return list(self._stemmer.stemWords(_WORD.findall(text.lower())))
