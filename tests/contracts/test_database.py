"""The database, a SQLite file or PostgreSQL: made by whoever comes first, many readers, one writer at a time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import InternalError

from knowledge.pages import Change
from knowledge.store.database import Database, DatabaseUnusable
from knowledge.store.pages import Pages
from knowledge.store.tables import ChangeRow, ImportRow, PageRow, RevisionRow
from tests.contracts.processes import REPOSITORY, Start
from tests.knowledge.build import NOW, PASSPORT, Home, draft, service
from tests.postgres import PostgresServer

Open = Callable[..., Database]
PUBLISH_AND_DIE = """
desk.publish(service("1", "Paspoort", PASSPORT))
os._exit(9)
"""
WRITE_AND_HANG = """
from knowledge.store.tables import ImportRow
with desk.database.write() as session:
    session.add(ImportRow(source="half", at=NOW, report="{}"))
    session.flush()
    print("written", flush=True)
    time.sleep(60)
"""
PUBLISH_MANY = """
from threading import Thread

def publish(thread):
    for number in range(int(words[1])):
        desk.publish(service(f"{words[0]}-{thread}-{number % 3}", "Paspoort", f"{PASSPORT} {number}"))

threads = [Thread(target=publish, args=(thread,)) for thread in range(2)]
wait()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
PUBLISH_FOR_EVER = """
print("begun", flush=True)
number = 0
while True:
    number += 1
    desk.publish(*(service(str(one), "Paspoort", f"{PASSPORT} {number}") for one in range(8)))
"""
NO_DRIVER = """
import sys
sys.modules["psycopg"] = None
from knowledge.errors import NamedFailure
from knowledge.store.database import Database
try:
    Database("postgresql://an:geheim@127.0.0.1:1/wegwijzer").engine
except NamedFailure as failure:
    print(type(failure).__name__, failure)
"""


def imports(database: Database) -> int:
    return len(Pages(database).imports())


def test_nothing_is_made_before_the_first_use(home: Path) -> None:
    database = Database(home / "deep" / "knowledge.sqlite3")
    assert not home.exists()
    assert imports(database) == 0
    assert (home / "deep" / "knowledge.sqlite3").is_file()


def test_a_closed_database_opens_again(desk: Home) -> None:
    desk.pages.record_import("test", NOW, "{}")
    desk.database.close()
    assert imports(desk.database) == 1


@pytest.mark.parametrize("name", ["with space", "a#b", "Gemeente Sint-Niklaas é", "100%", "a%41b", "wat?nu"])
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "knowledge.sqlite3"
    Pages(Database(path)).record_import("test", NOW, "{}")
    assert path.is_file()
    assert imports(Database(path)) == 1


def test_a_file_whose_maker_was_killed_at_once_is_opened_as_any_other(home: Path) -> None:
    home.mkdir()
    (home / "knowledge.sqlite3").touch()
    database = Database(home / "knowledge.sqlite3")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ImportRow)) == 0
        # Only where readers and the writer do not wait for each other, this writer gets through.
        Pages(Database(home / "knowledge.sqlite3")).record_import("test", NOW, "{}")
    assert imports(database) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("geen-adres", "is not a URL; give postgresql://user@host/name"),
        ("postgresql://an:geheim@host:poort/wegwijzer", "is not a URL"),
        ("mysql://an:geheim@host/wegwijzer", "mysql: not a known kind of database"),
        ("sqlite:///elders.sqlite3", "sqlite: not a known kind of database"),
        ("postgresql://an:geheim@127.0.0.1:1/wegwijzer", "cannot be opened: .*refused"),
        ("postgresql://an@127.0.0.1:1/wegwijzer?password=geheim", "cannot be opened: .*refused"),
        ("postgresql://an:geheim@/wegwijzer?host=/nergens", "cannot be opened: .*No such file"),
        ("postgresql://an:geheim@127.0.0.1:1/wegwijzer?vlieg=1", "cannot be opened: .*vlieg"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_by_name_and_without_its_password(url: str, said: str) -> None:
    with pytest.raises(DatabaseUnusable, match=said) as refused:
        imports(Database(url))
    assert "geheim" not in str(refused.value)


def test_where_it_is_is_said_without_the_password() -> None:
    shown = str(Database("postgresql://an:geheim@host/wegwijzer?sslpassword=geheim&sslmode=require"))
    assert shown.startswith("postgresql://an:***@host/wegwijzer")
    assert "geheim" not in shown


def test_a_machine_without_the_driver_is_told_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_DRIVER], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("DatabaseUnusable PostgreSQL needs the driver psycopg: pip install")
    assert "geheim" not in done.stdout


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "knowledge.sqlite3"
    path.write_text("geen database" * 500, "utf-8")
    with pytest.raises(DatabaseUnusable, match=re.escape(f"{path} cannot be opened: file is not a database")):
        imports(Database(path))
    assert path.read_text("utf-8") == "geen database" * 500


def test_a_home_in_which_nothing_can_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("een bestand", "utf-8")
    with pytest.raises(DatabaseUnusable, match=r"home/knowledge\.sqlite3 cannot be opened"):
        imports(Database(tmp_path / "home" / "knowledge.sqlite3"))


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_there_before(open_database: Open) -> None:
    writer, reader = open_database(), open_database()
    Pages(writer).record_import("first", NOW, "{}")
    with writer.write() as session:
        session.add(ImportRow(source="second", at=NOW, report="{}"))
        session.flush()
        assert imports(reader) == 1
        assert imports(writer) == 1
    assert imports(reader) == 2


def test_a_reader_sees_one_moment_however_long_it_reads(open_database: Open, desk: Home) -> None:
    one, two = service("1", "Paspoort", PASSPORT), service("2", "Paspoort", PASSPORT)
    desk.publish(one)
    with open_database().read() as session:
        seen = [session.scalar(select(func.max(ChangeRow.sequence)))]
        desk.publish(two, replace(one, archived=True))
        seen.append(session.scalar(select(func.max(ChangeRow.sequence))))
        states = list(session.scalars(select(PageRow.state)))
        revisions = session.scalar(select(func.count()).select_from(RevisionRow))
    assert (seen, states, revisions) == ([1, 1], ["published"], 1)
    assert desk.pages.last_change() == 3


def test_a_reader_cannot_change_anything(open_database: Open) -> None:
    database = open_database()
    # PostgreSQL refuses at once, SQLite forgets.
    with suppress(InternalError), database.read() as session:
        session.add(ImportRow(source="test", at=NOW, report="{}"))
        session.flush()
    assert imports(database) == 0


def test_a_second_writer_waits_until_the_first_is_done(open_database: Open) -> None:
    first, second = open_database(), Pages(open_database())
    second.imports()
    with ThreadPoolExecutor(1) as pool:
        with first.write() as session:
            session.add(ImportRow(source="first", at=NOW, report="{}"))
            session.flush()
            waiting = pool.submit(second.record_import, "second", NOW, "{}")
            time.sleep(0.2)
            assert not waiting.done()
        waiting.result(timeout=10)
    assert [source for source, _, _ in second.imports()] == ["second", "first"]


def test_a_server_that_was_started_again_is_connected_to_again(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    running, other = Database(address), Database(address)
    Pages(running).record_import("before", NOW, "{}")
    with other.write() as session:
        everyone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        session.execute(text(f"{everyone} AND pid <> pg_backend_pid()"))
    Pages(running).record_import("after", NOW, "{}")
    assert imports(running) == 2
    running.close()
    other.close()


def test_a_transaction_that_fails_leaves_nothing(desk: Home) -> None:
    def fail_halfway() -> None:
        with desk.database.write() as session:
            session.add(ImportRow(source="test", at=NOW, report="{}"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert imports(desk.database) == 0
    desk.pages.record_import("test", NOW, "{}")


def test_publishing_is_one_transaction(desk: Home) -> None:
    broken = draft(service("2", "Kapot", PASSPORT, extra={"lijst": object()}))
    with pytest.raises(ValueError, match="serialize"):
        desk.pages.publish([draft(service("1", "Paspoort", PASSPORT)), broken], NOW)
    assert desk.pages.page_ids() == []
    assert desk.pages.last_change() == 0


def test_what_was_published_is_there_after_the_process_dies(start: Start, desk: Home) -> None:
    start(PUBLISH_AND_DIE).end(code=9)
    assert desk.pages.counts() == {"published": 1}


def test_a_writer_that_is_killed_leaves_nothing_half_and_lets_others_write(start: Start, desk: Home) -> None:
    writer = start(WRITE_AND_HANG)
    assert writer.line() == "written"
    writer.kill()
    assert imports(desk.database) == 0
    desk.pages.record_import("other", NOW, "{}")
    assert [source for source, _, _ in desk.pages.imports()] == ["other"]


def assert_whole(desk: Home) -> None:
    """What holds between any two transactions of a publisher that always publishes the same eight pages."""
    with desk.database.read() as session:
        pages = {row.page_id: row.latest for row in session.scalars(select(PageRow))}
        revisions = [(row.page_id, row.number) for row in session.scalars(select(RevisionRow))]
        log = [(row.page_id, row.revision) for row in session.scalars(select(ChangeRow).order_by(ChangeRow.sequence))]
    assert len(pages) == 8
    assert len(set(pages.values())) == 1
    assert dict(log) == pages
    assert sorted(log) == sorted(revisions)


def test_a_publisher_killed_at_any_moment_leaves_whole_transactions(start: Start, desk: Home) -> None:
    before = 0
    for pause in (0.02, 0.05, 0.11):
        publisher = start(PUBLISH_FOR_EVER)
        assert publisher.line() == "begun"
        while desk.pages.last_change() == before:
            assert publisher.running
            time.sleep(0.005)
        time.sleep(pause)
        publisher.kill()
        assert_whole(desk)
        before = desk.pages.last_change()
    assert before > 0


def test_lines_of_the_log_become_visible_in_the_order_of_their_numbers(start: Start, desk: Home) -> None:
    desk.pages.last_change()
    publishers = [start(PUBLISH_MANY, name, "15") for name in "abc"]
    for publisher in publishers:
        publisher.until_ready()
    for publisher in publishers:
        publisher.go()
    followed: list[Change] = []
    while any(publisher.running for publisher in publishers):
        followed += desk.pages.changes(followed[-1].sequence if followed else 0)
    followed += desk.pages.changes(followed[-1].sequence)
    for publisher in publishers:
        publisher.end()
    assert followed == desk.pages.changes(0)
    assert len(followed) == 3 * 2 * 15
    revisions: dict[str, list[int]] = {}
    for change in followed:
        revisions.setdefault(change.page_id, []).append(change.revision)
    assert all(numbers == [1, 2, 3, 4, 5] for numbers in revisions.values())


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_in_which_nobody_may_write_is_refused_by_name(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        imports(Database(tmp_path / "home" / "knowledge.sqlite3"))
