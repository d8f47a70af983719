"""Lexical search in tantivy: stems for exact words, character 4-grams for compounds and typos, BM25 adds them up.

Measured on IPDC (docs/retrieval.md): the 4-gram fields are worth +0.23 recall@5 in Dutch over stems alone.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zlib import crc32

import tantivy

from knowledge.lexical_question import GRAM_FIELDS, STEM_FIELDS, LexicalWeights, Question, grams_of, share
from knowledge.terms import Expansion
from knowledge.text import stem, stop_words, tokens

_POOL = 60
_REMEMBERED = 100_000
"""Terms whose number of passages is remembered."""


class LexicalDamaged(Exception):  # noqa: N818 - named for what happened
    """The words cannot be read or written: they are to be built anew."""


@dataclass(frozen=True)
class LexicalDocument:
    """One page in one language, to be indexed: `slices` are what `passages.slices` returns."""

    page_id: str
    revision: int
    title: str
    keywords: str
    slices: Sequence[str]

    def mark(self, piece: str) -> str:
        """Say in a few letters what was indexed of a slice: which revision, which words."""
        return f"{self.revision}.{crc32(f'{self.title}|{self.keywords}|{piece}'.encode()):x}"


@dataclass(frozen=True)
class LexicalHit:
    """A page that shares words with the question.

    `score` is BM25's, `share` the part (0..1) of the question's possible stem score that this page reaches: it can be
    compared over languages and says how much of the question the page covers.
    """

    page_id: str
    score: float
    share: float


class LexicalIndex:
    """One language's index in a folder. One process writes, any number read; a reader sees commits after `reload`."""

    def __init__(self, folder: Path, language: str, weights: LexicalWeights | None = None) -> None:
        self._folder, self._language = folder, language
        self._weights = weights or LexicalWeights()
        self._index: Any = None
        self._counts: dict[tuple[str, str], int] = {}

    def write(self, documents: Iterable[LexicalDocument], removed: Iterable[str] = ()) -> None:
        """Replace pages and remove others, in one commit. Raises LexicalDamaged."""
        with _told():
            writer = self._open(create=True).writer(heap_size=50_000_000, num_threads=1)
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
        """See what was committed since, also by another process. Raises LexicalDamaged."""
        if self._index is not None:
            with _told():
                self._index.reload()
            self._counts = {}

    def count(self) -> int:
        """Return the number of passages indexed. Raises LexicalDamaged."""
        with _told():
            index = self._open()
            return int(index.searcher().num_docs) if index else 0

    def has(self, page_id: str) -> bool:
        """Whether a page is in this language. Raises LexicalDamaged."""
        with _told():
            index = self._open()
            return index is not None and index.searcher().doc_freq("page_id", page_id) > 0

    def marks(self) -> Iterator[tuple[str, str]]:
        """Yield (page_id, mark) of every passage indexed. Raises LexicalDamaged."""
        total = self.count()
        with _told():
            searcher: Any = self._index.searcher() if total else None
            every = searcher.search(tantivy.Query.all_query(), limit=total, count=False).hits if total else []
            for _, address in every:
                document = searcher.doc(address)
                yield document.get_first("page_id"), document.get_first("mark")

    def search(self, text: str, limit: int, expansions: Sequence[Expansion] = ()) -> list[LexicalHit]:
        """Return the best pages for the words of `text` and the terms they stand for, best first; none where none fits.

        Raises LexicalDamaged.
        """
        with _told():
            return self._search(Question(text, self._language, expansions), limit)

    def _search(self, asked: Question, limit: int) -> list[LexicalHit]:
        index = self._open()
        if index is None:
            return []
        searcher = index.searcher()
        frequency = partial(self._frequency, searcher)
        terms = asked.terms(self._weights, frequency, searcher.num_docs)
        if not terms:
            return []
        # One flat disjunction, so that tantivy can skip passages that cannot reach the top (WAND).
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(index.schema, name, term), boost))
            for name, term, boost in terms
        ]
        query = tantivy.Query.boolean_query(clauses)
        scores: dict[str, list[float]] = defaultdict(list)
        stored: dict[str, str] = defaultdict(lambda: " ")
        for score, address in searcher.search(query, limit=_POOL, count=False).hits:
            document = searcher.doc(address)
            page_id = document.get_first("page_id")
            scores[page_id].append(score)
            stored[page_id] += f"{document.get_first('stems')} "
        total = {page: found[0] + self._weights.rest * sum(found[1:4]) for page, found in scores.items()}
        importance = asked.importance(frequency, searcher.num_docs)
        best = sorted(total, key=lambda page: (-total[page], page))[:limit]
        return [LexicalHit(page, total[page], share(importance, asked.covered(stored[page]))) for page in best]

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
        stop = stop_words(self._language)
        for name, words in (("title_grams", title), ("keywords_grams", keywords), ("body_grams", body)):
            fields[name] = " ".join(_grams(word) for word in words if word not in stop)
        fields["stems"] = " ".join(sorted({one for found in stems.values() for one in found}))
        return tantivy.Document(page_id=document.page_id, mark=document.mark(piece), **fields)

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


@lru_cache(maxsize=50_000)
def _grams(word: str) -> str:
    return " ".join(grams_of(word))


@contextmanager
def _told() -> Iterator[None]:
    """Make one error of the many kinds that tantivy raises for a damaged folder; one of them is no Exception."""
    try:
        yield
    except (LexicalDamaged, GeneratorExit):
        raise
    except BaseException as error:
        if isinstance(error, ValueError | OSError) or type(error).__name__ == "PanicException":
            raise LexicalDamaged(f"{type(error).__name__}: {error}") from error
        raise


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("page_id", stored=True, tokenizer_name="raw", index_option="basic")
    # The stems of a passage, to tell which words of a question it has; stored, not searched.
    builder.add_text_field("stems", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("mark", stored=True, tokenizer_name="raw", index_option="basic")
    for name in (*STEM_FIELDS, *GRAM_FIELDS):
        builder.add_text_field(name, stored=False, tokenizer_name="words", index_option="freq")
    return builder.build()
