"""Reading and publishing pages. Every change of a page and its line in the change log are one transaction."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from functools import cache
from itertools import islice
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from knowledge.pages import Change, Page, PageDraft, PageHeader, PageState, PublishOutcome
from knowledge.services import PublicService
from knowledge.store.database import Database
from knowledge.store.tables import ChangeRow, ImportRow, PageRow, RevisionRow
from knowledge.variants import sketch

_REMEMBERED = 200
"""Revisions kept in memory: those that citizens ask about over and over."""


class Pages:
    """The pages of one knowledge database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[tuple[str, int], PublicService] = {}

    def publish(self, drafts: Sequence[PageDraft], at: datetime) -> list[PublishOutcome]:
        """Publish `drafts` in one transaction and return what became of each, in the same order.

        A draft with the digest of the current revision changes nothing; a snapshot older than it is left out too.
        """
        with self._database.write() as session:
            ids = [draft.page_id for draft in drafts]
            rows = {row.page_id: row for row in session.scalars(select(PageRow).where(PageRow.page_id.in_(ids)))}
            return [_publish(session, rows, draft, at) for draft in drafts]

    def known(self, source: str) -> dict[str, tuple[str, datetime | None]]:
        """Return source_id -> (digest, generated_at) of the current revisions of one source."""
        with self._database.read() as session:
            rows = session.execute(
                select(PageRow.source_id, PageRow.digest, PageRow.generated_at).where(PageRow.source == source)
            )
            return {source_id: (digest, generated_at) for source_id, digest, generated_at in rows}

    def get(self, page_ids: Iterable[str]) -> dict[str, Page]:
        """Return the current revision of each page that exists, whatever its state."""
        columns = (PageRow.page_id, PageRow.revision, PageRow.state, PageRow.published_at)
        with self._database.read() as session:
            rows = session.execute(select(*columns).where(PageRow.page_id.in_(list(page_ids)))).all()
            services = self._services(session, [(row.page_id, row.revision) for row in rows])
        return {
            row.page_id: Page(row.page_id, row.revision, PageState(row.state), row.published_at, service)
            for row, service in zip(rows, services, strict=True)
        }

    def _services(self, session: Session, wanted: list[tuple[str, int]]) -> list[PublicService]:
        """Return the services of revisions; a revision never changes, so the latest read ones are remembered."""
        unread = [key for key in wanted if key not in self._read]
        found = {key: self._read[key] for key in wanted if key in self._read}
        if unread:
            keys = tuple_(RevisionRow.page_id, RevisionRow.number)
            query = select(RevisionRow.page_id, RevisionRow.number, RevisionRow.service).where(keys.in_(unread))
            for row in session.execute(query):
                found[row.page_id, row.number] = _adapter().validate_json(zlib.decompress(row.service))
        self._read = dict(islice((found | self._read).items(), _REMEMBERED))
        return [found[key] for key in wanted]

    def headers(self, page_ids: Iterable[str]) -> dict[str, PageHeader]:
        """Return what search needs to know of each page that exists, without its text."""
        with self._database.read() as session:
            rows = session.execute(select(*_HEADER).where(PageRow.page_id.in_(list(page_ids))))
            return {row.page_id: _header(row) for row in rows}

    def find(self, source_id: str) -> Page | None:
        """Return the page with this id of its source; where sources share an id, a published page first."""
        with self._database.read() as session:
            query = select(PageRow.page_id, PageRow.state).where(PageRow.source_id == source_id)
            found = sorted(
                session.execute(query).all(), key=lambda row: (row.state != PageState.PUBLISHED, row.page_id)
            )
        return self.get([found[0].page_id]).get(found[0].page_id) if found else None

    def page_ids(self) -> list[str]:
        """Return the ids of all pages."""
        with self._database.read() as session:
            return list(session.scalars(select(PageRow.page_id).order_by(PageRow.page_id)))

    def counts(self) -> dict[str, int]:
        """Return how many pages stand in each state."""
        with self._database.read() as session:
            rows = session.execute(select(PageRow.state, func.count()).group_by(PageRow.state))
            return {row.state: row[1] for row in rows}

    def last_change(self) -> int:
        """Return the sequence of the last line of the change log, 0 if there is none."""
        with self._database.read() as session:
            return session.scalar(select(func.max(ChangeRow.sequence))) or 0

    def changes(self, after: int) -> list[Change]:
        """Return the lines of the change log after a sequence, in order."""
        with self._database.read() as session:
            rows = session.scalars(select(ChangeRow).where(ChangeRow.sequence > after).order_by(ChangeRow.sequence))
            return [Change(row.sequence, row.page_id, row.revision) for row in rows]

    def record_import(self, source: str, at: datetime, report: str) -> None:
        """Keep the closing report (JSON) of an import."""
        with self._database.write() as session:
            session.add(ImportRow(source=source, at=at, report=report))

    def imports(self, limit: int = 10) -> list[tuple[str, datetime, str]]:
        """Return (source, when, report as JSON) of the latest imports, newest first."""
        with self._database.read() as session:
            rows = session.scalars(select(ImportRow).order_by(ImportRow.id.desc()).limit(limit))
            return [(row.source, row.at, row.report) for row in rows]


def _publish(session: Session, rows: dict[str, PageRow], draft: PageDraft, at: datetime) -> PublishOutcome:
    service = draft.service
    row = rows.get(draft.page_id)
    if row is not None and (row.digest == draft.digest or _older(service.generated_at, row.generated_at)):
        return PublishOutcome.UNCHANGED
    outcome = PublishOutcome.NEW if row is None else PublishOutcome.CHANGED
    if row is None:
        row = PageRow(page_id=draft.page_id, source=service.source, source_id=service.source_id, revision=0)
        session.add(row)
        rows[draft.page_id] = row
    row.state, row.revision, row.digest = draft.state, row.revision + 1, draft.digest
    row.generated_at, row.published_at, row.ends = service.generated_at, at, service.ends
    row.review_by = datetime.combine(service.review_by, time.max, at.tzinfo) if service.review_by else None
    row.audience, row.sketch = " ".join(service.audience), sketch(service)
    content = zlib.compress(_adapter().dump_json(service), 1)
    session.add(RevisionRow(page_id=row.page_id, number=row.revision, created_at=at, service=content))
    session.add(ChangeRow(page_id=row.page_id, revision=row.revision, at=at))
    return PublishOutcome.WITHDRAWN if draft.state is PageState.WITHDRAWN else outcome


_HEADER = (
    PageRow.page_id,
    PageRow.source_id,
    PageRow.revision,
    PageRow.state,
    PageRow.ends,
    PageRow.review_by,
    PageRow.audience,
    PageRow.sketch,
)


def _header(row: Any) -> PageHeader:
    return PageHeader(
        row.page_id,
        row.source_id,
        row.revision,
        PageState(row.state),
        row.ends,
        row.review_by,
        tuple(row.audience.split()),
        row.sketch,
    )


def _older(snapshot: datetime | None, current: datetime | None) -> bool:
    if snapshot is None or current is None:
        return False
    return (snapshot if snapshot.tzinfo else snapshot.replace(tzinfo=UTC)) < current


@cache
def _adapter() -> TypeAdapter[PublicService]:
    return TypeAdapter(PublicService)
