"""What the tests of the assistant are built from: questions, drafts, hand-made pages, and homes that do not expire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from assistant.answering.draft import Candidate, Composed, Draft, Question
from assistant.answering.pipeline import Assistant, Step
from assistant.bootstrap import Service
from assistant.settings import Settings
from assistant.sites import Site, load_sites
from ingest.report import RecordError
from ingest.sources.sample import read_sample
from knowledge.pages import Page, PageDraft, PageHeader, PageState, page_id_of
from knowledge.retrieval import Hit
from knowledge.services import PublicService, Section, SectionKind, Sentence
from tests.conftest import MONDAY_MORNING
from tests.databases import conversations_in
from tests.homes import Homes

SITE: Site = load_sites()["regio"]
MUNICIPAL_ID = "compostvat"
MUNICIPAL_QUESTION = "Ik wil een compostvat kopen"
"""Its page holds in one municipality only, so the reply is a clarification whatever the thresholds."""
_SAMPLE_TITLES = {
    "kids-id": "Kids-ID aanvragen",
    "verhuizen": "Verhuizen: uw nieuwe adres aangeven",
    "epc": "Energieprestatiecertificaat (EPC)",
}


def sure_question(source_id: str) -> str:
    """The title of a sample page: if anything is answered outright, this is."""
    return _SAMPLE_TITLES[source_id]


def a_question(text: str = "Kids-ID aanvragen", **changes: Any) -> Question:
    return replace(Question(text, SITE, MONDAY_MORNING), **changes)


def a_draft(text: str = "Kids-ID aanvragen", *, question: Question | None = None, **changes: Any) -> Draft:
    asked = question or a_question(text)
    return replace(Draft(asked, asked.text, asked.language or "nl", masking_done=True), **changes)


def a_section(
    kind: SectionKind, *sentences: str, heading: str = "", source_field: str = "", language: str = "nl"
) -> Section:
    found = tuple(Sentence(sentence) for sentence in sentences)
    return Section(kind, language, source_field or kind.value, heading, found)


def a_page(*sections: Section, **fields: Any) -> Page:
    known: dict[str, Any] = {"source": "test", "source_id": "bijstand", "title": {"nl": "Bijstand"}, "description": {}}
    service = PublicService(**(known | fields), sections=sections)
    page_id = page_id_of(service.source, service.source_id)
    return Page(page_id, 1, PageState.PUBLISHED, MONDAY_MORNING, service)


def a_candidate(page: Page, *, share: float = 1.0, score: float = 1.0, language: str = "nl") -> Candidate:
    header = PageHeader(page.page_id, page.source_id, page.revision, page.state, None, None, (), b"")
    return Candidate(Hit(header, language, score, 1.0, share, None), page)


def composed_of(draft: Draft) -> Composed:
    assert draft.composed is not None
    return draft.composed


def open_home(home: Path, **environment: str) -> Service:
    """Open an installation on `home`, as a process of its own would."""
    return Service(Settings.from_environment({"WEGWIJZER_HOME": str(home), **environment}))


FEW = ("kids-id", "verhuizen", "identiteitskaart-verloren", "geboorteaangifte")
"""Sample pages for a home of a test that needs some pages, and not all."""


def fill(service: Service, *source_ids: str) -> None:
    """Publish the pages (see `publish`) and index them."""
    publish(service, *source_ids)
    service.index.update()


def filled_home(homes: Homes, home: Path, *source_ids: str, **environment: str) -> Service:
    """Open an installation on `home` with the pages (see `publish`), indexed; as `fill`, made once for all tests."""

    def make(template: Path) -> None:
        service = open_home(template)
        fill(service, *source_ids)
        service.database.close()

    homes.copy("-".join(source_ids) or "all", make, home)
    conversations_in(home)
    return open_home(home, **environment)


def publish(service: Service, *source_ids: str) -> None:
    """Publish the sample pages (or these of them) without their review term, and one page of a municipality."""
    drafts = [one for one in _sample() if not source_ids or one.service.source_id in source_ids]
    lasting = [replace(one, service=replace(one.service, review_by=None)) for one in drafts]
    service.pages.publish([*lasting, PageDraft(municipal_service(), "compostvat-1")], datetime.now(UTC))


@cache
def _sample() -> tuple[PageDraft, ...]:
    return tuple(one for one in read_sample() if not isinstance(one, RecordError))


def municipal_service() -> PublicService:
    return PublicService(
        source="test",
        source_id=MUNICIPAL_ID,
        title={"nl": "Compostvat kopen in Demostad"},
        description={"nl": "<p>U koopt een compostvat bij het containerpark.</p>"},
        summary={"nl": "Compostvat bij het containerpark."},
        keywords={"nl": ("compostvat", "compostvat kopen")},
        spatial=("BE23444021",),
        sections=(a_section(SectionKind.DESCRIPTION, "U koopt een compostvat bij het containerpark."),),
    )


def assistant_with(steps: tuple[Step, ...]) -> Assistant:
    return Assistant(steps, {"index": "test"})
