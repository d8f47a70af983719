"""The audit log: what staff did, each line chained to the one before, so that a later change shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from assistant.store.account_tables import audit, audit_end
from knowledge.store.database import Database


@dataclass(frozen=True)
class Deed:
    """What somebody did, to whom or what; it says nothing about citizens."""

    at: datetime
    actor: str
    act: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line(Deed):
    """A deed with its place in the log, and the hash over it and the line before."""

    seq: int = 0
    hash: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole log found: how many lines, the last hash, the first flaw ("" if there is none)."""

    lines: int
    last: str
    flaw: str


_LAST = select(audit_end.c.seq, audit_end.c.hash)


def append(session: Session, deed: Deed) -> None:
    """Add a line, in the write transaction in which the deed is done: both are there, or neither is."""
    seq, before = _last(session)
    kept = {
        "seq": seq + 1,
        "at": deed.at,
        "actor": deed.actor,
        "act": deed.act,
        "subject": deed.subject,
        "detail": _canonical(dict(deed.detail)),
    }
    last = _chained(before, kept)
    session.execute(insert(audit), kept | {"hash": last})
    session.execute(delete(audit_end))
    session.execute(insert(audit_end), {"seq": seq + 1, "hash": last})


class AuditLog:
    """The audit log of one database, as it is read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, limit: int, before: int | None = None) -> list[Line]:
        """Return the newest lines, the newest first, at most `limit`; `before` goes on from an earlier call."""
        query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
        with self._database.read() as session:
            rows = session.execute(query if before is None else query.where(audit.c.seq < before)).mappings()
            return [Line(**dict(row) | {"detail": json.loads(row["detail"])}) for row in rows]

    def verify(self, known: str = "") -> Verdict:
        """Look through the whole log. `known` is a hash noted earlier: without it, a log rewritten whole passes."""
        count, last, seen = 0, "", not known
        with self._database.read() as session:
            rows = session.execute(select(audit).order_by(audit.c.seq).execution_options(yield_per=1000))
            for row in rows.mappings():
                count += 1
                if row["seq"] != count:
                    return Verdict(count - 1, last, f"line {count} is missing")
                if row["hash"] != _chained(last, dict(row)):
                    return Verdict(count - 1, last, f"line {count} is not what was written after line {count - 1}")
                last = row["hash"]
                seen = seen or last == known
            if _last(session) != (count, last):
                return Verdict(count, last, f"lines after line {count} are missing")
        return Verdict(count, last, "" if seen else f"no line has the hash {known}")


def as_json(line: Line) -> dict[str, Any]:
    """Return a line as it is shown."""
    return asdict(line) | {"at": _moment(line.at)}


def _last(session: Session) -> tuple[int, str]:
    row = session.execute(_LAST).one_or_none()
    return (row.seq, row.hash) if row is not None else (0, "")


def _chained(before: str, kept: Mapping[str, Any]) -> str:
    told = {name: kept[name] for name in ("seq", "actor", "act", "subject", "detail")} | {"at": _moment(kept["at"])}
    return hashlib.sha256((before + _canonical(told)).encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
