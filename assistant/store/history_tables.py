"""Tables of the history, in the conversations database: which conversations staff can find, and by which words."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ForeignKey, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, Position


class HistoryRow(Base):
    """A conversation in which something was said; `number` rises with the first message of each."""

    __tablename__ = "history"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy reads it

    number: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), unique=True)


class HistoryWordsRow(Base):
    """The words of one message, folded, each between two spaces; gone with the conversation."""

    __tablename__ = "history_words"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy reads it

    number: Mapped[int] = mapped_column(
        Position, ForeignKey("history.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)


history = cast(Table, HistoryRow.__table__)
history_words = cast(Table, HistoryWordsRow.__table__)
