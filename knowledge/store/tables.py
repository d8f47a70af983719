"""Tables of the knowledge database (SQLAlchemy 2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Float, ForeignKey, Index, LargeBinary, Text, TypeDecorator, UniqueConstraint, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, kept as UTC: SQLite forgets the zone of a datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        # PostgreSQL answers in the time zone of its server.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the knowledge database."""


class PageRow(Base):
    """A page: what holds now of one description of one source; its texts are in revisions.

    `digest` and `generated_at` are of the last record that its source sent, `revision` is the one that holds (or held,
    or would), `latest` the highest there is. A page is `held` when an editor decided otherwise than its source.
    """

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("source", "source_id"),)

    page_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    source_id: Mapped[str]
    state: Mapped[str]
    revision: Mapped[int]
    digest: Mapped[str]
    generated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    audience: Mapped[str]
    sketch: Mapped[bytes] = mapped_column(LargeBinary)
    latest: Mapped[int] = mapped_column(server_default="0")
    held: Mapped[bool] = mapped_column(server_default=false())
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RevisionRow(Base):
    """One immutable version of a page: the whole service as JSON, compressed with zlib."""

    __tablename__ = "revisions"

    page_id: Mapped[str] = mapped_column(ForeignKey("pages.page_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    service: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(server_default="published")
    author: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    ties: Mapped[str] = mapped_column(Text, server_default="{}")


class ScheduleRow(Base):
    """What is to happen to a page at a moment: a revision published, or the page withdrawn."""

    __tablename__ = "schedule"
    __table_args__ = (Index("schedule_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.page_id"))
    revision: Mapped[int | None]
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(server_default="")


class ChangeRow(Base):
    """The change log: written in the transaction that changes a page, followed by the index."""

    __tablename__ = "change_log"
    __table_args__ = (Index("change_log_page", "page_id"), {"sqlite_autoincrement": True})

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    page_id: Mapped[str]
    revision: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(server_default="published")
    author: Mapped[str] = mapped_column(server_default="")


class ImportRow(Base):
    """What each import did: the report as JSON."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    report: Mapped[str] = mapped_column(Text)


class IdentityRow(Base):
    """Which database this is: a restored one is another, so that an index of the one is never taken for the other's."""

    __tablename__ = "identity"

    database_id: Mapped[str] = mapped_column(primary_key=True)


class SchemaRow(Base):
    """What a program of before there were migrations reads, so that it refuses instead of guessing."""

    __tablename__ = "schema_version"

    version: Mapped[int] = mapped_column(primary_key=True)


class StreamPageRow(Base):
    """A page of a stream that was imported: what to ask its server with, and where it leads."""

    __tablename__ = "stream_pages"

    stream: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str]
    last_modified: Mapped[str]
    immutable: Mapped[bool]
    links: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]


class TermRow(Base):
    """What citizens who use some words mean; `key` are the stems of the words, `origin` is the sample or an editor."""

    __tablename__ = "terms"
    __table_args__ = (Index("terms_key", "language", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    language: Mapped[str]
    words: Mapped[str]
    key: Mapped[str]
    official: Mapped[str]
    weight: Mapped[float] = mapped_column(Float)
    kind: Mapped[str]
    theme: Mapped[str]
    ambiguous: Mapped[bool]
    origin: Mapped[str]


class PhrasingRow(Base):
    """How citizens asked for a page, without personal data; `stems` are those of its content words, in order."""

    __tablename__ = "phrasings"
    __table_args__ = (UniqueConstraint("page_id", "language", "stems"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    page_id: Mapped[str]
    language: Mapped[str]
    words: Mapped[str]
    stems: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PhrasingGiverRow(Base):
    """Who gave a phrasing, as a digest that holds for one page only: one giver counts once a day for a page."""

    __tablename__ = "phrasing_givers"
    __table_args__ = (UniqueConstraint("page_id", "giver", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    phrasing_id: Mapped[int] = mapped_column(ForeignKey("phrasings.id", ondelete="CASCADE"), index=True)
    page_id: Mapped[str]
    giver: Mapped[str]
    day: Mapped[str]
    staff: Mapped[bool]
