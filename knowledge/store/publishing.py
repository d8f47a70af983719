"""The two moves behind every change of a page: keeping a revision, and making one live with its line in the log."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.pages import PageState
from knowledge.services import PublicService
from knowledge.store.tables import ChangeRow, PageRow, RevisionRow
from knowledge.translations import Ties, digests, tie
from knowledge.variants import sketch


@dataclass(frozen=True)
class Text:
    """What a revision says, ready to be kept: made before a transaction begins, so that nobody waits for it."""

    service: PublicService
    content: bytes
    sketch: bytes
    digests: dict[str, str]


def text_of(service: PublicService) -> Text:
    return Text(service, zlib.compress(_adapter().dump_json(service), 1), sketch(service), digests(service))


def new_page(session: Session, page_id: str, service: PublicService, at: datetime) -> PageRow:
    """Return the row of a page that has no revision yet; flush before its first revision, which refers to it."""
    row = PageRow(page_id=page_id, source=service.source, source_id=service.source_id, revision=0, latest=0)
    row.state, row.digest, row.held, row.published_at = PageState.DRAFT, "", False, at
    row.audience, row.sketch = "", b""
    session.add(row)
    return row


def add_revision(
    session: Session,
    row: PageRow,
    text: Text,
    state: PageState,
    at: datetime,
    *,
    author: str = "",
    note: str = "",
) -> int:
    """Keep the next revision of a page and return its number."""
    # A program of before there was `latest` may still have been publishing while the home was brought up to date.
    before = max(row.latest, row.revision)
    row.latest = before + 1
    revision = RevisionRow(page_id=row.page_id, number=row.latest, created_at=at, service=text.content, state=state)
    revision.author, revision.note = author, note
    if len(text.digests) > 1:
        revision.ties = json.dumps(tie(text.digests, _ties(session, row.page_id, before)))
    session.add(revision)
    if row.state in {PageState.DRAFT, PageState.IN_REVIEW}:
        # A page that never was live stands where its newest revision stands.
        row.state, row.revision = state, row.latest
    return row.latest


def make_live(
    session: Session,
    row: PageRow,
    number: int,
    text: Text,
    *,
    state: PageState,
    at: datetime,
    author: str = "",
) -> None:
    """Let a revision be what holds of a page, published or withdrawn, and write the line in the change log.

    The log of a page never goes back in time, also where clocks differ or an import began before an editor decided.
    """
    service = text.service
    at = max(at, row.published_at)
    row.state, row.revision, row.published_at, row.ends = state, number, at, service.ends
    row.review_by = datetime.combine(service.review_by, time.max, at.tzinfo) if service.review_by else None
    row.audience, row.sketch = " ".join(service.audience), text.sketch
    session.add(ChangeRow(page_id=row.page_id, revision=number, at=at, state=state, author=author))


def _ties(session: Session, page_id: str, number: int) -> Ties:
    query = select(RevisionRow.ties).where(RevisionRow.page_id == page_id, RevisionRow.number == number)
    return ties_of(session.scalar(query) or "{}")


def ties_of(kept: str) -> Ties:
    """Return the ties that a revision keeps as JSON."""
    return {language: (text, made_from) for language, (text, made_from) in json.loads(kept).items()}


def service_of(content: bytes) -> PublicService:
    """Return the service that a revision holds."""
    return _adapter().validate_json(zlib.decompress(content))


def json_of(content: bytes) -> str:
    """Return what a revision holds as JSON, without reading it."""
    return zlib.decompress(content).decode()


@cache
def _adapter() -> TypeAdapter[PublicService]:
    return TypeAdapter(PublicService)
