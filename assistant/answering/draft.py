"""What the steps hand to each other, and what is kept of it for later audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.answering.following import Turn
from assistant.answering.intents import Wish
from assistant.domain.reply import Citation, SignpostReason, Statement
from assistant.sites import Site
from knowledge.pages import Page
from knowledge.retrieval import Hit
from knowledge.services import SectionKind

MOMENTS = (2000, 2100)
"""Years for which answers can be given: outside of them no calendar holds."""


@dataclass(frozen=True)
class Question:
    """What was asked, where and when; `at` is an aware datetime: the clock of the answer."""

    text: str
    site: Site
    at: datetime
    language: str | None = None
    municipality: str | None = None
    source_id: str | None = None
    """Set when the citizen took an option: answer from this page."""
    history: tuple[Turn, ...] = ()
    """What the citizen asked before in this conversation, the oldest first."""


@dataclass(frozen=True)
class Candidate:
    """A page that may answer, with how it was found."""

    hit: Hit
    page: Page


@dataclass(frozen=True)
class Composed:
    """An extractive answer before it is verified and decided on."""

    page: Page
    language: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    missing: tuple[SectionKind, ...]


@dataclass(frozen=True)
class Draft:
    """The state between two steps; each step returns a copy with more in it, or a reply."""

    question: Question
    text: str
    """The citizen's words, cleaned; after `mask` without personal data."""
    language: str
    masking_done: bool = False
    masked: bool = False
    """Whether something was masked."""
    candidates: tuple[Candidate, ...] = ()
    dense: bool = True
    composed: Composed | None = None
    confidence: float | None = None
    perhaps: SignpostReason | None = None
    """A danger that the words may speak of."""
    wish: Wish | None = None
    """What the citizen wants beside an answer from a page."""
    sought: str = ""
    """What is looked for, where that is more than the words of this message."""
    added: str = ""
    """The words of this message, where they are looked for together with what was said before."""
    fits: bool | None = None
    """What the citizen answered when they were asked whether the conditions hold for them."""
    strays: bool = False
    """Whether the words that were added name another page than the one that was found with them: both may be meant."""
    refused: str | None = None
    """The service that the citizen said is not meant."""

    @property
    def subject(self) -> str:
        """The words that say which service is meant."""
        return self.sought or self.text

    @property
    def joined(self) -> bool:
        """Whether more is looked for than this message says."""
        return self.sought not in {"", self.text}


@dataclass(frozen=True)
class StepTrace:
    """One step: its name, wall time in ms, "went on" or the kind of reply it ended with, and its scores."""

    step: str
    ms: float
    outcome: str
    scores: dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """How a reply came about: the steps, what was found, and the exact passages behind the answer."""

    steps: tuple[StepTrace, ...]
    found: tuple[dict[str, Any], ...]
    passages: tuple[Citation, ...]
    versions: dict[str, str]
    asked: str = ""
    """The citizen's words as editors and reports may see them; "" where they are not to be kept (danger)."""
