"""Copies of a database: whole, of one moment, taken and put back while it is used, from and into either kind."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from knowledge.pages import PageState
from knowledge.store.backup import BackupDamaged, CopyFailed, check_file, copy_to_file, restore_from_file
from knowledge.store.database import Database, DatabaseUnusable, SchemaMismatch
from knowledge.store.pages import Pages
from knowledge.store.revisions import Revisions
from knowledge.store.schema import KNOWLEDGE
from knowledge.store.streams import StreamPage, Streams
from knowledge.store.tables import ChangeRow, PageRow, RevisionRow
from tests.contracts import old_home
from tests.contracts.processes import Start
from tests.knowledge.build import NOW, PASSPORT, Home, full_service, service

ONE, TWO = service("1", "Paspoort", PASSPORT), service("2", "Afvalkalender", PASSPORT)
PUBLISH_FOR_EVER = """
print("begun", flush=True)
number = 0
while True:
    number += 1
    desk.publish(*(service(str(one), "Paspoort", f"{PASSPORT} {number}") for one in range(8)))
"""
LITTLE_ROOM = """
import resource
from knowledge.errors import NamedFailure
from knowledge.store.backup import copy_to_file, restore_from_file
desk.pages.last_change()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(words[2]), int(words[2])))
try:
    if words[0] == "copy":
        copy_to_file(desk.database, Path(words[1]))
    else:
        restore_from_file(Path(words[1]), desk.database)
except NamedFailure as failure:
    print(type(failure).__name__, failure)
"""
RESTORE = """
from knowledge.store.backup import restore_from_file
desk.pages.last_change()
wait()
restore_from_file(Path(words[0]), desk.database)
"""
FILLED = {"pages", "revisions", "change_log", "schedule", "imports", "stream_pages", "identity", "schema_version"}
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind to restore into."""
    server = request.param == "postgresql"
    where = request.getfixturevalue("postgres").new_database() if server else tmp_path / "target" / "knowledge.sqlite3"
    with closing(Database(where)) as database:
        yield database


@pytest.fixture
def filled(desk: Home) -> Home:
    """A home with something in each of these tables."""
    desk.publish(ONE, TWO, replace(full_service(), archived=False))
    desk.publish(replace(TWO, archived=True))
    desk.revisions.draft(replace(ONE, description={"nl": "Duidelijker."}), NOW, author="An", note="é 😀")
    desk.revisions.schedule("test-1", 2, NOW, author="An")
    desk.revisions.expire("test-1", NOW)
    desk.pages.record_import("test", NOW, '{"new": 3}')
    page = StreamPage("https://voorbeeld.be/1", '"a"', "", True, ("https://voorbeeld.be/2",), "x")
    Streams(desk.database).imported("https://voorbeeld.be", [page])
    return desk


def rows(database: Database) -> Rows:
    """Everything but the identity."""
    with database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in database.schema.metadata.sorted_tables
            if table.name != "identity"
        }


def test_a_copy_counts_what_the_database_holds_and_is_one_file(filled: Home, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    counts = copy_to_file(filled.database, tmp_path / "copies" / "knowledge.sqlite3")
    assert counts == {name: len(found) for name, found in rows(filled.database).items()} | {"identity": 1}
    assert {name for name, count in counts.items() if count} >= FILLED
    assert [file.name for file in (tmp_path / "copies").iterdir()] == ["knowledge.sqlite3"]


def test_what_was_copied_is_put_back_into_either_kind(filled: Home, target: Database, tmp_path: Path) -> None:
    counts = copy_to_file(filled.database, tmp_path / "copy")
    assert restore_from_file(tmp_path / "copy", target) == counts
    assert rows(target) == rows(filled.database)
    assert Pages(target).database_id() != filled.pages.database_id()


def test_a_copy_may_go_from_kind_to_kind_and_back(filled: Home, target: Database, tmp_path: Path) -> None:
    before = rows(filled.database)
    copy_to_file(filled.database, tmp_path / "there")
    restore_from_file(tmp_path / "there", target)
    copy_to_file(target, tmp_path / "back")
    filled.publish(service("3", "Later", PASSPORT))
    restore_from_file(tmp_path / "back", filled.database)
    assert rows(filled.database) == before


def test_a_restored_database_is_another_one_and_forgets_what_came_after(filled: Home, tmp_path: Path) -> None:
    before, identity = rows(filled.database), filled.pages.database_id()
    copy_to_file(filled.database, tmp_path / "copy")
    filled.publish(service("3", "Later", PASSPORT), replace(ONE, description={}))
    restore_from_file(tmp_path / "copy", filled.database)
    assert rows(filled.database) == before
    assert filled.pages.database_id() != identity
    assert filled.pages.get(["test-1"])["test-1"].service == ONE


def test_the_index_of_a_restored_database_is_built_anew(
    filled: Home, open_home: Callable[..., Home], tmp_path: Path
) -> None:
    copy_to_file(filled.database, tmp_path / "copy")
    filled.publish(service("3", "Kampeertoelage", "De kampeertoelage."))
    filled.revisions.unschedule("test-1")
    filled.index.update()
    assert filled.found("kampeertoelage")[0] == "3"
    restore_from_file(tmp_path / "copy", filled.database)
    assert filled.index.status()["flaw"] == "it was built of another database"
    assert "3" not in filled.found("kampeertoelage")
    later = open_home()
    later.index.update()
    assert later.index.verify()["equal"]
    assert (later.index.status()["flaw"], later.index.status()["behind"]) == ("", 0)


def test_numbers_go_on_after_what_was_restored(filled: Home, target: Database, tmp_path: Path) -> None:
    copy_to_file(filled.database, tmp_path / "copy")
    last = filled.pages.last_change()
    for _ in range(2):
        restore_from_file(tmp_path / "copy", target)
        pages, revisions = Pages(target), Revisions(target)
        pages.publish([], NOW)
        revisions.publish("test-1", 2, NOW, author="An")
        pages.record_import("later", NOW, "{}")
        revisions.schedule("test-1", None, NOW, author="An")
        assert pages.last_change() > last
        assert [source for source, _, _ in pages.imports()] == ["later", "test"]
        assert revisions.draft(ONE, NOW, author="An").number == 3


def assert_whole(database: Database) -> int:
    """What holds between any two transactions of a publisher of eight pages; returns the lines of the log."""
    with database.read() as session:
        pages = {row.page_id: row.latest for row in session.scalars(select(PageRow))}
        revisions = session.scalar(select(func.count()).select_from(RevisionRow))
        log = [(row.page_id, row.revision) for row in session.scalars(select(ChangeRow).order_by(ChangeRow.sequence))]
    assert len(pages) == 8
    assert dict(log) == pages
    assert len(log) == revisions == sum(pages.values())
    assert len(set(pages.values())) == 1
    return len(log)


def test_a_copy_is_of_one_moment_while_another_process_publishes(start: Start, desk: Home, tmp_path: Path) -> None:
    desk.pages.last_change()
    publisher = start(PUBLISH_FOR_EVER)
    publisher.line()
    while desk.pages.last_change() == 0:
        assert publisher.running
        time.sleep(0.01)
    lengths = []
    for number in range(5):
        counts = copy_to_file(desk.database, tmp_path / str(number))
        with closing(Database(tmp_path / str(number))) as copy:
            lengths.append(assert_whole(copy))
        assert (counts["change_log"], counts["revisions"], counts["pages"]) == (lengths[-1], lengths[-1], 8)
    assert publisher.running
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1] <= desk.pages.last_change()


def test_a_copy_is_put_back_while_another_process_publishes_and_it_goes_on(
    start: Start, desk: Home, tmp_path: Path
) -> None:
    desk.publish(*(service(str(one), "Paspoort", f"{PASSPORT} 0") for one in range(8)))
    copy_to_file(desk.database, tmp_path / "copy")
    publisher = start(PUBLISH_FOR_EVER)
    publisher.line()
    for _ in range(4):
        before = desk.pages.last_change()
        while desk.pages.last_change() == before:
            assert publisher.running
            time.sleep(0.01)
        assert restore_from_file(tmp_path / "copy", desk.database)["change_log"] == 8
        assert publisher.running
        assert_whole(desk.database)
    publisher.kill()
    assert_whole(desk.database)


def test_a_reader_sees_what_it_saw_while_a_copy_is_put_back(
    filled: Home, open_database: Callable[..., Database], tmp_path: Path
) -> None:
    copy_to_file(filled.database, tmp_path / "copy")
    filled.publish(service("3", "Later", PASSPORT))
    reader = open_database()
    with reader.read() as session:
        seen = [list(session.scalars(select(PageRow.page_id).order_by(PageRow.page_id)))]
        restore_from_file(tmp_path / "copy", filled.database)
        seen.append(list(session.scalars(select(PageRow.page_id).order_by(PageRow.page_id))))
    assert seen[0] == seen[1]
    assert "test-3" in seen[0]
    assert "test-3" not in Pages(reader).page_ids()


def test_what_a_process_remembers_of_a_page_does_not_outlive_a_restore(filled: Home, tmp_path: Path) -> None:
    copy_to_file(filled.database, tmp_path / "copy")
    filled.publish(replace(ONE, description={"nl": "Anders."}), at=NOW.replace(hour=11))
    assert filled.pages.get(["test-1"])["test-1"].service.description == {"nl": "Anders."}
    restore_from_file(tmp_path / "copy", filled.database)
    assert filled.pages.get(["test-1"])["test-1"].service == ONE
    filled.publish(replace(ONE, description={"nl": "Weer anders."}), at=NOW.replace(hour=12))
    assert filled.pages.get(["test-1"])["test-1"].service.description == {"nl": "Weer anders."}


def test_a_restore_that_is_killed_leaves_what_was_or_what_was_to_be(start: Start, desk: Home, tmp_path: Path) -> None:
    desk.publish(*(service(str(number), "Paspoort", f"{PASSPORT} {number}") for number in range(400)))
    copy_to_file(desk.database, tmp_path / "copy")
    old = rows(desk.database)
    desk.publish(*(service(str(number), "Reispas", f"{PASSPORT} {number}") for number in range(300)))
    new = rows(desk.database)
    for pause in (0.03, 0.12, 0.25):
        run = start(RESTORE, str(tmp_path / "copy"))
        run.until_ready()
        run.go()
        time.sleep(pause)
        run.kill()
        assert rows(desk.database) in (old, new)
    desk.pages.record_import("later", NOW, "{}")


def test_where_there_is_no_room_for_a_copy_nothing_is_left_of_it(start: Start, desk: Home, tmp_path: Path) -> None:
    desk.publish(*(service(str(number), "Paspoort", f"{PASSPORT} {number}") for number in range(300)))
    (tmp_path / "copies").mkdir()
    said = start(LITTLE_ROOM, "copy", str(tmp_path / "copies" / "copy"), "80000").end()
    assert said.startswith("CopyFailed")
    assert f"{tmp_path}/copies/copy could not be written" in said
    assert list((tmp_path / "copies").iterdir()) == []


def test_where_there_is_no_room_to_put_a_copy_back_the_database_is_as_it_was(
    start: Start, desk: Home, tmp_path: Path
) -> None:
    desk.publish(*(service(str(number), "Paspoort", f"{PASSPORT} {number}") for number in range(300)))
    copy_to_file(desk.database, tmp_path / "copy")
    desk.publish(*(service(str(number), "Reispas", f"{PASSPORT} {number}") for number in range(300)))
    before = rows(desk.database)
    size = (tmp_path / "copy").stat().st_size
    for room in (size // 2, size + 4096):
        said = start(LITTLE_ROOM, "restore", str(tmp_path / "copy"), str(room)).end()
        # PostgreSQL needs no more room in this process than the copy does.
        if said or desk.database.sqlite or room < size:
            assert said.startswith("CopyFailed")
            assert "is as it was" in said
            assert rows(desk.database) == before
    desk.pages.record_import("later", NOW, "{}")


@pytest.mark.parametrize("folder", ["100%", "a#b", "wat?nu", "a%41b", "met spatie é"])
def test_a_copy_may_lie_anywhere(filled: Home, tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    counts = copy_to_file(filled.database, tmp_path / folder / "copy")
    assert check_file(filled.database, tmp_path / folder / "copy") == counts
    assert restore_from_file(tmp_path / folder / "copy", filled.database) == counts


def truncated(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size // 2)


def scribbled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = b"\xff" * 3000
    file.write_bytes(content)


def foreign(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE pages (page_id TEXT)")


@pytest.mark.parametrize(
    "harm",
    [truncated, scribbled, foreign, lambda file: file.write_bytes(b"geen database" * 999), Path.unlink, Path.touch],
    ids=["truncated", "scribbled", "foreign", "no database", "missing", "whole"],
)
def test_a_harmed_copy_is_recognised(filled: Home, tmp_path: Path, harm: Callable[[Path], object]) -> None:
    copy = tmp_path / "copy"
    filled.publish(*(service(str(number), "Paspoort", f"{PASSPORT} {number}") for number in range(100)))
    copy_to_file(filled.database, copy)
    harm(copy)
    if harm is Path.touch:
        assert check_file(filled.database, copy)["pages"] == 101
        return
    with pytest.raises(BackupDamaged, match=r"copy (is not a whole copy of the knowledge database|cannot be read)"):
        check_file(filled.database, copy)
    before = rows(filled.database)
    with pytest.raises((CopyFailed, DatabaseUnusable, BackupDamaged)):
        restore_from_file(copy, filled.database)
    assert rows(filled.database) == before


def test_looking_at_a_copy_changes_nothing(filled: Home, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    copy = tmp_path / "copies" / "copy"
    copy_to_file(filled.database, copy)
    before = copy.read_bytes()
    check_file(filled.database, copy)
    restore_from_file(copy, filled.database)
    assert copy.read_bytes() == before
    assert list(copy.parent.iterdir()) == [copy]


def test_a_copy_of_a_newer_program_is_refused_and_nothing_is_written(filled: Home, tmp_path: Path) -> None:
    copy_to_file(filled.database, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as connection:
        connection.execute("UPDATE knowledge_version SET version_num = '0903'")
        connection.commit()
    before = rows(filled.database)
    with pytest.raises(SchemaMismatch, match=r"copy has version 0903 of the knowledge database.*up to "):
        check_file(filled.database, tmp_path / "copy")
    with pytest.raises(SchemaMismatch, match="0903"):
        restore_from_file(tmp_path / "copy", filled.database)
    assert rows(filled.database) == before


@pytest.fixture
def older_copy(tmp_path: Path) -> Path:
    """A copy that a program made whose newest version was 0001: an earlier home with Alembic's table."""
    file = tmp_path / "older" / "copy"
    old_home.make_old_home(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE knowledge_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.execute("INSERT INTO knowledge_version VALUES ('0001')")
        connection.commit()
        connection.execute("PRAGMA journal_mode=DELETE")
    return file


def test_a_copy_of_an_older_program_is_brought_up_to_date(older_copy: Path, target: Database) -> None:
    before = older_copy.read_bytes()
    assert check_file(target, older_copy)["pages"] == 4
    restored = restore_from_file(older_copy, target)
    assert (restored["pages"], restored["revisions"], restored["change_log"], restored["identity"]) == (4, 6, 6, 1)
    pages, revisions = Pages(target), Revisions(target)
    assert pages.get(["test-1"])["test-1"].service == old_home.CHANGED_PAGE
    assert [one.state for one in revisions.history("test-2")] == [PageState.WITHDRAWN, PageState.PUBLISHED]
    assert pages.counts() == {"published": 2, "withdrawn": 2}
    with target.engine.connect() as connection:
        assert KNOWLEDGE.found(connection) == KNOWLEDGE.head
        assert connection.execute(text("SELECT version FROM schema_version")).scalars().all() == [2]
    assert older_copy.read_bytes() == before


def test_a_copy_takes_the_place_of_no_file(filled: Home, tmp_path: Path) -> None:
    """A half copy of an attempt before is no obstacle."""
    (tmp_path / "copy.part").write_bytes(b"half")
    shutil.copyfile(tmp_path / "copy.part", tmp_path / "copy.part-wal")
    assert copy_to_file(filled.database, tmp_path / "copy")["pages"] == 3
    assert not list(tmp_path.glob("*.part*"))
