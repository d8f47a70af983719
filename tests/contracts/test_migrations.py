"""Migrations: from nothing and from an earlier version to exactly the tables of the program, by one process."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect, text

from assistant.store.schema import CONVERSATIONS
from knowledge.pages import PageState, PublishOutcome
from knowledge.store.database import Database, DatabaseUnusable, SchemaMismatch
from knowledge.store.pages import Pages
from knowledge.store.schema import KNOWLEDGE, Schema
from tests.contracts import old_home
from tests.contracts.processes import OtherProcess, Start, at_once
from tests.knowledge.build import NOW, PASSPORT, Home, service

Open = Callable[..., Database]
LOOK = "wait(); print(desk.pages.last_change())"
PUBLISHED, WITHDRAWN = PageState.PUBLISHED, PageState.WITHDRAWN
BROKEN = '''
"""A migration that fails when half of it is done."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9000", "HEAD"

def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("pages", sa.Column("half", sa.String))
    op.execute("UPDATE pages SET state = 'half'")
    FAIL
'''
NOTE = '''
"""Another schema in the same database."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None

def upgrade() -> None:
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
'''


def differences(database: Database) -> list[object]:
    """What the tables are otherwise than the program thinks."""
    schema = database.schema
    # Alembic sees a difference between '' and '' on SQLite.
    options = {"version_table": schema.version_table, "compare_server_default": not database.sqlite}
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata))


@pytest.fixture
def database_url(empty_url: str) -> str:
    """Here the tables are made by the test."""
    return empty_url


def version(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return KNOWLEDGE.found(connection)


def write_version(database: Database, number: str) -> None:
    with database.write() as session:
        session.execute(text("UPDATE knowledge_version SET version_num = :number"), {"number": number})


def next_schema(folder: Path, body: str) -> Schema:
    """The schema of a program that has one migration more."""
    shutil.copytree(KNOWLEDGE.migrations, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "9000_next.py").write_text(body.replace("HEAD", KNOWLEDGE.head), "utf-8")
    return replace(KNOWLEDGE, migrations=folder)


@pytest.mark.parametrize("schema", [KNOWLEDGE, CONVERSATIONS], ids=lambda schema: schema.name)
def test_migrations_lead_to_exactly_the_tables_that_the_program_uses(open_database: Open, schema: Schema) -> None:
    database = open_database(schema)
    assert differences(database) == []
    with database.engine.connect() as connection:
        assert schema.found(connection) == schema.head


def test_a_database_that_is_up_to_date_is_not_touched(open_database: Open) -> None:
    before = Pages(open_database()).database_id()
    assert Pages(open_database()).database_id() == before


def test_two_processes_may_open_an_empty_database_at_once(start: Start, open_database: Open) -> None:
    assert at_once([start(LOOK), start(LOOK)]) == ["0\n"] * 2
    assert differences(open_database()) == []


@pytest.mark.parametrize("shared", [True, False], ids=["one database object", "one each"])
def test_threads_may_open_an_empty_database_at_once(open_database: Open, shared: bool) -> None:
    databases, barrier = [open_database() for _ in range(6)], Barrier(6)

    def look(database: Database) -> int:
        barrier.wait()
        return Pages(database).last_change()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(look, databases[:1] * 6 if shared else databases)) == [0] * 6
    assert differences(databases[0]) == []


def test_threads_may_each_open_an_empty_database_of_their_own_at_once(tmp_path: Path) -> None:
    databases, barrier = [Database(tmp_path / str(number) / "a.sqlite3") for number in range(8)], Barrier(8)

    def look(database: Database) -> int:
        barrier.wait()
        return Pages(database).last_change()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, databases)) == [0] * 8
    assert [differences(database) for database in databases] == [[]] * 8


def test_several_schemas_may_share_one_database(open_database: Open, tmp_path: Path) -> None:
    (tmp_path / "0001_notes.py").write_text(NOTE, "utf-8")
    databases = [open_database(one) for one in (KNOWLEDGE, Schema("notes", MetaData(), tmp_path), CONVERSATIONS)]
    for database in databases:
        with database.engine.connect() as connection:
            assert database.schema.found(connection) == database.schema.head
    with databases[0].engine.connect() as connection:
        assert {"pages", "notes", "events"} <= set(inspect(connection).get_table_names())


def test_a_database_of_a_newer_program_is_refused_and_left_alone(open_database: Open, desk: Home) -> None:
    desk.publish(service("1", "Paspoort", PASSPORT))
    write_version(desk.database, "0903")
    with pytest.raises(SchemaMismatch, match=r"has version 0903 of the knowledge database.*up to "):
        Pages(open_database()).last_change()
    with pytest.raises(SchemaMismatch):
        Home(desk.path, url="" if desk.database.sqlite else str(desk.database)).publish(service("2", "A", PASSPORT))
    assert version(desk.database) == "0903"
    write_version(desk.database, KNOWLEDGE.head)
    assert Pages(open_database()).page_ids() == ["test-1"]


def test_a_migration_that_fails_half_way_leaves_the_version_before(
    open_database: Open, desk: Home, tmp_path: Path
) -> None:
    desk.publish(service("1", "Paspoort", PASSPORT))
    failing = next_schema(tmp_path / "failing", BROKEN.replace("FAIL", "raise ZeroDivisionError"))
    with pytest.raises(ZeroDivisionError):
        Pages(open_database(failing)).last_change()
    refused = next_schema(tmp_path / "refused", BROKEN.replace("FAIL", 'op.execute("DROP TABLE nowhere")'))
    with pytest.raises(DatabaseUnusable, match="nowhere"):
        Pages(open_database(refused)).last_change()
    assert version(open_database()) == KNOWLEDGE.head
    assert differences(open_database()) == []
    assert Pages(open_database()).counts() == {"published": 1}
    mended = open_database(next_schema(tmp_path / "mended", BROKEN.replace("FAIL", "")))
    assert version(mended) == "9000"
    assert differences(mended) != []


def test_threads_that_migrate_a_database_at_once_run_a_migration_once(
    open_database: Open, desk: Home, tmp_path: Path
) -> None:
    desk.publish(service("1", "Paspoort", PASSPORT))
    twice = next_schema(
        tmp_path / "next", BROKEN.replace("FAIL", "op.execute(\"UPDATE pages SET digest = digest || '+'\")")
    )
    barrier = Barrier(4)

    def look(_: int) -> str:
        database = open_database(twice)
        barrier.wait()
        return Pages(database).known("test")["1"][0]

    with ThreadPoolExecutor(4) as pool:
        digests = set(pool.map(look, range(4)))
    assert [digest.count("+") for digest in digests] == [1]


@pytest.fixture
def old(home: Path) -> Path:
    """The database file of a home that the earlier program made."""
    old_home.make_old_home(home / "knowledge.sqlite3")
    return home / "knowledge.sqlite3"


def test_the_old_home_of_these_tests_is_one_that_the_earlier_program_takes(old: Path) -> None:
    assert not old_home.previous_program_refuses(old)


def test_an_old_home_gets_exactly_the_tables_that_the_program_uses(old: Path) -> None:
    database = Database(old)
    assert differences(database) == []
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_old_home_keeps_its_pages(old: Path) -> None:
    home = Home(old.parent)
    pages = home.pages.get(home.pages.page_ids())
    assert {page_id: (page.revision, page.state) for page_id, page in pages.items()} == {
        "test-1": (2, PUBLISHED),
        "test-2": (2, WITHDRAWN),
        "test-3": (1, WITHDRAWN),
        "test-4": (1, PUBLISHED),
    }
    assert pages["test-1"].service == old_home.CHANGED_PAGE
    assert pages["test-4"].service == old_home.ENDING_PAGE
    header = home.pages.headers(["test-4"])["test-4"]
    assert header.answerable_at(NOW)
    assert not header.answerable_at(NOW.replace(month=12))
    assert home.pages.imports() == [("test", NOW, '{"new": 4}')]


def test_an_old_home_keeps_its_history_with_the_states_that_were(old: Path) -> None:
    home = Home(old.parent)
    history = {page_id: home.revisions.history(page_id) for page_id in home.pages.page_ids()}
    assert {page_id: [(one.number, one.state) for one in found] for page_id, found in history.items()} == {
        "test-1": [(2, PUBLISHED), (1, PUBLISHED)],
        "test-2": [(2, WITHDRAWN), (1, PUBLISHED)],
        "test-3": [(1, WITHDRAWN)],
        "test-4": [(1, PUBLISHED)],
    }
    assert {(one.author, one.note) for found in history.values() for one in found} == {("", "")}
    assert home.revisions.text("test-1", 1) == old_home.PASSPORT_PAGE
    assert [(one.sequence, one.page_id, one.revision, one.state, one.at) for one in home.pages.changes(0)] == [
        (1, "test-1", 1, PUBLISHED, NOW),
        (2, "test-2", 1, PUBLISHED, NOW),
        (3, "test-3", 1, WITHDRAWN, NOW),
        (4, "test-4", 1, PUBLISHED, NOW),
        (5, "test-1", 2, PUBLISHED, old_home.LATER),
        (6, "test-2", 2, WITHDRAWN, old_home.LATER),
    ]
    seen = home.revisions.as_of("test-2", NOW)
    assert seen is not None
    assert (seen.state, seen.service) == (PUBLISHED, old_home.GONE_PAGE)


def test_in_an_old_home_sources_and_editors_go_on(old: Path) -> None:
    home = Home(old.parent)
    assert home.publish(old_home.CHANGED_PAGE, old_home.PASSPORT_PAGE) == [
        PublishOutcome.UNCHANGED,
        PublishOutcome.CHANGED,
    ]
    made = home.revisions.draft(old_home.ENDING_PAGE, NOW, author="An", based_on=1)
    assert made.number == 2
    assert home.revisions.publish("test-4", 2, NOW, author="An").state is PUBLISHED
    assert home.pages.last_change() == 8


def test_what_the_earlier_program_still_published_meanwhile_does_not_stand_in_the_way(old: Path) -> None:
    """It looked at the version when it began, and an import may take minutes."""
    home, late = Home(old.parent), service("5", "Rijbewijs", "Een rijbewijs vraagt u aan bij de gemeente.")
    home.pages.last_change()
    with closing(sqlite3.connect(old)) as connection:
        old_home.publish(connection, late, NOW)
        connection.commit()
    assert home.publish(late) == [PublishOutcome.UNCHANGED]
    home.publish(replace(late, description={"nl": "Anders."}))
    assert [one.number for one in home.revisions.history("test-5")] == [2, 1]
    assert home.pages.get(["test-5"])["test-5"].service.description == {"nl": "Anders."}


def test_an_old_home_is_searchable_after_the_index_followed(old: Path) -> None:
    home = Home(old.parent)
    home.index.update()
    assert home.found("paspoort")[0] == "1"
    assert "2" not in home.found("afvalkalender oud papier")
    assert home.index.verify()["equal"]


def test_the_earlier_program_refuses_a_home_of_this_one(old: Path, tmp_path: Path) -> None:
    Pages(Database(old)).last_change()
    Pages(Database(tmp_path / "new" / "knowledge.sqlite3")).last_change()
    assert old_home.previous_program_refuses(old)
    assert old_home.previous_program_refuses(tmp_path / "new" / "knowledge.sqlite3")


def test_homes_that_were_brought_up_to_date_are_different_databases(old: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "knowledge.sqlite3"
    other.parent.mkdir()
    shutil.copyfile(old, other)
    assert Pages(Database(old)).database_id() != Pages(Database(other)).database_id()


def test_two_processes_bring_an_old_home_up_to_date_once(old: Path) -> None:
    runs = [OtherProcess("wait(); print(desk.pages.database_id())", old.parent, "") for _ in range(2)]
    assert len(set(at_once(runs))) == 1
    assert differences(Database(old)) == []
