"""Tables of hand-overs, in the conversations database: what people are asked, who is there to answer, their notes."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Index, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.account_tables import accounts
from assistant.store.tables import Base, Position
from knowledge.store.tables import UtcDateTime


class HandoverRow(Base):
    """A conversation that people are asked to take: waiting, claimed or ended, as its conversation is."""

    __tablename__ = "handovers"
    __table_args__ = (
        Index("handovers_queue", "progress", "site", "queued_at"),
        Index("handovers_agent", "agent", "progress"),
        Index("handovers_conversation", "conversation_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    site: Mapped[str]
    language: Mapped[str]
    theme: Mapped[str | None]
    municipality: Mapped[str | None]
    reason: Mapped[str | None]
    team: Mapped[str | None]
    consent: Mapped[str]
    brief: Mapped[str] = mapped_column(Text)
    from_seq: Mapped[int]
    progress: Mapped[str]
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waits_since: Mapped[datetime] = mapped_column(UtcDateTime)
    agent: Mapped[str | None]
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reserved_for: Mapped[str | None]
    reserved_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    transferred_by: Mapped[str | None]
    transfer_why: Mapped[str | None] = mapped_column(Text)
    returned: Mapped[bool]
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    solved: Mapped[bool | None]


class PresenceRow(Base):
    """Whether an agent takes new work, how much at once, and in which languages, for which teams (a line each)."""

    __tablename__ = "presence"

    username: Mapped[str] = mapped_column(ForeignKey(accounts.c.username), primary_key=True)
    state: Mapped[str]
    capacity: Mapped[int]
    languages: Mapped[str]
    teams: Mapped[str] = mapped_column(Text, server_default="")
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoteRow(Base):
    """What staff wrote for each other about a conversation; never an event, so never shown to its citizen."""

    __tablename__ = "desk_notes"
    __table_args__ = (Index("desk_notes_conversation", "conversation_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    agent: Mapped[str]
    text: Mapped[str] = mapped_column(Text)


handovers = cast(Table, HandoverRow.__table__)
presence = cast(Table, PresenceRow.__table__)
notes = cast(Table, NoteRow.__table__)
