"""Reading and publishing pages. Every change of a page and its line in the change log are one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from knowledge.pages import Change, Page, PageDraft, PageHeader, PageLine, PageState, PublishOutcome
from knowledge.services import PublicService, localized
from knowledge.store.database import Database
from knowledge.store.publishing import Text, add_revision, json_of, make_live, new_page, service_of, text_of, ties_of
from knowledge.store.tables import ChangeRow, IdentityRow, ImportRow, PageRow, RevisionRow
from knowledge.translations import outdated

_Read = tuple[PublicService, tuple[str, ...]]
"""What a revision says, and the languages in which it is out of date."""

_REMEMBERED = 200
"""Revisions kept in memory: those that citizens ask about over and over."""


class Pages:
    """The pages of one knowledge database: what sources send, and what holds now."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[tuple[str, int, datetime], _Read] = {}

    def publish(self, drafts: Sequence[PageDraft], at: datetime) -> list[PublishOutcome]:
        """Publish what a source says in one transaction and return what became of each draft, in the same order.

        A draft with the digest that the source sent last changes nothing; a snapshot older than that is left out too.
        Where an editor decided otherwise than the source, a new text waits in review; a withdrawal is followed.
        """
        ids = [draft.page_id for draft in drafts]
        texts = [text_of(draft.service) for draft in drafts]
        with self._database.write() as session:
            rows = {row.page_id: row for row in session.scalars(select(PageRow).where(PageRow.page_id.in_(ids)))}
            for draft in drafts:
                if draft.page_id not in rows:
                    rows[draft.page_id] = new_page(session, draft.page_id, draft.service, at)
            session.flush()
            pairs = zip(drafts, texts, strict=True)
            return [_publish(session, rows[draft.page_id], draft, text, at) for draft, text in pairs]

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
            read = self._texts(session, [(row.page_id, row.revision, row.published_at) for row in rows])
        return {
            row.page_id: Page(row.page_id, row.revision, PageState(row.state), row.published_at, *text)
            for row, text in zip(rows, read, strict=True)
        }

    def _texts(self, session: Session, wanted: list[tuple[str, int, datetime]]) -> list[_Read]:
        """Return the texts of revisions; a revision never changes, so the latest read ones are remembered.

        The moment of publishing is part of the key: in a restored database the same number may be another text.
        """
        found = {key: self._read[key] for key in wanted if key in self._read}
        if unread := {key[:2]: key for key in wanted if key not in found}:
            keys = tuple_(RevisionRow.page_id, RevisionRow.number)
            columns = (RevisionRow.page_id, RevisionRow.number, RevisionRow.service, RevisionRow.ties)
            for row in session.execute(select(*columns).where(keys.in_(unread))):
                found[unread[row.page_id, row.number]] = service_of(row.service), outdated(ties_of(row.ties))
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

    def listing(self, state: str, overdue_at: datetime | None, limit: int, offset: int) -> list[PageLine]:
        """Return pages by id: those in one state ("": all), or those that may no longer be answered from (overdue)."""
        query = select(PageRow).order_by(PageRow.page_id).limit(limit).offset(offset)
        if state:
            query = query.where(PageRow.state == state)
        if overdue_at is not None:
            query = query.where(*_overdue(overdue_at))
        with self._database.read() as session:
            rows = session.scalars(query).all()
            read = self._texts(session, [(row.page_id, row.revision, row.published_at) for row in rows])
            return [_line(row, *text) for row, text in zip(rows, read, strict=True)]

    def counts(self) -> dict[str, int]:
        """Return how many pages stand in each state."""
        with self._database.read() as session:
            rows = session.execute(select(PageRow.state, func.count()).group_by(PageRow.state))
            return {row.state: row[1] for row in rows}

    def overdue(self, at: datetime) -> int:
        """Return how many published pages are past their end or review term at a moment."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(PageRow).where(*_overdue(at))) or 0

    def last_change(self) -> int:
        """Return the sequence of the last line of the change log, 0 if there is none."""
        with self._database.read() as session:
            return session.scalar(select(func.max(ChangeRow.sequence))) or 0

    def changes(self, after: int) -> list[Change]:
        """Return the lines of the change log after a sequence, in order."""
        with self._database.read() as session:
            rows = session.scalars(select(ChangeRow).where(ChangeRow.sequence > after).order_by(ChangeRow.sequence))
            return [Change(row.sequence, row.page_id, row.revision, PageState(row.state), row.at) for row in rows]

    def published_since(self, change: int) -> Iterator[str]:
        """Yield what each published page says, as JSON, that changed after a line of the change log."""
        changed = select(ChangeRow.page_id).where(ChangeRow.sequence > change)
        kept = tuple_(RevisionRow.page_id, RevisionRow.number)
        live = select(PageRow.page_id, PageRow.revision)
        live = live.where(PageRow.state == PageState.PUBLISHED, PageRow.page_id.in_(changed))
        with self._database.read() as session:
            for content in session.scalars(
                select(RevisionRow.service).where(kept.in_(live)).execution_options(yield_per=100)
            ):
                yield json_of(content)

    def database_id(self) -> str:
        """Return which database this is; after a restore it is another."""
        with self._database.read() as session:
            return session.scalars(select(IdentityRow.database_id)).one()

    def record_import(self, source: str, at: datetime, report: str) -> None:
        """Keep the closing report (JSON) of an import."""
        with self._database.write() as session:
            session.add(ImportRow(source=source, at=at, report=report))

    def imports(self, limit: int = 10) -> list[tuple[str, datetime, str]]:
        """Return (source, when, report as JSON) of the latest imports, newest first."""
        with self._database.read() as session:
            rows = session.scalars(select(ImportRow).order_by(ImportRow.id.desc()).limit(limit))
            return [(row.source, row.at, row.report) for row in rows]


def _publish(session: Session, row: PageRow, draft: PageDraft, text: Text, at: datetime) -> PublishOutcome:
    service = draft.service
    if row.digest == draft.digest or _older(service.generated_at, row.generated_at):
        return PublishOutcome.UNCHANGED
    outcome = PublishOutcome.CHANGED if row.latest else PublishOutcome.NEW
    row.digest, row.generated_at = draft.digest, service.generated_at
    if row.held and draft.state is PageState.PUBLISHED:
        add_revision(session, row, text, PageState.IN_REVIEW, at)
        return PublishOutcome.HELD
    number = add_revision(session, row, text, draft.state, at)
    make_live(session, row, number, text, state=draft.state, at=at)
    return PublishOutcome.WITHDRAWN if draft.state is PageState.WITHDRAWN else outcome


def _overdue(at: datetime) -> tuple[ColumnElement[bool], ...]:
    review = func.coalesce(PageRow.review_at, PageRow.review_by)
    return PageRow.state == PageState.PUBLISHED, or_(PageRow.ends < at, PageRow.expires_at < at, review < at)


def _line(row: PageRow, service: PublicService, late: tuple[str, ...]) -> PageLine:
    title = localized(service.title, "nl") or next(iter(service.title.values()), "")
    state = PageState(row.state)
    numbers = row.revision, row.latest
    return PageLine(row.page_id, row.source_id, title, state, *numbers, row.published_at, row.held, late)


_HEADER = (
    PageRow.page_id,
    PageRow.source_id,
    PageRow.revision,
    PageRow.state,
    PageRow.ends,
    PageRow.review_by,
    PageRow.expires_at,
    PageRow.review_at,
    PageRow.audience,
    PageRow.sketch,
)


def _header(row: Any) -> PageHeader:
    return PageHeader(
        row.page_id,
        row.source_id,
        row.revision,
        PageState(row.state),
        min((end for end in (row.ends, row.expires_at) if end), default=None),
        row.review_at or row.review_by,
        tuple(row.audience.split()),
        row.sketch,
    )


def _older(snapshot: datetime | None, current: datetime | None) -> bool:
    if snapshot is None or current is None:
        return False
    return (snapshot if snapshot.tzinfo else snapshot.replace(tzinfo=UTC)) < current
