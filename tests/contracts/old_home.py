"""A home as the program of before there were migrations made it (its tables of version 1), with a few pages."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from knowledge.services import PolicyStatus, PublicService
from knowledge.variants import sketch
from tests.knowledge.build import NOW, PASSPORT, WASTE, service

_TABLES = """
PRAGMA journal_mode=WAL;
CREATE TABLE pages (
    page_id VARCHAR NOT NULL, source VARCHAR NOT NULL, source_id VARCHAR NOT NULL, state VARCHAR NOT NULL,
    revision INTEGER NOT NULL, digest VARCHAR NOT NULL, generated_at DATETIME, published_at DATETIME NOT NULL,
    ends DATETIME, review_by DATETIME, audience VARCHAR NOT NULL, sketch BLOB NOT NULL,
    PRIMARY KEY (page_id), UNIQUE (source, source_id)
);
CREATE TABLE change_log (
    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, page_id VARCHAR NOT NULL, revision INTEGER NOT NULL,
    at DATETIME NOT NULL
);
CREATE INDEX change_log_page ON change_log (page_id);
CREATE TABLE imports (
    id INTEGER NOT NULL, source VARCHAR NOT NULL, at DATETIME NOT NULL, report TEXT NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE index_state (
    id INTEGER NOT NULL, generation INTEGER NOT NULL, version VARCHAR NOT NULL, sequence INTEGER NOT NULL,
    at DATETIME NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE revisions (
    page_id VARCHAR NOT NULL, number INTEGER NOT NULL, created_at DATETIME NOT NULL, service BLOB NOT NULL,
    PRIMARY KEY (page_id, number), FOREIGN KEY(page_id) REFERENCES pages (page_id)
);
"""

PASSPORT_PAGE = service("1", "Paspoort", PASSPORT, audience=("burger", "onderneming"))
CHANGED_PAGE = replace(PASSPORT_PAGE, description={"nl": "Anders."})
GONE_PAGE = service("2", "Afvalkalender", WASTE)
REPEALED_PAGE = service("3", "Oude premie", "De premie is er niet meer.", policy_status=PolicyStatus.REPEALED)
ENDING_PAGE = service(
    "4", "Kampeertoelage", "De toelage is er tot nieuwjaar.", ends=datetime(2027, 1, 1, tzinfo=UTC),
    review_by=date(2026, 12, 1), generated_at=NOW,
)  # fmt: skip
LATER = NOW + timedelta(days=1)
_SENT = (
    (PASSPORT_PAGE, NOW),
    (GONE_PAGE, NOW),
    (REPEALED_PAGE, NOW),
    (ENDING_PAGE, NOW),
    (CHANGED_PAGE, LATER),
    (replace(GONE_PAGE, archived=True), LATER),
)
"""What was published, in order."""


def make_old_home(file: Path) -> None:
    """Write the database as the earlier program left it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_TABLES)
        for made, at in _SENT:
            publish(connection, made, at)
        connection.execute("INSERT INTO imports (source, at, report) VALUES ('test', ?, '{\"new\": 4}')", [_text(NOW)])
        connection.execute("INSERT INTO index_state VALUES (1, 3, 'lexical-1', 6, ?)", [_text(LATER)])
        connection.execute("INSERT INTO schema_version VALUES (1)")
        connection.commit()


def previous_program_refuses(file: Path) -> bool:
    """Whether the earlier program would refuse this home: it looked for its table, then for its version in it."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone():
            return False
        (version,) = connection.execute("SELECT version FROM schema_version").fetchone()
        return bool(version != 1)


def publish(connection: sqlite3.Connection, made: PublicService, at: datetime) -> None:
    """Write what the earlier program wrote when it published."""
    page_id = f"test-{made.source_id}"
    gone = made.archived or made.policy_status is PolicyStatus.REPEALED
    (revision,) = connection.execute("SELECT count(*) + 1 FROM revisions WHERE page_id = ?", [page_id]).fetchone()
    review_by = datetime.combine(made.review_by, datetime.max.time()) if made.review_by else None
    page = {
        "page_id": page_id,
        "source": made.source,
        "source_id": made.source_id,
        "state": "withdrawn" if gone else "published",
        "revision": revision,
        "digest": repr(made),
        "generated_at": _text(made.generated_at),
        "published_at": _text(at),
        "ends": _text(made.ends),
        "review_by": _text(review_by),
        "audience": " ".join(made.audience),
        "sketch": sketch(made),
    }
    columns, places = ", ".join(page), ", ".join(f":{name}" for name in page)
    connection.execute(f"INSERT OR REPLACE INTO pages ({columns}) VALUES ({places})", page)  # noqa: S608
    content = zlib.compress(TypeAdapter(PublicService).dump_json(made), 1)
    connection.execute(
        "INSERT INTO revisions (page_id, number, created_at, service) VALUES (?, ?, ?, ?)",
        [page_id, revision, _text(at), content],
    )
    connection.execute(
        "INSERT INTO change_log (page_id, revision, at) VALUES (?, ?, ?)", [page_id, revision, _text(at)]
    )


def _text(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if moment else None
