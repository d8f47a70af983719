"""Lexical search in tantivy: stems for exact words, character 4-grams for compounds and typos, BM25 adds them up.

Measured on IPDC (docs/retrieval.md): the 4-gram fields are worth +0.23 recall@5 in Dutch over stems alone.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from typing import Any

import tantivy

from knowledge.places import places_in
from knowledge.text import content_tokens, stem, stop_words, tokens

_GRAM = 4
_STEM_FIELDS = ("title", "keywords", "body")
_GRAM_FIELDS = ("title_grams", "keywords_grams", "body_grams")
_PER_WORD, _BUDGET, _FREQUENT = 12, 240, 0.2
"""At most so many (the rarest) grams a word and field, and in all; one in over 20 % of passages is noise."""
_POOL = 60
_REMEMBERED = 100_000
"""Terms whose number of passages is remembered."""


@dataclass(frozen=True)
class LexicalDocument:
    """One page in one language, to be indexed: `slices` are what `passages.slices` returns."""

    page_id: str
    title: str
    keywords: str
    slices: Sequence[str]


@dataclass(frozen=True)
class LexicalHit:
    """A page that shares words with the question.

    `score` is BM25's, `share` the part (0..1) of the question's possible stem score that this page reaches: it can be
    compared over languages and says how much of the question the page covers.
    """

    page_id: str
    score: float
    share: float


@dataclass(frozen=True)
class LexicalWeights:
    """What each field counts for; a field with weight 0 is not searched.

    `grams` are shared among the grams of one word; `rest` is what a page's next three passages add to its best one.
    """

    stems: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(_STEM_FIELDS, 1.0))
    grams: Mapping[str, float] = field(default_factory=lambda: dict(zip(_GRAM_FIELDS, (1.0, 1.0, 3.0), strict=True)))
    rest: float = 0.1


class LexicalIndex:
    """One language's index in a folder. One process writes, any number read; a reader sees commits after `reload`."""

    def __init__(self, folder: Path, language: str, weights: LexicalWeights | None = None) -> None:
        self._folder, self._language = folder, language
        self._weights = weights or LexicalWeights()
        self._index: Any = None
        self._counts: dict[tuple[str, str], int] = {}

    def write(self, documents: Iterable[LexicalDocument], removed: Iterable[str] = ()) -> None:
        """Replace pages and remove others, in one commit."""
        index = self._open(create=True)
        writer = index.writer(heap_size=50_000_000, num_threads=1)
        for page_id in removed:
            writer.delete_documents_by_term("page_id", page_id)
        for document in documents:
            writer.delete_documents_by_term("page_id", document.page_id)
            for piece in document.slices:
                writer.add_document(self._document(document, piece))
        writer.commit()
        writer.wait_merging_threads()
        self.reload()

    def reload(self) -> None:
        """See what was committed since, also by another process."""
        if self._index is not None:
            self._index.reload()
            self._counts = {}

    def readable(self) -> bool:
        """Whether the folder can be opened; tantivy raises several kinds for a damaged one."""
        try:
            self.count()
        except Exception:
            return False
        return True

    def count(self) -> int:
        """Return the number of passages indexed."""
        index = self._open()
        return int(index.searcher().num_docs) if index else 0

    def search(self, text: str, limit: int) -> list[LexicalHit]:
        """Return the best pages for the words of `text`, best first; none if no word is known."""
        index = self._open()
        if index is None:
            return []
        searcher = index.searcher()
        stems, words = self._question(text)
        query = self._query(index.schema, searcher, stems, words)
        if query is None:
            return []
        scores: dict[str, list[float]] = defaultdict(list)
        stored: dict[str, set[str]] = defaultdict(set)
        for score, address in searcher.search(query, limit=_POOL, count=False).hits:
            document = searcher.doc(address)
            page_id = document.get_first("page_id")
            scores[page_id].append(score)
            stored[page_id].update(document.get_first("stems").split())
        total = {page: found[0] + self._weights.rest * sum(found[1:4]) for page, found in scores.items()}
        weights = self._weights_of(searcher, text, stems)
        best = sorted(total, key=lambda page: (-total[page], page))[:limit]
        return [LexicalHit(page, total[page], _share(weights, stored[page])) for page in best]

    def _question(self, text: str) -> tuple[list[str], list[str]]:
        words = list(dict.fromkeys(content_tokens(text, self._language) or tokens(text)))
        return list(dict.fromkeys(stem(word, self._language) for word in words)), words

    def _query(self, schema: Any, searcher: Any, stems: list[str], words: list[str]) -> Any:
        terms = [
            (name, one, boost)
            for one in stems
            for name, boost in self._weights.stems.items()
            if boost and self._frequency(searcher, name, one)
        ]
        per_word = max(2, min(_PER_WORD, _BUDGET // max(1, len(words) * len(_GRAM_FIELDS))))
        frequent = _FREQUENT * searcher.num_docs
        for word in words:
            grams = list(dict.fromkeys(_grams(word)))
            for name, boost in self._weights.grams.items():
                if not boost:
                    continue
                known = sorted((count, gram) for gram in grams if (count := self._frequency(searcher, name, gram)))
                rare = [pair for pair in known if pair[0] <= frequent] or known[:2]
                terms += [(name, gram, boost / len(grams)) for _, gram in rare[:per_word]]
        if not terms:
            return None
        # One flat disjunction, so that tantivy can skip passages that cannot reach the top (WAND).
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(schema, name, term), boost))
            for name, term, boost in terms
        ]
        return tantivy.Query.boolean_query(clauses)

    def _weights_of(self, searcher: Any, text: str, stems: list[str]) -> dict[str, float]:
        """How much each word of the question says about its topic: its rarity (BM25's idf)."""
        places = {stem(word, self._language) for word in places_in(text)}
        found = {}
        for one in stems:
            count, total = max(self._frequency(searcher, name, one) for name in _STEM_FIELDS), searcher.num_docs
            # Pages that were replaced are still counted until tantivy merges them away.
            count = min(count, total)
            # A word that no page knows (a name, a typo) says less than a rare known one, a place nothing at all.
            known = 1.0 if count else 0.0 if one in places else 0.5
            found[one] = known * log(1 + (total - count + 0.5) / (count + 0.5))
        return found

    def _frequency(self, searcher: Any, field: str, term: str) -> int:
        """In how many passages a term stands; remembered until the index changes."""
        count = self._counts.get((field, term))
        if count is None:
            if len(self._counts) > _REMEMBERED:
                self._counts = {}
            count = self._counts[field, term] = int(searcher.doc_freq(field, term))
        return count

    def _document(self, document: LexicalDocument, piece: str) -> Any:
        title, keywords, body = (tokens(text) for text in (document.title, document.keywords, piece))
        stems = {
            name: [stem(word, self._language) for word in words]
            for name, words in (("title", title), ("keywords", keywords), ("body", body))
        }
        fields = {name: " ".join(found) for name, found in stems.items()}
        for name, words in (("title_grams", title), ("keywords_grams", keywords), ("body_grams", body)):
            stop = stop_words(self._language)
            fields[name] = " ".join(gram for word in words if word not in stop for gram in _grams(word))
        fields["stems"] = " ".join(sorted({one for found in stems.values() for one in found}))
        return tantivy.Document(page_id=document.page_id, **fields)

    def _open(self, *, create: bool = False) -> Any:
        if self._index is None:
            exists = self._folder.is_dir() and tantivy.Index.exists(str(self._folder))
            if not exists and not create:
                return None
            if not exists:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder.mkdir(parents=True)
            self._index = tantivy.Index(_schema(), path=str(self._folder))
            analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("words", analyzer)
        return self._index


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("page_id", stored=True, tokenizer_name="raw", index_option="basic")
    # The stems of a passage, to tell which words of a question it has; stored, not searched.
    builder.add_text_field("stems", stored=True, tokenizer_name="raw", index_option="basic")
    for name in (*_STEM_FIELDS, *_GRAM_FIELDS):
        builder.add_text_field(name, stored=False, tokenizer_name="words", index_option="freq")
    return builder.build()


def _grams(word: str) -> list[str]:
    if len(word) < _GRAM or word.isdigit():
        return [word]
    marked = f"<{word}>"
    return [marked[start : start + _GRAM] for start in range(len(marked) - _GRAM + 1)]


def _share(weights: dict[str, float], stems: set[str]) -> float:
    possible = sum(weights.values())
    return sum(weight for one, weight in weights.items() if one in stems) / possible if possible else 0.0
