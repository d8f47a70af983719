"""Tables of the knowledge database (SQLAlchemy 2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, kept as UTC: SQLite forgets the zone of a datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """All tables of the knowledge database."""


class PageRow(Base):
    """A page: what holds now of one description of one source; its texts are in revisions."""

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


class RevisionRow(Base):
    """One immutable version of a page: the whole service as JSON, compressed with zlib."""

    __tablename__ = "revisions"

    page_id: Mapped[str] = mapped_column(ForeignKey("pages.page_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    service: Mapped[bytes] = mapped_column(LargeBinary)


class ChangeRow(Base):
    """The change log: written in the transaction that changes a page, followed by the index."""

    __tablename__ = "change_log"
    __table_args__ = (Index("change_log_page", "page_id"), {"sqlite_autoincrement": True})

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    page_id: Mapped[str]
    revision: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportRow(Base):
    """What each import did: the report as JSON."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    report: Mapped[str] = mapped_column(Text)


class IndexRow(Base):
    """The one index that is live: its folder generation, what it was built with, and how far it follows."""

    __tablename__ = "index_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    generation: Mapped[int]
    version: Mapped[str]
    sequence: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SchemaRow(Base):
    """The version of these tables, so that a program of another version refuses instead of guessing."""

    __tablename__ = "schema_version"

    version: Mapped[int] = mapped_column(primary_key=True)
