"""`wegwijzer backup` and `restore`: a home goes into a folder and comes out of it whole, or nothing is touched."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.calibration import shipped
from assistant.bootstrap import Service
from knowledge.pages import PageDraft
from knowledge.store.schema import KNOWLEDGE
from tests.assistant.building import FEW, MUNICIPAL_ID, municipal_service, open_home, publish
from tests.assistant.running import refused, run, told

Edit = Callable[[dict[str, Any]], object]
REGION = resources.files("assistant.sites").joinpath("regio.toml").read_text("utf-8")
OWN_CALIBRATION = replace(shipped(), version="eigen").to_json()
OWN_SITE = REGION.replace('id = "regio"', 'id = "eigen"')


@pytest.fixture
def filled(home: Path) -> Path:
    """A home with pages, a site of its own and a calibration."""
    service = open_home(home)
    publish(service, *FEW)
    service.database.close()
    (home / "sites").mkdir()
    (home / "sites" / "eigen.toml").write_text(OWN_SITE, "utf-8")
    (home / "calibration.json").write_text(OWN_CALIBRATION, "utf-8")
    return home


@pytest.fixture
def backup(filled: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    told(filled, "backup", tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A second, empty home."""
    return tmp_path / "other"


def publish_later(home: Path) -> None:
    """Publish one page more."""
    later = replace(municipal_service(), source_id="later", title={"nl": "Later bedacht"})
    service = open_home(home)
    service.pages.publish([PageDraft(later, "later")], datetime.now(UTC))
    service.database.close()


def page_ids(home: Path, **environment: str) -> list[str]:
    return open_home(home, **environment).pages.page_ids()


def edit_manifest(backup: Path, edit: Edit) -> None:
    found = json.loads((backup / "backup.json").read_text("utf-8"))
    edit(found)
    (backup / "backup.json").write_text(json.dumps(found), "utf-8")


def record_digest(backup: Path) -> None:
    """Let the backup say that its database is what was written."""
    digest = hashlib.sha256((backup / "knowledge.sqlite3").read_bytes()).hexdigest()
    edit_manifest(backup, lambda found: found["databases"]["knowledge"].update(sha256=digest))


def test_a_backup_says_what_is_in_it(filled: Path, tmp_path: Path) -> None:
    report = told(filled, "backup", tmp_path / "backup")
    assert set(report) == {"made_at", "databases", "files", "seconds"}
    knowledge = report["databases"]["knowledge"]
    assert knowledge["version"] == KNOWLEDGE.head
    assert knowledge["rows"]["pages"] == len(page_ids(filled))
    assert report["files"] == ["sites", "calibration.json"]
    written = json.loads((tmp_path / "backup" / "backup.json").read_text("utf-8"))
    assert written == {name: value for name, value in report.items() if name != "seconds"}
    expected = {"backup.json", "calibration.json", "sites", *(f"{name}.sqlite3" for name in report["databases"])}
    assert {file.name for file in (tmp_path / "backup").iterdir()} == expected


def test_a_backup_is_told_in_words_too(filled: Path, tmp_path: Path) -> None:
    done = run(filled, "backup", tmp_path / "backup")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Backed up to {tmp_path / 'backup'} in ")
    assert f"{len(page_ids(filled))} pages" in done.stdout


def test_an_empty_home_can_be_backed_up_and_restored(home: Path, other: Path, tmp_path: Path) -> None:
    report = told(home, "backup", tmp_path / "backup")
    assert (report["databases"]["knowledge"]["rows"]["pages"], report["files"]) == (0, [])
    assert told(other, "restore", tmp_path / "backup")["databases"]["knowledge"]["rows"]["pages"] == 0


def test_a_backup_comes_out_in_an_empty_home_and_is_searchable(filled: Path, backup: Path, other: Path) -> None:
    report = told(other, "restore", backup)
    assert set(report) == {"made_at", "databases", "files", "seconds"}
    assert report["databases"]["knowledge"]["rows"]["pages"] == len(page_ids(filled))
    assert page_ids(other) == page_ids(filled)
    assert (other / "sites" / "eigen.toml").read_text("utf-8") == OWN_SITE
    assert (other / "calibration.json").read_text("utf-8") == OWN_CALIBRATION
    assert told(other, "search", "compostvat kopen")[0]["source_id"] == MUNICIPAL_ID
    assert told(other, "index", "verify")["equal"]
    assert told(other, "doctor")


def test_a_home_that_holds_pages_is_replaced_only_when_told_so(filled: Path, backup: Path) -> None:
    publish_later(filled)
    before = page_ids(filled)
    assert "wegwijzer restore DIR --replace" in refused(filled, "restore", backup)
    assert page_ids(filled) == before
    told(filled, "restore", backup, "--replace")
    assert page_ids(filled) == [one for one in before if one != "test-later"]


def test_a_home_that_holds_drafts_alone_is_not_replaced_unasked(backup: Path, other: Path) -> None:
    service = open_home(other)
    service.revisions.draft(municipal_service(), datetime.now(UTC), author="An")
    assert "--replace" in refused(other, "restore", backup)
    assert page_ids(other) == ["test-compostvat"]


def test_the_index_follows_a_restore_also_in_a_service_that_runs(filled: Path, backup: Path) -> None:
    publish_later(filled)
    running = open_home(filled)
    running.index.update()
    assert "test-later" in found(running)
    report = told(filled, "restore", backup, "--replace")
    assert report["databases"]["knowledge"]["rows"]["pages"] == len(page_ids(filled))
    assert "test-later" not in found(running)
    status = told(filled, "index", "status")
    assert (status["behind"], status["flaw"]) == (0, "")
    assert told(filled, "index", "verify")["equal"]


def found(service: Service) -> list[str]:
    return [hit.header.page_id for hit in service.retriever.search("later bedacht", "nl", 10, datetime.now(UTC)).hits]


def test_a_home_that_holds_conversations_alone_is_not_replaced_unasked(backup: Path, other: Path) -> None:
    service = open_home(other)
    begun = service.conversations.open(service.default_site)
    assert "--replace" in refused(other, "restore", backup)
    assert service.conversation_store.find(begun.conversation.id) is not None


def test_a_secret_stays_one(filled: Path, tmp_path: Path, other: Path) -> None:
    secret = open_home(filled).secret
    assert "secret" in told(filled, "backup", tmp_path / "backup")["files"]
    told(other, "restore", tmp_path / "backup")
    assert open_home(other).secret == secret
    assert [(folder / "secret").stat().st_mode & 0o777 for folder in (tmp_path / "backup", other)] == [0o600] * 2
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700


def test_a_restored_home_is_another_database(filled: Path, backup: Path) -> None:
    before = open_home(filled).pages.database_id()
    told(filled, "restore", backup, "--replace")
    assert open_home(filled).pages.database_id() != before


def test_a_home_goes_to_postgresql_and_back(filled: Path, other: Path, tmp_path: Path, postgres: Any) -> None:
    service = open_home(filled)
    begun = service.conversations.open(service.default_site)
    told(filled, "backup", tmp_path / "backup")
    address = postgres.new_database()
    server = {"WEGWIJZER_KNOWLEDGE_URL": address, "WEGWIJZER_CONVERSATIONS_URL": address}
    told(other, "restore", tmp_path / "backup", **server)
    assert page_ids(other, **server) == page_ids(filled)
    assert told(other, "search", "compostvat kopen", **server)[0]["source_id"] == MUNICIPAL_ID
    told(other, "backup", tmp_path / "again", **server)
    publish_later(filled)
    told(filled, "restore", tmp_path / "again", "--replace")
    assert page_ids(filled) == page_ids(other, **server)
    for home, environment in ((filled, {}), (other, server)):
        assert open_home(home, **environment).conversation_store.find(begun.conversation.id) == begun.conversation
    assert not list(other.glob("*.sqlite3"))


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_folder_that_holds_something_is_not_written_to(filled: Path, tmp_path: Path, kind: str) -> None:
    there = tmp_path / "there"
    if kind == "folder":
        there.mkdir()
        (there / "foto.jpg").write_bytes(b"foto")
    else:
        there.write_bytes(b"foto")
    assert refused(filled, "backup", there) == f"{there} is not an empty folder; give a new one."
    content = (there / "foto.jpg" if kind == "folder" else there).read_bytes()
    assert content == b"foto"


def test_an_empty_folder_is_taken_and_a_deep_one_made(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    told(filled, "backup", tmp_path / "leeg")
    told(filled, "backup", tmp_path / "diep" / "dieper" / "100%")
    assert (tmp_path / "diep" / "dieper" / "100%" / "backup.json").is_file()


def test_a_place_where_no_folder_can_be_made_is_named(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("", "utf-8")
    assert f"{tmp_path}/bestand/backup cannot be written" in refused(filled, "backup", tmp_path / "bestand" / "backup")


def cut_short(backup: Path) -> None:
    (backup / "backup.json").unlink()


def half_written(backup: Path) -> None:
    (backup / "backup.json").write_text('{"made_at": "2026', "utf-8")


def without_database(backup: Path) -> None:
    (backup / "knowledge.sqlite3").unlink()


def truncated(backup: Path) -> None:
    with (backup / "knowledge.sqlite3").open("r+b") as stream:
        stream.truncate(8192)


def one_byte_changed(backup: Path) -> None:
    content = bytearray((backup / "knowledge.sqlite3").read_bytes())
    content[-1] ^= 1
    (backup / "knowledge.sqlite3").write_bytes(content)


def another_database(backup: Path) -> None:
    """One that is whole, and recorded as such, but of another program."""
    (backup / "knowledge.sqlite3").unlink()
    with closing(sqlite3.connect(backup / "knowledge.sqlite3")) as connection:
        connection.execute("CREATE TABLE knowledge (a)")
    record_digest(backup)


def other_counts(backup: Path) -> None:
    edit_manifest(backup, lambda found: found["databases"]["knowledge"]["rows"].update(pages=9999))


def without_sites(backup: Path) -> None:
    shutil.rmtree(backup / "sites")


def no_folder(backup: Path) -> None:
    shutil.rmtree(backup)


NO_BACKUP = "has no readable backup.json: it is not a backup, or one cut short."
HARMED = [
    (no_folder, NO_BACKUP),
    (cut_short, NO_BACKUP),
    (half_written, NO_BACKUP),
    (without_database, "is missing or not what was written; use another backup."),
    (truncated, "is missing or not what was written; use another backup."),
    (one_byte_changed, "is missing or not what was written; use another backup."),
    (another_database, "knowledge.sqlite3 is not a whole copy of the knowledge database"),
    (other_counts, "pages do not have the rows that were written"),
    (without_sites, "sites is missing; use another backup."),
]


@pytest.mark.parametrize(("harm", "said"), HARMED, ids=lambda one: getattr(one, "__name__", ""))
def test_a_harmed_backup_is_refused_before_anything_is_written(
    filled: Path, backup: Path, harm: Callable[[Path], None], said: str
) -> None:
    harm(backup)
    publish_later(filled)
    (filled / "calibration.json").write_text('{"a": 2}', "utf-8")
    service = open_home(filled)
    before = (service.pages.database_id(), service.pages.changes(0), page_ids(filled))
    assert said in refused(filled, "restore", backup, "--replace")
    service = open_home(filled)
    assert (service.pages.database_id(), service.pages.changes(0), page_ids(filled)) == before
    assert (filled / "calibration.json").read_text("utf-8") == '{"a": 2}'


@pytest.mark.parametrize(
    "content", ["[]", "{}", '"backup"', '{"databases": {}}', '{"databases": []}', '{"databases": {"knowledge": 1}}',
                '{"databases": {"knowledge": {"sha256": "", "rows": {}}}, "files": ["../../etc"], "made_at": "2026"}',
                '{"databases": {"other": {"sha256": "", "rows": {}}}, "files": [], "made_at": "2026"}'],
)  # fmt: skip
def test_what_another_program_wrote_is_not_taken_for_a_backup(other: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "vreemd").mkdir()
    (tmp_path / "vreemd" / "backup.json").write_text(content, "utf-8")
    assert NO_BACKUP in refused(other, "restore", tmp_path / "vreemd")


def test_a_backup_of_a_newer_program_is_refused_before_anything_is_written(filled: Path, backup: Path) -> None:
    with closing(sqlite3.connect(backup / "knowledge.sqlite3")) as connection:
        connection.execute("UPDATE knowledge_version SET version_num = '0903'")
        connection.commit()
    record_digest(backup)
    before = open_home(filled).pages.database_id()
    assert "version 0903 of the knowledge database" in refused(filled, "restore", backup, "--replace")
    assert open_home(filled).pages.database_id() == before


def test_a_home_that_cannot_be_read_is_neither_backed_up_nor_restored_into_and_says_so(
    filled: Path, backup: Path, tmp_path: Path
) -> None:
    (filled / "knowledge.sqlite3").write_bytes(b"geen database" * 999)
    assert "file is not a database" in refused(filled, "backup", tmp_path / "again")
    assert "file is not a database" in refused(filled, "restore", backup, "--replace")


def test_a_failure_is_one_line_on_stderr_and_ends_with_one(home: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from assistant.cli import main; main()", "restore", str(tmp_path), "--json"],
        env={"WEGWIJZER_HOME": str(home), "PATH": ""},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"wegwijzer: {tmp_path} {NO_BACKUP}\n"
