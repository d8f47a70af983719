"""Tables of cases, in the conversations database: what was promised to citizens, the chain of it, wrong references."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Index, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, Position
from knowledge.store.tables import UtcDateTime


class CaseRow(Base):
    """What holds now of a case; `version` guards every change of it. `contact` is sealed, the digests are keyed.

    `conversation` and `brief` are emptied when the citizen erases the conversation: the promise stays.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index("cases_site", "site", "state", "due_at"),
        Index("cases_ended", "state", "ended_at"),
        Index("cases_conversation", "conversation"),
        Index("cases_phone", "phone", "created_at"),
        Index("cases_email", "email", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    reference: Mapped[str]
    kind: Mapped[str]
    site: Mapped[str]
    language: Mapped[str]
    conversation: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    consent: Mapped[str]
    brief: Mapped[str | None] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    has_email: Mapped[bool]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    same: Mapped[str]
    window_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    window_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str]
    team: Mapped[str | None]
    owner: Mapped[str | None]
    attempts: Mapped[int]
    missed: Mapped[int]
    moves: Mapped[int]
    asks: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int]


class CaseStepRow(Base):
    """One line of the chain of a case, `detail` as JSON; only ever added to, gone with the case."""

    __tablename__ = "case_steps"
    __table_args__ = (Index("case_steps_case", "case_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    case_id: Mapped[int] = mapped_column(Position, ForeignKey("cases.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str]
    by: Mapped[str]
    detail: Mapped[str] = mapped_column(Text)


class CaseTryRow(Base):
    """A reference that somebody gave and that is nobody's; `source` is a keyed hash of where from."""

    __tablename__ = "case_tries"
    __table_args__ = (Index("case_tries_at", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str]


cases = cast(Table, CaseRow.__table__)
case_steps = cast(Table, CaseStepRow.__table__)
case_tries = cast(Table, CaseTryRow.__table__)
