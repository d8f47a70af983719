"""Step retrieve: the pages that may answer, with their text."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, zip_longest

from assistant.answering.draft import Candidate, Draft
from assistant.answering.naming import is_named_by, own_words, speaks_of
from assistant.answering.replies import escalate
from assistant.answering.wants import topic, wanted
from assistant.answering.wished import grant
from assistant.domain.reply import Escalation, EscalationReason, Reply
from assistant.sites import Site
from knowledge.retrieval import Hit, Retriever
from knowledge.store.pages import Pages

_CANDIDATES = 8
"""The right page is among the first three in most cases; the others tell how clear the choice was."""
_OWN_SUBJECT = 1.05
"""A page on a site's own subject stands before one that scored at most so much better."""


class RetrieveStep:
    """Searches, or takes the page the citizen chose."""

    name = "retrieve"

    def __init__(self, retriever: Retriever, pages: Pages) -> None:
        self._retriever, self._pages = retriever, pages

    def __call__(self, draft: Draft) -> Draft | Reply:
        if draft.question.source_id is not None:
            return self._chosen(draft, draft.question.source_id)
        found = self._found(draft)
        if not isinstance(found, Draft) or not draft.added or wanted(draft.added):
            return found
        words = own_words(draft.added, draft.language)
        return found if not words or speaks_of(found.candidates[0], words) else self._with_alone(found, words)

    def _with_alone(self, joined: Draft, words: frozenset[str]) -> Draft:
        """Add what is found for the last message alone, where its words name a page: that may be meant."""
        alone = self._found(replace(joined, sought=""))
        if not isinstance(alone, Draft) or not is_named_by(alone.candidates[0], words):
            return joined
        found: dict[str, Candidate] = {}
        for one in chain.from_iterable(zip_longest(alone.candidates, joined.candidates)):
            if one:
                found.setdefault(one.page.page_id, one)
        return replace(joined, candidates=tuple(found.values())[:_CANDIDATES], strays=True)

    def _found(self, draft: Draft) -> Draft | Reply:
        site, at = draft.question.site, draft.question.at
        words = " ".join(topic(*_sought(draft)))
        found = self._retriever.search(words, _sought(draft)[1], _CANDIDATES, at, audience=site.audience)
        pages = self._pages.get(hit.header.page_id for hit in found.hits)
        candidates = tuple(
            Candidate(hit, pages[hit.header.page_id]) for hit in found.hits if hit.header.page_id in pages
        )
        # What the citizen just said is not meant gives way to whatever else was found.
        candidates = tuple(one for one in candidates if one.page.source_id != draft.refused) or candidates
        # All that was found stays: a site never keeps a citizen from another body's page.
        candidates = tuple(sorted(candidates, key=lambda one: -_weight(one, site)))
        if not candidates:
            return grant(draft, draft.wish) if draft.wish else escalate(draft, EscalationReason.NOT_FOUND)
        return replace(draft, candidates=candidates, dense=found.dense)

    def _chosen(self, draft: Draft, source_id: str) -> Draft | Escalation:
        page = self._pages.find(source_id)
        header = self._pages.headers([page.page_id]).get(page.page_id) if page else None
        if page is None or header is None:
            return escalate(draft, EscalationReason.NOT_FOUND, detail=f"no page {source_id}")
        if not header.answerable_at(draft.question.at):
            return escalate(draft, EscalationReason.SOURCE_OUTDATED, detail=page.page_id)
        language = draft.language if draft.language in page.service.languages else page.service.languages[0]
        hit = Hit(header, language, 1.0, None, 1.0, None)
        return replace(draft, candidates=(Candidate(hit, page),), confidence=1.0)


def _sought(draft: Draft) -> tuple[str, str]:
    """What is searched for, and in which language: of a word of another country, what is meant by it here."""
    term = draft.wish.term if draft.wish else None
    return (term.here, "nl") if term and term.here else (draft.subject, draft.language)


def _weight(candidate: Candidate, site: Site) -> float:
    return candidate.hit.score * (_OWN_SUBJECT if site.scope.prefers(candidate.page.service) else 1.0)
