"""The history at size: `python -m eval.history [--conversations 100000] [--database URL]`.

Conversations are made up from the words of the sample pages, the same ones for the same seed. Measured are searches
(p50, p95), and exports with the memory that they took.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from assistant.api.history_files import FORMATS
from assistant.conversations.credentials import new_id
from assistant.store.audit import Deed
from assistant.store.history import HistoryStore, Reader, Wanted
from assistant.store.history_words import remember_all, searched
from assistant.store.log import Log
from assistant.store.schema import CONVERSATIONS
from assistant.store.tables import conversations, events
from ingest.report import RecordError
from ingest.sources.sample import read_sample
from knowledge.services import localized
from knowledge.store.database import Database

SITES, LANGUAGES = ("regio", "agentschap", "gemeente"), ("nl", "nl", "nl", "fr", "en", "de")
_START = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 1000
_SEARCHES = 60
Row = dict[str, Any]
Said = tuple[str, str, Any]
"""By whom, what, and with it: the reply of the assistant, or the name of the agent."""


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database; default: a SQLite file.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        where = given.database or Path(folder) / "conversations.sqlite3"
        print(json.dumps(measure(Log(Database(where, CONVERSATIONS)), given.conversations, given.seed), indent=2))


def measure(log: Log, count: int, seed: int) -> dict[str, Any]:
    """Return the figures of a history of so many made-up conversations."""
    chance, sayings = Random(seed), _sayings()  # noqa: S311 - it can be repeated
    started = time.perf_counter()
    messages = fill(log, count, chance, sayings)
    filled = time.perf_counter() - started
    words = sorted({word for saying in sayings for word in searched(saying)})
    store, reader = HistoryStore(log), Reader("supervisor", frozenset(SITES))
    return {
        "conversations": count,
        "messages": messages,
        "fill_s": round(filled, 1),
        "search_ms": {
            "one word": _times(store, reader, lambda: chance.choice(words)),
            "two words of one question": _times(store, reader, lambda: _two(chance, sayings)),
            "a word that is nowhere": _times(store, reader, lambda: f"nergens{chance.random()}"[:9]),
            "an agent's own": _times(store, Reader("agent7", frozenset(), frozenset(SITES)), lambda: ""),
            "newest page": _times(store, reader, lambda: ""),
        },
        "export": {name: _export(store, reader, name) for name in FORMATS},
    }


def fill(log: Log, count: int, chance: Random, sayings: list[str]) -> int:
    """Make conversations up and store them; returns how many messages they have."""
    made, messages = _made(count, chance, sayings), 0
    while batch := list(islice(made, _BATCH)):
        with log.write() as session:
            session.execute(conversations.insert(), [conversation for conversation, _ in batch])
            told = [event for _, said in batch for event in said]
            session.execute(events.insert(), told)
            messages += sum(event["type"] == "message" for event in told)
    with log.write() as session:
        remember_all(session.connection())
    return messages


def _made(count: int, chance: Random, sayings: list[str]) -> Iterator[tuple[Row, list[Row]]]:
    for number in range(count):
        at, conversation_id = _START + timedelta(minutes=number * 4), new_id()
        with_agent = chance.random() < 0.15
        agent = f"agent{chance.randrange(50)}"
        said: list[Said] = []
        for _ in range(chance.choice((1, 1, 2, 3))):
            said += [("citizen", " ".join(chance.sample(sayings, 2)), None), _answer(chance, sayings)]
        if with_agent:
            said += [("agent", chance.choice(sayings), agent), ("citizen", chance.choice(sayings), None)]
        told = [_event(conversation_id, seq, at + timedelta(seconds=20 * seq), one) for seq, one in enumerate(said, 1)]
        yield _conversation(conversation_id, at, len(told), chance), told


def _answer(chance: Random, sayings: list[str]) -> Said:
    title, text = chance.choice(sayings), " ".join(chance.sample(sayings, 12))
    citations = [{"source_id": "1", "title": title, "quote": text}]
    return "assistant", text, {"kind": "answer", "reason": None, "text": text, "citations": citations}


def _event(conversation_id: str, seq: int, at: datetime, one: Said) -> Row:
    author, text, more = one
    reply = json.dumps(more, ensure_ascii=False) if author == "assistant" else None
    agent = more if author == "agent" else None
    said = {"type": "message", "author": author, "status": "bot", "text": text, "reply": reply, "agent": agent}
    return {"conversation_id": conversation_id, "seq": seq, "at": at, **said, "client_id": None, "in_reply_to": None}


def _conversation(conversation_id: str, at: datetime, last: int, chance: Random) -> Row:
    of = {"site": chance.choice(SITES), "language": chance.choice(LANGUAGES), "municipality": None, "page": None}
    state = {"status": "closed", "version": last, "last_seq": last, "unanswered": None, "agent": None}
    moments = {"created_at": at, "active_at": at + timedelta(seconds=20 * last), "warned_at": None}
    return {"id": conversation_id, "declared": True, **of, **state, **moments}


def _sayings() -> list[str]:
    """Titles, ways in which people ask, and first sentences of the sample pages."""
    services = [one.service for one in read_sample() if not isinstance(one, RecordError)]
    found = {text for one in services for text in (*one.title.values(), *sum(one.phrasings.values(), ()))}
    return sorted(found | {localized(one.summary, "nl") for one in services} - {""})


def _two(chance: Random, sayings: list[str]) -> str:
    return " ".join(chance.choices(searched(chance.choice(sayings)) or ["gemeente"], k=2))


def _times(store: HistoryStore, reader: Reader, words: Callable[[], str]) -> dict[str, float]:
    found = []
    for _ in range(_SEARCHES):
        wanted = Wanted(words())
        started = time.perf_counter()
        store.page(reader, wanted, 50)
        found.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(found, n=20)
    return {"p50": round(cuts[9], 1), "p95": round(cuts[18], 1)}


def _export(store: HistoryStore, reader: Reader, name: str) -> dict[str, Any]:
    before, started, size = _memory(), time.perf_counter(), 0
    deed = Deed(datetime.now(UTC), "supervisor", "history_exported", "all")
    for part in FORMATS[name][1](store.export(reader, Wanted(), deed)):
        size += len(part)
    seconds = time.perf_counter() - started
    return {"seconds": round(seconds, 1), "mb": round(size / 1e6), "memory_grew_mib": round(_memory() - before, 1)}


def _memory() -> float:
    """The most memory that this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
