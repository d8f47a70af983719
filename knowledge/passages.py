"""Passages: the pieces of a page that are found and cited on their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.services import PublicService, Section, SectionKind, Sentence

PASSAGE_WORDS = 100
"""About how many words a passage has: measured, 60 to 160 find equally well (docs/retrieval.md)."""


@dataclass(frozen=True)
class Passage:
    """Sentences of one section of a page, at most about `PASSAGE_WORDS` words; `number` counts within the page."""

    number: int
    kind: SectionKind
    language: str
    source_field: str
    heading: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The words of the passage, one sentence a line: what a citation quotes."""
        return "\n".join(sentence.text for sentence in self.sentences)


def passages(service: PublicService, language: str) -> list[Passage]:
    """Return the passages of `service` in `language`, cut along sections and, where those are long, sentences."""
    pieces = (
        (section, piece) for section in service.sections if section.language == language for piece in _cut(section)
    )
    return [
        Passage(number, section.kind, language, section.source_field, section.heading, piece)
        for number, (section, piece) in enumerate(pieces)
    ]


def slices(service: PublicService, language: str) -> list[str]:
    """Return the words of `service` in `language` in slices of about `PASSAGE_WORDS`: what is searched.

    Search looks across sections (a section may be one line), citing does not; so short ones share a slice here.
    """
    texts = [
        " ".join([section.heading, *(sentence.text for sentence in section.sentences)])
        for section in service.sections
        if section.language == language
    ]
    words = " ".join(texts).split()
    count = max(1, round(len(words) / PASSAGE_WORDS))
    size = -(-len(words) // count) or 1
    return [" ".join(words[start : start + size]) for start in range(0, len(words), size)] or [""]


def _cut(section: Section) -> Iterator[tuple[Sentence, ...]]:
    piece: list[Sentence] = []
    length = 0
    for sentence in section.sentences:
        words = len(sentence.text.split())
        if piece and length + words > PASSAGE_WORDS:
            yield tuple(piece)
            piece, length = [], 0
        piece.append(sentence)
        length += words
    if piece:
        yield tuple(piece)
