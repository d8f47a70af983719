"""One generation of the index: words per language in tantivy, vectors in Chroma, written and compared together."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from knowledge.dense import DenseIndex, DenseUnavailable
from knowledge.dense_records import DenseDocument
from knowledge.embedders import Embedder
from knowledge.fusion import fusion_for
from knowledge.index_copies import VECTORS, WORDS, PrivateCopy
from knowledge.index_state import Stamps, flaw_in, report_damage
from knowledge.language import LANGUAGES
from knowledge.lexical import LexicalDamaged, LexicalDocument, LexicalIndex
from knowledge.lexical_question import LexicalWeights
from knowledge.pages import Page
from knowledge.passages import slices
from knowledge.services import localized

Marks = Counter[tuple[str, str, str]]
"""How often (language, page_id, mark) is there; a mark says which revision and which words were indexed."""


class IndexFolder:
    """One generation: the folder of its words, and the vectors in it or on the Chroma server."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        weights: LexicalWeights | None = None,
        *,
        chroma_url: str = "",
        prefix: str = "",
        copy: Path | None = None,
    ) -> None:
        """`prefix` tells its collections on the server; what is read is the `copy`, where there is one."""
        self.folder = folder
        self.vectors = True
        self.fusion = fusion_for(embedder.version)
        self._embedder, self._weights, self._chroma_url, self._prefix = embedder, weights, chroma_url, prefix
        at = copy or folder
        self.dense = DenseIndex(chroma_url or at / VECTORS, embedder, prefix)
        self._lexical = {code: LexicalIndex(at / WORDS / code, code, weights) for code in LANGUAGES}

    def lexical(self, language: str) -> LexicalIndex:
        return self._lexical[language]

    def read_alone(self, copies: Path, files: Stamps) -> IndexFolder:
        """Return this generation open for reading, in a copy that goes when nobody uses it any more.

        Raises LexicalDamaged, OSError, Timeout. Without the vectors where those are not as they were written.
        """
        copy = PrivateCopy(copies)
        try:
            copy.take(self.folder, WORDS)
            if flaw := flaw_in(self.folder, files, WORDS):
                raise LexicalDamaged(flaw)
            if not self._chroma_url:
                with suppress(OSError):
                    copy.take(self.folder, VECTORS)
                if flaw_in(self.folder, files, VECTORS):
                    copy.drop(VECTORS)
            server = {"chroma_url": self._chroma_url, "prefix": self._prefix}
            reading = IndexFolder(self.folder, self._embedder, self._weights, copy=copy.folder, **server)
            for index in reading._lexical.values():
                index.count()
            copy.drop(WORDS)
        except BaseException:
            copy.remove()
            raise
        weakref.finalize(reading, _let_go, reading.dense, copy)
        return reading

    def write(self, pages: Sequence[Page], removed: Sequence[str] = (), *, bare: bool = False) -> None:
        """Replace pages and remove others; `bare` keeps Dutch titles and texts only (for measuring).

        Where vectors cannot be written, words are, and `vectors` is False from then on. Raises LexicalDamaged.
        """
        for language in ("nl",) if bare else LANGUAGES:
            present = [page for page in pages if language in page.service.languages]
            gone = [*removed, *(page.page_id for page in pages if language not in page.service.languages)]
            exists = (self.folder / WORDS / language).is_dir()
            if not present and not exists:
                continue
            words = [_words(page, language, bare) for page in present]
            self._lexical[language].write(words, gone)
            if self.vectors:
                try:
                    self.dense.write(language, map(_vectors, words), gone)
                except DenseUnavailable:
                    self.vectors = False

    def languages_without_vectors(self) -> set[str]:
        """Return the languages whose vectors are gone. Raises DenseUnavailable."""
        written = {code for code in LANGUAGES if (self.folder / WORDS / code).is_dir()}
        return written - self.dense.languages()

    def report_damage(self) -> None:
        """Let the process that writes the index know that this generation could not be read."""
        report_damage(self.folder)

    def marks(self) -> tuple[Marks, Marks]:
        """Return what the words and what the vectors were made of; nothing of what cannot be read."""
        words, vectors = Marks(), Marks()
        with suppress(LexicalDamaged):
            words.update((code, *found) for code in LANGUAGES for found in self._lexical[code].marks())
        with suppress(DenseUnavailable):
            vectors.update((code, *found) for code in LANGUAGES for found in self.dense.marks(code))
        return words, vectors


def expected_marks(pages: Iterable[Page]) -> tuple[Marks, Marks]:
    """Return the marks that an index of these pages has, when it is right."""
    words, vectors = Marks(), Marks()
    for page in pages:
        for language in set(page.service.languages) & set(LANGUAGES):
            lexical = _words(page, language)
            dense = _vectors(lexical)
            words.update((language, page.page_id, lexical.mark(piece)) for piece in lexical.slices)
            vectors.update((language, page.page_id, dense.mark(text)) for text in dense.all_texts)
    return words, vectors


def differing(engine: str, expected: Marks, found: Marks) -> list[dict[str, str]]:
    """Return where `found` is not what is `expected`: {"page_id", "language", engine: what is wrong}."""
    missing = {key[:2] for key in expected - found}
    extra = {key[:2] for key in found - expected}
    kinds = {"missing": missing - extra, "left over": extra - missing, "another text": missing & extra}
    return [
        {"page_id": page_id, "language": language, engine: kind}
        for kind, pages in kinds.items()
        for language, page_id in sorted(pages)
    ]


def _let_go(dense: DenseIndex, copy: PrivateCopy) -> None:
    dense.close()
    copy.remove()


def _words(page: Page, language: str, bare: bool = False) -> LexicalDocument:
    service = page.service
    summary = localized(service.summary, language)
    keywords = "" if bare else " ".join((*service.keywords.get(language, ()), summary))
    title = localized(service.title, language)
    # How people ask for it is found as one piece each, like a slice of the text.
    asked = () if bare else service.phrasings.get(language, ())
    return LexicalDocument(page.page_id, page.revision, title, keywords, [*slices(service, language), *asked])


def _vectors(words: LexicalDocument) -> DenseDocument:
    heading = f"{words.title} {words.keywords}".strip()
    return DenseDocument(words.page_id, words.revision, heading, words.slices)
