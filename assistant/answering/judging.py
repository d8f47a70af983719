"""What makes a reply right: the service, its facts, the conditions that bind, the source of every sentence, the kind.

Pure functions, used by the product before a reply leaves (`supported`) and by eval on replies of which the right one
is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from assistant.answering.compose import is_binding
from assistant.answering.wants import binds
from assistant.domain.reply import Answer, Citation, Statement
from knowledge.pages import Page
from knowledge.passages import passages
from knowledge.text import fold

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Gold:
    """What the right reply to a question is: from one of these services, with these words in it."""

    services: frozenset[str] = frozenset()
    """None where nothing that is published answers the question."""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What is right about an answer, and what it lacks."""

    service: bool
    facts: tuple[str, ...] = ()
    """Gold facts that it does not tell."""
    conditions: tuple[str, ...] = ()
    """Sentences of its page that bind the reader and are not in it."""
    unsupported: tuple[str, ...] = ()
    """Its sentences that do not stand in the passage they cite."""

    @property
    def right(self) -> bool:
        """Whether the citizen was told what holds, and all of it."""
        return self.service and not (self.facts or self.conditions or self.unsupported)


def judge(answer: Answer, gold: Gold, pages: Mapping[str, Page]) -> Verdict:
    """Return what is right about an answer; `pages` are those it cites, by page id."""
    cited = {citation.source_id for citation in answer.citations}
    told = _told([answer.text, *(statement.text for statement in answer.statements)])
    said = {squeeze(statement.text) for statement in answer.statements}
    # What is quoted must itself stand on the page; a citation keeps its number.
    proven = tuple(one if _on_page(one, pages) else replace(one, quote="") for one in answer.citations)
    languages = {(citation.page_id, citation.language) for citation in answer.citations}
    return Verdict(
        service=bool(cited) and cited <= gold.services,
        facts=tuple(fact for fact in gold.facts if _told([fact]) not in told),
        conditions=tuple(
            sentence
            for page_id, language in sorted(languages)
            for sentence in binding(pages[page_id], language)
            if squeeze(sentence) not in said
        ),
        unsupported=tuple(one.text for one in answer.statements if not supported(one, proven)),
    )


def binding(page: Page, language: str) -> list[str]:
    """Return the sentences of a page that bind whoever reads it: its conditions and exceptions, wherever they stand."""
    return [
        sentence.text
        for passage in passages(page.service, language)
        for sentence in passage.sentences
        if is_binding(passage) or binds(sentence.text)
    ]


def supported(statement: Statement, citations: tuple[Citation, ...]) -> bool:
    """Whether a statement stands, word for word, in a passage that it cites."""
    cited = [citations[number] for number in statement.citations if number < len(citations)]
    return any(squeeze(statement.text) in squeeze(citation.quote) for citation in cited)


def squeeze(text: str) -> str:
    """Return text with every run of white space as one space."""
    return _SPACE.sub(" ", text).strip()


def _on_page(citation: Citation, pages: Mapping[str, Page]) -> bool:
    """Whether what is quoted stands on the page as it is published."""
    page = pages.get(citation.page_id)
    found = passages(page.service, citation.language) if page else []
    return squeeze(citation.quote) in {squeeze(passage.text) for passage in found}


def _told(texts: Iterable[str]) -> str:
    return squeeze(fold(" ".join(texts)))
