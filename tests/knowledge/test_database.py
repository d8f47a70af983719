"""The database: one file, many readers and one writer, made by whoever comes first."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from knowledge.store.database import SCHEMA_VERSION, Database, SchemaMismatch
from knowledge.store.pages import Pages
from knowledge.store.tables import ImportRow
from tests.knowledge.build import NOW, PASSPORT, Home, draft, service

OPEN_WHEN_TOLD = """
import sys
from pathlib import Path
from knowledge.store.database import Database
from knowledge.store.pages import Pages
print("ready", flush=True)
sys.stdin.readline()
print(Pages(Database(Path(sys.argv[1]))).last_change())
"""
PUBLISH_AND_DIE = """
import os, sys
from pathlib import Path
from tests.knowledge.build import Home, service
Home(Path(sys.argv[1])).publish(service("1", "Paspoort", "Een paspoort."))
os._exit(9)
"""
REPOSITORY = Path(__file__).parents[2]


def imports(database: Database) -> int:
    return len(Pages(database).imports())


def test_nothing_is_made_before_the_first_use(home: Path) -> None:
    database = Database(home / "deep" / "knowledge.sqlite3")
    assert not home.exists()
    assert imports(database) == 0
    assert database.path.is_file()


def test_a_closed_database_opens_again(desk: Home) -> None:
    desk.pages.record_import("test", NOW, "{}")
    desk.database.close()
    assert imports(desk.database) == 1


def test_a_database_of_another_program_version_is_refused_and_left_alone(desk: Home) -> None:
    desk.pages.record_import("test", NOW, "{}")
    desk.database.close()
    with sqlite3.connect(desk.database.path) as connection:
        connection.execute("UPDATE schema_version SET version = version + 1")
    with pytest.raises(SchemaMismatch, match=f"schema version {SCHEMA_VERSION + 1}.*needs {SCHEMA_VERSION}"):
        imports(Database(desk.database.path))
    with sqlite3.connect(desk.database.path) as connection:
        connection.execute("UPDATE schema_version SET version = version - 1")
    assert imports(Database(desk.database.path)) == 1


@pytest.mark.parametrize("name", ["with space", "a#b", "Gemeente Sint-Niklaas é", "100%", "a%41b", "wat?nu"])
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "knowledge.sqlite3"
    Pages(Database(path)).record_import("test", NOW, "{}")
    assert path.is_file()
    assert imports(Database(path)) == 1


@pytest.mark.parametrize("shared", [True, False], ids=["one database object", "one each"])
def test_threads_may_open_an_empty_home_at_once(tmp_path: Path, shared: bool) -> None:
    with ThreadPoolExecutor(4) as pool:
        for round_number in range(15):
            path = tmp_path / str(round_number) / "knowledge.sqlite3"
            database, barrier = Database(path), Barrier(4)

            def open_it(_: int, path: Path = path, database: Database = database, barrier: Barrier = barrier) -> int:
                mine = database if shared else Database(path)
                barrier.wait()
                return Pages(mine).last_change()

            assert list(pool.map(open_it, range(4))) == [0] * 4


def test_two_processes_may_open_an_empty_home_at_once(home: Path) -> None:
    command = [sys.executable, "-c", OPEN_WHEN_TOLD, str(home / "knowledge.sqlite3")]
    pipe = subprocess.PIPE
    runs = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(2)]
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
    outcomes = []
    for run in runs:
        assert run.stdin is not None
        run.stdin.write("\n")
        run.stdin.flush()
    for run in runs:
        outcomes.append(run.communicate(timeout=30))
    assert outcomes == [("0\n", "")] * 2


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_there_before(desk: Home) -> None:
    desk.pages.record_import("first", NOW, "{}")
    reader = Database(desk.database.path)
    with desk.database.write() as session:
        session.add(ImportRow(source="second", at=NOW, report="{}"))
        session.flush()
        assert imports(reader) == 1
        assert imports(desk.database) == 1
    assert imports(reader) == 2


def test_a_second_writer_waits_until_the_first_is_done(desk: Home) -> None:
    with ThreadPoolExecutor(1) as pool:
        with desk.database.write() as session:
            session.add(ImportRow(source="first", at=NOW, report="{}"))
            session.flush()
            second = pool.submit(Pages(Database(desk.database.path)).record_import, "second", NOW, "{}")
            assert not second.done()
        second.result(timeout=10)
    assert [source for source, _, _ in desk.pages.imports()] == ["second", "first"]


def test_a_transaction_that_fails_leaves_nothing(desk: Home) -> None:
    def fail_halfway() -> None:
        with desk.database.write() as session:
            session.add(ImportRow(source="test", at=NOW, report="{}"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert imports(desk.database) == 0


def test_what_was_published_is_there_after_the_process_dies(home: Path) -> None:
    run = subprocess.run([sys.executable, "-c", PUBLISH_AND_DIE, str(home)], cwd=REPOSITORY, check=False, timeout=60)
    assert run.returncode == 9
    assert Home(home).pages.counts() == {"published": 1}


def test_publishing_is_one_transaction(desk: Home) -> None:
    broken = draft(service("2", "Kapot", PASSPORT, extra={"lijst": object()}))
    with pytest.raises(ValueError, match="serialize"):
        desk.pages.publish([draft(service("1", "Paspoort", PASSPORT)), broken], NOW)
    assert desk.pages.page_ids() == []
    assert desk.pages.last_change() == 0
