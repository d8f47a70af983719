"""What staff write for each other about a conversation: kept beside it, gone with it, never among its events."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select

from assistant.store.handover_tables import notes
from assistant.store.rows import load
from knowledge.store.database import Database


@dataclass(frozen=True)
class Note:
    """One note of an agent."""

    conversation_id: str
    at: datetime
    agent: str
    text: str


class NoteStore:
    """The notes of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, note: Note) -> Note:
        """Keep a note; what an agent wrote last, sent again, is the same note. Raises NotThere."""
        with self._database.write() as session:
            load(session, note.conversation_id)
            mine = select(notes).where(notes.c.conversation_id == note.conversation_id, notes.c.agent == note.agent)
            last = session.execute(mine.order_by(notes.c.id.desc()).limit(1)).one_or_none()
            if last is not None and last.text == note.text:
                return replace(note, at=last.at)
            session.execute(insert(notes), asdict(note))
        return note

    def all(self, conversation_id: str) -> list[Note]:
        """Return the notes about a conversation, the oldest first."""
        query = select(notes).where(notes.c.conversation_id == conversation_id).order_by(notes.c.id)
        with self._database.read() as session:
            return [Note(row.conversation_id, row.at, row.agent, row.text) for row in session.execute(query)]
