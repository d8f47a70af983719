"""The history: conversations that staff may look back on, found by words, site, language, agent and period."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select

from assistant.domain.conversation import Author, EventType
from assistant.store.account_tables import accounts
from assistant.store.audit import Deed, append
from assistant.store.handover_tables import handovers
from assistant.store.history_tables import history, history_words
from assistant.store.history_words import has, searched
from assistant.store.log import Log
from assistant.store.tables import conversations, events

_BATCH = 500
"""Conversations that an export holds in memory at once."""
_FIRST_WORDS = 200
_OF_CONVERSATION = ("id", "site", "language", "municipality", "status", "created_at", "active_at")
_OF_EVENT = ("seq", "at", "type", "author", "agent", "status", "text")


@dataclass(frozen=True)
class Reader:
    """Who looks: at all conversations of `sites`, and of those of `own` at what `username` had."""

    username: str
    sites: frozenset[str]
    own: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty is anything. The period is that in which a conversation began."""

    words: str = ""
    language: str | None = None
    agent: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Past:
    """A conversation as the history lists it; `number` rises with the first message of each."""

    number: int
    id: str
    site: str
    language: str
    municipality: str | None
    status: str
    created_at: datetime
    active_at: datetime
    messages: int = 0
    agent: str | None = None
    """The name of the agent who had it last."""
    first: str = ""
    """How the citizen's first words begin; "" where staff may not read them, or they are wiped."""


@dataclass(frozen=True)
class PastEvent:
    """One event of a conversation as it is exported: the words, and of a reply its kind, reason and sources."""

    seq: int
    at: datetime
    type: str
    author: str
    agent: str | None
    status: str
    text: str
    kind: str | None = None
    reason: str | None = None
    sources: tuple[str, ...] = ()


class HistoryStore:
    """The conversations of one database in which something was said, as staff look back on them."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def page(self, reader: Reader, wanted: Wanted, limit: int, before: int | None = None) -> list[Past]:
        """Return what is found, the newest first; `before` is the last number of the page before."""
        number = history.c.number
        query = _found(reader, wanted).order_by(number.desc()).limit(limit)
        if before is not None:
            query = query.where(number < before)
        with self._log.database.read() as session:
            rows = {row.number: row for row in session.execute(query)}
            more = {row.number: row for row in session.execute(_more(list(rows)))}
        return [_past(row, more[number]) for number, row in rows.items()]

    def export(self, reader: Reader, wanted: Wanted, deed: Deed) -> Iterator[tuple[Past, list[PastEvent]]]:
        """Return what is found, the oldest first, with its events; a few hundred at a time are read and held.

        That it was exported (`deed`) is in the audit log before the first is returned.
        """
        with self._log.write() as session:
            append(session, deed)
        return self._exported(_found(reader, wanted).order_by(history.c.number).limit(_BATCH))

    def _exported(self, query: Select[Any]) -> Iterator[tuple[Past, list[PastEvent]]]:
        last = 0
        while True:
            with self._log.database.read() as session:
                rows = session.execute(query.where(history.c.number > last)).all()
                told = session.execute(_told([row.id for row in rows])).all()
            if not rows:
                return
            last = rows[-1].number
            of: dict[str, list[PastEvent]] = {row.id: [] for row in rows}
            for row in told:
                of[row.conversation_id].append(_event(row))
            for row in rows:
                yield _past(row), of[row.id]


def _found(reader: Reader, wanted: Wanted) -> Select[Any]:
    shown = [getattr(conversations.c, name) for name in _OF_CONVERSATION]
    query = select(history.c.number, *shown).join(history, history.c.conversation_id == conversations.c.id)
    query = query.where(_may_read(reader), *_limits(wanted))
    words = sorted(searched(wanted.words), key=len, reverse=True)
    if wanted.words.strip() and not words:
        return query.where(literal(False))
    if words:
        # The longest word is likely the rarest: what has it is looked at for the others.
        said = (history_words.c.number == history.c.number, history_words.c.seq > _shown_after(conversations.c.id))
        query = query.join(history_words, and_(*said)).where(has(history_words.c.words, words[0])).distinct()
    for word in words[1:]:
        query = query.where(_says(word))
    return query


def _says(word: str) -> ColumnElement[bool]:
    other = history_words.alias()
    said = (other.c.number == history.c.number, other.c.seq > _shown_after(conversations.c.id))
    return exists().where(*said, has(other.c.words, word)).correlate(history, conversations)


def _more(numbers: Sequence[int]) -> Select[Any]:
    """What is told of these conversations beside their own row."""
    mine = (events.c.conversation_id == history.c.conversation_id,)
    seen = (*mine, events.c.type == EventType.MESSAGE, events.c.seq > _shown_after(history.c.conversation_id))
    first = select(func.substr(events.c.text, 1, _FIRST_WORDS)).where(*seen, events.c.author == Author.CITIZEN)
    named = func.coalesce(accounts.c.name, events.c.agent)
    agent = select(named).outerjoin(accounts, accounts.c.username == events.c.agent)
    agent = agent.where(*mine, events.c.agent.is_not(None)).order_by(events.c.seq.desc()).limit(1)
    return select(
        history.c.number,
        select(func.count(events.c.position)).where(*seen).scalar_subquery().label("messages"),
        first.order_by(events.c.seq).limit(1).scalar_subquery().label("first"),
        agent.scalar_subquery().label("agent"),
    ).where(history.c.number.in_(numbers))


def _told(ids: Sequence[str]) -> Select[Any]:
    columns = [events.c[name] for name in ("conversation_id", "reply", *_OF_EVENT)]
    seen = events.c.seq > _shown_after(events.c.conversation_id)
    return select(*columns).where(events.c.conversation_id.in_(ids), seen).order_by(events.c.position)


def _may_read(reader: Reader) -> ColumnElement[bool]:
    return or_(_on(reader.sites), and_(_on(reader.own), _had(reader.username)))


def _on(sites: frozenset[str]) -> ColumnElement[bool]:
    """Whether a conversation is of one of these sites, or was handed over to its staff."""
    passed_on = select(handovers.c.conversation_id).where(handovers.c.site.in_(sites))
    return or_(conversations.c.site.in_(sites), conversations.c.id.in_(passed_on))


def _had(agent: str) -> ColumnElement[bool]:
    return conversations.c.id.in_(select(events.c.conversation_id).where(events.c.agent == agent))


def _shown_after(conversation_id: ColumnElement[str]) -> ColumnElement[int]:
    """The event after which staff may read a conversation, as its citizen allowed last; 0 is all of it."""
    last = select(handovers.c.from_seq).where(handovers.c.conversation_id == conversation_id)
    return func.coalesce(last.order_by(handovers.c.id.desc()).limit(1).scalar_subquery(), 0)


def _limits(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    row = conversations.c
    if wanted.language is not None:
        yield row.language == wanted.language
    if wanted.agent is not None:
        yield _had(wanted.agent)
    if wanted.since is not None:
        yield row.created_at >= wanted.since
    if wanted.until is not None:
        yield row.created_at < wanted.until


def _past(row: Row[Any], more: Row[Any] | None = None) -> Past:
    told = (more.messages, more.agent, more.first or "") if more is not None else ()
    return Past(row.number, *(getattr(row, name) for name in _OF_CONVERSATION), *told)


def _event(row: Row[Any]) -> PastEvent:
    reply = json.loads(row.reply) if row.reply else {}
    sources = dict.fromkeys(citation["source_id"] for citation in reply.get("citations", ()))
    told: dict[str, Any] = {name: getattr(row, name) for name in _OF_EVENT}
    return PastEvent(**told, kind=reply.get("kind"), reason=reply.get("reason"), sources=tuple(sources))
