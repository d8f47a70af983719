"""The words by which the history is searched: kept with each message, gone as soon as its words are.

Of what people say all words are kept, folded; of an answer the titles of its sources. They are looked through one
message after another: an index by word would make every message cost twice as much to store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Text, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from assistant.domain.conversation import Author, Event, EventType
from assistant.store.history_tables import history, history_words
from assistant.store.tables import events
from knowledge.text import tokens

_BEGINNING = 4
"""Letters from which on a word is also found by its beginning: "paspoort" finds "paspoorten"."""
_BATCH = 2000
_KEEP = (
    insert(history_words)
    .from_select(
        ["number", "seq", "words"],
        select(history.c.number, bindparam("message", type_=Integer), bindparam("said", type_=Text)).where(
            history.c.conversation_id == bindparam("of")
        ),
    )
    .inline()
    .execution_options(preserve_rowcount=True)
)
_BEGIN = insert(history).inline()
_DUE = (
    select(history.c.number, events.c.seq)
    .join(events, events.c.conversation_id == history.c.conversation_id)
    .where(events.c.forget_at <= bindparam("now"))
)
_FORGET = delete(history_words).where(
    history_words.c.number == bindparam("of"), history_words.c.seq == bindparam("message")
)
_FIRST = (
    select(events.c.conversation_id)
    .where(events.c.type == EventType.MESSAGE)
    .group_by(events.c.conversation_id)
    .order_by(func.min(events.c.position))
)
_MESSAGES = (
    select(events.c.position, history.c.number, events.c.seq, events.c.author, events.c.text, events.c.reply)
    .join(history, history.c.conversation_id == events.c.conversation_id)
    .where(events.c.position > bindparam("after"), events.c.type == EventType.MESSAGE)
    .order_by(events.c.position)
    .limit(_BATCH)
)


def searched(text: str) -> list[str]:
    """Return the words of a text, each once, as they are kept and looked for."""
    return sorted(set(tokens(text)))


def has(kept: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a word, or one that begins so, is among the words of a message."""
    return kept.contains(f" {word}" if len(word) >= _BEGINNING else f" {word} ")


def remember(session: Session, conversation_id: str, told: Iterable[Event]) -> None:
    """Keep the words of new messages, in the transaction that stores them."""
    for event in told:
        if event.type is not EventType.MESSAGE:
            continue
        kept = {"of": conversation_id, "message": event.seq, "said": _kept(event.author, event.text, event.reply)}
        kept_it: Any = session.execute(_KEEP, kept)
        if not kept_it.rowcount:
            session.execute(_BEGIN, {"conversation_id": conversation_id})
            session.execute(_KEEP, kept)


def forget_words(session: Session, now: datetime) -> None:
    """Let nobody find the messages any more whose words are wiped now; to be done before they are."""
    due = [{"of": row.number, "message": row.seq} for row in session.execute(_DUE, {"now": now})]
    if due:
        session.execute(_FORGET, due)


def remember_all(connection: Connection) -> None:
    """Keep the words of all messages of a database that has kept none yet, in the caller's transaction."""
    connection.execute(insert(history).from_select(["conversation_id"], _FIRST))
    last = 0
    while rows := connection.execute(_MESSAGES, {"after": last}).all():
        last = rows[-1].position
        kept = [
            {
                "number": row.number,
                "seq": row.seq,
                "words": _kept(row.author, row.text, json.loads(row.reply) if row.reply else None),
            }
            for row in rows
        ]
        connection.execute(insert(history_words), kept)


def _kept(author: str, text: str, reply: Mapping[str, Any] | None) -> str:
    if author == Author.ASSISTANT:
        text = " ".join(citation["title"] for citation in (reply or {}).get("citations", ()))
    return f" {' '.join(searched(text))} "
