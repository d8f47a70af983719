"""Tables of the conversations database (SQLAlchemy 2)."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from knowledge.store.tables import UtcDateTime

_HAD = text("agent IS NOT NULL")
Position = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All tables of the conversations database."""


class ConversationRow(Base):
    """What holds now of a conversation; `version` guards every change of it."""

    __tablename__ = "conversations"
    __table_args__ = (Index("conversations_idle", "status", "active_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str]
    language: Mapped[str]
    declared: Mapped[bool]
    municipality: Mapped[str | None]
    page: Mapped[str | None]
    status: Mapped[str]
    version: Mapped[int]
    last_seq: Mapped[int]
    unanswered: Mapped[int | None]
    agent: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EventRow(Base):
    """The log of all conversations, in the order in which it became visible; only ever added to.

    Words about danger are the exception: `forget_at` says when they are wiped.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_id"),
        UniqueConstraint("conversation_id", "in_reply_to"),
        Index("events_forget", "forget_at"),
        Index("events_agent", "agent", "conversation_id", sqlite_where=_HAD, postgresql_where=_HAD),
        {"sqlite_autoincrement": True},
    )

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    type: Mapped[str]
    author: Mapped[str]
    status: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    client_id: Mapped[str | None]
    in_reply_to: Mapped[int | None]
    agent: Mapped[str | None]
    forget_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WorkRow(Base):
    """One message of a citizen that is to be answered: open, done or void; leased to `owner` until `leased_until`."""

    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index("work_state", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    source_id: Mapped[str | None]
    state: Mapped[str]
    attempts: Mapped[int]
    owner: Mapped[str | None]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    informed: Mapped[bool]


class TraceRow(Base):
    """How the answer with this `seq` came about, and the exact passages it stands on: for audit, as JSON."""

    __tablename__ = "traces"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    trace: Mapped[str] = mapped_column(Text)
    passages: Mapped[str] = mapped_column(Text)


class TokenRow(Base):
    """What opens a conversation: only the SHA-256 of a token is kept."""

    __tablename__ = "tokens"
    __table_args__ = (Index("tokens_conversation", "conversation_id"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResumeCodeRow(Base):
    """What carries a conversation to another device, once: only a keyed hash of the code is kept."""

    __tablename__ = "resume_codes"
    __table_args__ = (Index("resume_codes_conversation", "conversation_id"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResumeTryRow(Base):
    """A wrong code that somebody gave; `source` is a keyed hash of where from."""

    __tablename__ = "resume_tries"
    __table_args__ = (Index("resume_tries_at", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str]


class OutboxRow(Base):
    """One mail: waiting, sending (leased to `owner` until `leased_until`), sent, or dead.

    `address` and `content` are sealed, and wiped when it is sent or at `forget_at`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("outbox_due", "state", "next_at"),
        Index("outbox_conversation", "conversation_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    key: Mapped[str]
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[str]
    language: Mapped[str]
    address: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    owner: Mapped[str | None]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forget_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecipientRow(Base):
    """That a mail was asked for to an address (a keyed digest of it): erasing a conversation does not unsay that."""

    __tablename__ = "recipients"
    __table_args__ = (Index("recipients_digest", "digest", "at"),)

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    digest: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


conversations = cast(Table, ConversationRow.__table__)
events = cast(Table, EventRow.__table__)
work = cast(Table, WorkRow.__table__)
traces = cast(Table, TraceRow.__table__)
tokens = cast(Table, TokenRow.__table__)
resume_codes = cast(Table, ResumeCodeRow.__table__)
resume_tries = cast(Table, ResumeTryRow.__table__)
outbox = cast(Table, OutboxRow.__table__)
recipients = cast(Table, RecipientRow.__table__)
