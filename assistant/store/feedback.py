"""What citizens say of answers: beside the conversation, gone with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Table, Text, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.rows import load
from assistant.store.tables import Base, events
from knowledge.store.database import Database
from knowledge.store.tables import UtcDateTime


class FeedbackRow(Base):
    """What a citizen said of the answer with this `seq`; who says it again means the last."""

    __tablename__ = "feedback"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    useful: Mapped[bool]
    reason: Mapped[str | None]
    comment: Mapped[str] = mapped_column(Text)


feedback = cast(Table, FeedbackRow.__table__)


@dataclass(frozen=True)
class Feedback:
    """Whether the answer `seq` helped, and if not why; `comment` has no personal data any more."""

    conversation_id: str
    seq: int
    at: datetime
    useful: bool
    reason: str | None = None
    comment: str = ""


class FeedbackStore:
    """The feedback of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, said: Feedback) -> bool:
        """Keep it in the place of what was said before; returns whether there is such an answer. Raises NotThere."""
        mine = (events.c.conversation_id == said.conversation_id, events.c.seq == said.seq)
        before = (feedback.c.conversation_id == said.conversation_id, feedback.c.seq == said.seq)
        with self._database.write() as session:
            load(session, said.conversation_id)
            if session.scalar(select(events.c.seq).where(*mine, events.c.reply.is_not(None))) is None:
                return False
            session.execute(delete(feedback).where(*before))
            session.execute(insert(feedback), asdict(said))
        return True

    def of(self, conversation_id: str) -> list[Feedback]:
        """Return what was said of the answers of a conversation, in their order."""
        query = select(feedback).where(feedback.c.conversation_id == conversation_id).order_by(feedback.c.seq)
        with self._database.read() as session:
            return [Feedback(**row._mapping) for row in session.execute(query)]
