"""What editors do with pages: drafts, review, publishing, withdrawing, going back, schedules, and looking back."""

from __future__ import annotations

import zlib
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.errors import NamedFailure
from knowledge.pages import Page, PageDraft, PageState, Revision, Scheduled, page_id_of
from knowledge.services import PublicService
from knowledge.store.database import Database
from knowledge.store.publishing import add_revision, make_live, new_page, service_of, text_of, ties_of
from knowledge.store.tables import ChangeRow, PageRow, RevisionRow, ScheduleRow
from knowledge.translations import outdated


class RevisionRefused(NamedFailure):
    """What was asked cannot be done with this page or revision; the message says why and what can."""


class Revisions:
    """The revisions of the pages of one knowledge database. Every method that changes something is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft(
        self, service: PublicService, at: datetime, *, author: str, note: str = "", based_on: int | None = None
    ) -> Revision:
        """Keep a new text of a page as a draft; what citizens see stays as it is.

        Raises RevisionRefused where the page has a newer revision than the one that the text was `based_on`.
        """
        page_id = page_id_of(service.source, service.source_id)
        with self._database.write() as session:
            row = session.get(PageRow, page_id)
            latest = row.latest if row else 0
            if based_on is not None and based_on != latest:
                raise RevisionRefused(f"{page_id} has revision {latest} by now; this text was based on {based_on}.")
            row = row or new_page(session, page_id, service, at)
            session.flush()
            number = add_revision(session, row, text_of(service), PageState.DRAFT, at, author=author, note=note)
            return _revision(_kept(session, page_id, number))

    def submit(self, page_id: str, number: int) -> Revision:
        """Put a draft in review. Raises RevisionRefused."""
        return self._move(page_id, number, PageState.DRAFT, PageState.IN_REVIEW)

    def send_back(self, page_id: str, number: int) -> Revision:
        """Make a revision in review a draft again. Raises RevisionRefused."""
        return self._move(page_id, number, PageState.IN_REVIEW, PageState.DRAFT)

    def publish(self, page_id: str, number: int, at: datetime, *, author: str) -> Revision:
        """Let a draft or a revision in review be what citizens see. Raises RevisionRefused.

        A text of an editor holds the page: what its source sends later waits in review.
        """
        with self._database.write() as session:
            return _revision(_publish(session, page_id, number, at, author))

    def withdraw(self, page_id: str, at: datetime, *, author: str) -> Revision:
        """Take a published page from answers; its source cannot publish it again by itself. Raises RevisionRefused."""
        with self._database.write() as session:
            return _revision(_withdraw(session, page_id, at, author))

    def rollback(self, page_id: str, number: int, at: datetime, *, author: str) -> Revision:
        """Publish the text of an earlier revision again, as a new one. Raises RevisionRefused."""
        with self._database.write() as session:
            row = _page(session, page_id)
            earlier = _kept(session, page_id, number)
            if number == row.revision and row.state == PageState.PUBLISHED:
                raise RevisionRefused(f"Revision {number} of {page_id} is what is published now.")
            _refuse_gone(earlier)
            copy, note = text_of(_service(earlier)), f"revision {number} again"
            again = add_revision(session, row, copy, PageState.IN_REVIEW, at, author=author, note=note)
            return _revision(_publish(session, page_id, again, at, author))

    def schedule(self, page_id: str, number: int | None, at: datetime, *, author: str) -> None:
        """Publish revision `number`, or withdraw the page (None), when `at` has come. Raises RevisionRefused.

        A later schedule of the same kind for the page takes the place of an earlier one.
        """
        state = PageState.WITHDRAWN if number is None else PageState.PUBLISHED
        with self._database.write() as session:
            _page(session, page_id)
            if number is not None:
                _refuse_unpublishable(_kept(session, page_id, number))
            session.execute(delete(ScheduleRow).where(ScheduleRow.page_id == page_id, ScheduleRow.state == state))
            session.add(ScheduleRow(page_id=page_id, revision=number, state=state, at=at, author=author))

    def unschedule(self, page_id: str) -> int:
        """Forget what was scheduled for a page; returns how much."""
        with self._database.write() as session:
            rows = session.scalars(select(ScheduleRow).where(ScheduleRow.page_id == page_id)).all()
            for row in rows:
                session.delete(row)
            return len(rows)

    def expire(self, page_id: str, at: datetime | None) -> None:
        """Set from when a page is no longer answered from (None: when its source says). Raises RevisionRefused."""
        with self._database.write() as session:
            _page(session, page_id).expires_at = at

    def review_by(self, page_id: str, at: datetime | None) -> None:
        """Set the review term: from then on a page is not answered from until it was reviewed. Raises RevisionRefused.

        None: the term that the text itself has.
        """
        with self._database.write() as session:
            _page(session, page_id).review_at = at

    def scheduled(self, page_id: str = "") -> list[Scheduled]:
        """Return what is scheduled, for one page or all, in the order in which it will happen."""
        query = select(ScheduleRow).order_by(ScheduleRow.at, ScheduleRow.id)
        with self._database.read() as session:
            rows = session.scalars(query.where(ScheduleRow.page_id == page_id) if page_id else query)
            return [Scheduled(row.page_id, row.revision, row.at, row.author) for row in rows]

    def run_due(self, now: datetime) -> list[tuple[Scheduled, str]]:
        """Do what is scheduled up to `now`, in order; returns each with why it could not be done ("": done)."""
        if not any(one.at <= now for one in self.scheduled()):
            return []
        done = []
        with self._database.write() as session:
            due = select(ScheduleRow).where(ScheduleRow.at <= now).order_by(ScheduleRow.at, ScheduleRow.id)
            for row in session.scalars(due).all():
                why = ""
                try:
                    if row.revision is None:
                        _withdraw(session, row.page_id, now, row.author)
                    else:
                        _publish(session, row.page_id, row.revision, now, row.author)
                except RevisionRefused as refused:
                    why = str(refused)
                done.append((Scheduled(row.page_id, row.revision, row.at, row.author), why))
                session.delete(row)
        return done

    def history(self, page_id: str) -> list[Revision]:
        """Return the revisions of a page, newest first. Raises RevisionRefused for a page that is not there."""
        with self._database.read() as session:
            _page(session, page_id)
            query = select(RevisionRow).where(RevisionRow.page_id == page_id).order_by(RevisionRow.number.desc())
            return [_revision(row) for row in session.scalars(query)]

    def text(self, page_id: str, number: int) -> PublicService:
        """Return what one revision says. Raises RevisionRefused."""
        with self._database.read() as session:
            return _service(_kept(session, page_id, number))

    def as_of(self, page_id: str, moment: datetime) -> Page | None:
        """Return the page as citizens saw it at `moment`; None before it was first published."""
        with self._database.read() as session:
            lines = select(ChangeRow).where(ChangeRow.page_id == page_id, ChangeRow.at <= moment)
            line = session.scalars(lines.order_by(ChangeRow.sequence.desc()).limit(1)).first()
            if line is None:
                return None
            kept = _kept(session, page_id, line.revision)
            late = outdated(ties_of(kept.ties))
            return Page(page_id, line.revision, PageState(line.state), line.at, _service(kept), late)

    def _move(self, page_id: str, number: int, before: PageState, after: PageState) -> Revision:
        with self._database.write() as session:
            row = _page(session, page_id)
            kept = _kept(session, page_id, number)
            if kept.state != before:
                raise RevisionRefused(f"Revision {number} of {page_id} is {kept.state}, not {before.value}.")
            kept.state = after
            if row.revision == number:
                row.state = after
            return _revision(kept)


def _publish(session: Session, page_id: str, number: int, at: datetime, author: str) -> RevisionRow:
    row, kept = _page(session, page_id), _kept(session, page_id, number)
    _refuse_unpublishable(kept)
    kept.state = PageState.PUBLISHED
    row.held = bool(kept.author)
    make_live(session, row, number, text_of(_service(kept)), state=PageState.PUBLISHED, at=at, author=author)
    return kept


def _withdraw(session: Session, page_id: str, at: datetime, author: str) -> RevisionRow:
    row = _page(session, page_id)
    if row.state != PageState.PUBLISHED:
        raise RevisionRefused(f"{page_id} is not published; it is {row.state}.")
    kept = _kept(session, page_id, row.revision)
    kept.state, row.held = PageState.WITHDRAWN, True
    make_live(session, row, kept.number, text_of(_service(kept)), state=PageState.WITHDRAWN, at=at, author=author)
    return kept


def _refuse_unpublishable(kept: RevisionRow) -> None:
    if kept.state not in {PageState.DRAFT, PageState.IN_REVIEW}:
        raise RevisionRefused(
            f"Revision {kept.number} of {kept.page_id} is {kept.state} already; to publish its text again, roll back "
            "to it."
        )
    _refuse_gone(kept)


def _refuse_gone(kept: RevisionRow) -> None:
    if PageDraft(_service(kept), "").state is PageState.WITHDRAWN:
        raise RevisionRefused(f"Revision {kept.number} of {kept.page_id} was archived or repealed by its source.")


def _service(kept: RevisionRow) -> PublicService:
    try:
        return service_of(kept.service)
    except (ValueError, zlib.error) as error:
        # One that cannot be read must not keep the plans of other pages from being carried out.
        raise RevisionRefused(f"Revision {kept.number} of {kept.page_id} cannot be read: {error}.") from error


def _page(session: Session, page_id: str) -> PageRow:
    row = session.get(PageRow, page_id)
    if row is None:
        raise RevisionRefused(f"There is no page {page_id}.")
    return row


def _kept(session: Session, page_id: str, number: int) -> RevisionRow:
    row = session.get(RevisionRow, (page_id, number))
    if row is None:
        raise RevisionRefused(f"There is no revision {number} of {page_id}.")
    return row


def _revision(row: RevisionRow) -> Revision:
    return Revision(row.page_id, row.number, PageState(row.state), row.created_at, row.author, row.note)
