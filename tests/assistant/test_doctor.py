"""`wegwijzer doctor`: every illness is named, with what mends it, and what it says mends."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.bootstrap import Service
from knowledge.errors import NamedFailure
from tests.assistant.building import FEW, fill, filled_home, municipal_service, open_home
from tests.assistant.running import run, told
from tests.assistant.talking import a_room
from tests.homes import Homes
from tests.knowledge.build import draft

Check = dict[str, Any]


@pytest.fixture(scope="module")
def template(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A healthy home, to be copied."""
    service = filled_home(homes, tmp_path_factory.mktemp("template"), *FEW)
    service.conversation_store.find("nothing")
    close(service)
    return service.settings.home


@pytest.fixture
def healthy(template: Path, home: Path) -> Path:
    """A healthy home, to be harmed."""
    shutil.copytree(template, home)
    return home


def close(service: Service) -> None:
    for database in service.databases:
        database.close()


def examined(home: Path, **environment: str) -> list[Check]:
    """What doctor says, ill or not."""
    done = run(home, "doctor", "--json", **environment)
    found: list[Check] = json.loads(done.stdout)
    ill = [check for check in found if not check["ok"]]
    assert done.exit_code == (1 if ill else 0)
    if ill:
        assert isinstance(done.exception, NamedFailure)
        assert str(done.exception) == f"{len(ill)} of {len(found)} checks failed."
    return found


def illnesses(home: Path, **environment: str) -> dict[str, Check]:
    return {check["name"]: check for check in examined(home, **environment) if not check["ok"]}


def mend(home: Path, command: str, **environment: str) -> None:
    """Do what doctor says."""
    program, *words = shlex.split(command)
    assert program == "wegwijzer"
    assert run(home, *words, **environment).exit_code == 0


def test_a_healthy_home_has_no_illness(healthy: Path) -> None:
    found = examined(healthy)
    assert [check["name"] for check in found] == [
        "sites",
        "counters",
        "home",
        "knowledge database",
        "conversations database",
        "pages",
        "plans",
        "index",
        "vectors",
        "languages",
        "conversations",
        "mails",
    ]
    assert all(set(check) == {"name", "ok", "detail", "mend"} and check["ok"] for check in found)


def test_it_is_told_in_words_too(healthy: Path) -> None:
    shutil.rmtree(healthy / "index")
    done = run(healthy, "doctor")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert next(line for line in lines if "knowledge database" in line).startswith("ok  knowledge database: ")
    ill = next(number for number, line in enumerate(lines) if line.startswith("ILL index: "))
    assert lines[ill + 1] == "    mend: wegwijzer index rebuild"


def test_an_empty_home_has_no_pages_yet(home: Path) -> None:
    found = illnesses(home)
    assert set(found) >= {"pages"}
    assert "wegwijzer ingest sample" in found["pages"]["mend"]


def deleted(home: Path) -> None:
    shutil.rmtree(home / "index")


def pointer_gone(home: Path) -> None:
    (home / "index" / "live.json").unlink()


def generation_gone(home: Path) -> None:
    for folder in (home / "index").glob("generation-*"):
        shutil.rmtree(folder)


def words_truncated(home: Path) -> None:
    for file in (home / "index").rglob("lexical/nl/*"):
        if file.suffix != ".lock" and file.is_file():
            with file.open("r+b") as stream:
                stream.truncate(file.stat().st_size // 2)


def vectors_scribbled(home: Path) -> None:
    for file in (home / "index").rglob("dense/*"):
        if file.is_file():
            file.write_bytes(b"geen vectoren" * 99)


def behind(home: Path) -> None:
    service = open_home(home)
    service.pages.publish([draft(municipal_service(), "later")], datetime.now(UTC))
    close(service)


def of_another_version(home: Path) -> None:
    found = json.loads((home / "index" / "live.json").read_text("utf-8"))
    (home / "index" / "live.json").write_text(json.dumps(found | {"version": "lexical-0+other"}), "utf-8")


def of_another_home(home: Path) -> None:
    service = open_home(home)
    with service.database.write() as session:
        session.execute(text("UPDATE identity SET database_id = 'another'"))
    close(service)


HARM = [
    deleted,
    pointer_gone,
    generation_gone,
    words_truncated,
    vectors_scribbled,
    behind,
    of_another_version,
    of_another_home,
]


@pytest.mark.parametrize("harm", HARM, ids=lambda one: one.__name__)
def test_an_ill_index_is_named_and_mended_by_the_command_it_names(healthy: Path, harm: Callable[[Path], None]) -> None:
    harm(healthy)
    found = illnesses(healthy)
    assert set(found) <= {"index", "vectors"}
    assert found
    for check in found.values():
        assert check["mend"] == "wegwijzer index rebuild"
    mend(healthy, "wegwijzer index rebuild")
    assert illnesses(healthy) == {}


def test_how_far_the_index_is_behind_is_said(healthy: Path) -> None:
    behind(healthy)
    assert "1 changes behind" in illnesses(healthy)["index"]["detail"]


def scribbled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[20_000:60_000] = b"\xff" * 40_000
    file.write_bytes(content)


def no_database(file: Path) -> None:
    file.write_bytes(b"geen database" * 999)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("harm", [scribbled, no_database, a_folder], ids=lambda one: one.__name__)
def test_a_damaged_database_file_is_named_and_mended_as_it_says(
    healthy: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    told(healthy, "backup", tmp_path / "backup")
    file = healthy / "knowledge.sqlite3"
    harm(file)
    found = illnesses(healthy)
    assert set(found) == {"knowledge database"}
    assert str(file) in found["knowledge database"]["detail"]
    assert found["knowledge database"]["mend"] == "stop the service, move the file away, wegwijzer restore DIR"
    file.rename(tmp_path / "away")
    told(healthy, "restore", tmp_path / "backup")
    assert illnesses(healthy) == {}


def test_a_damaged_database_of_conversations_is_named(healthy: Path) -> None:
    no_database(healthy / "conversations.sqlite3")
    assert set(illnesses(healthy)) == {"conversations database"}


def test_a_database_of_a_newer_program_is_named(healthy: Path) -> None:
    service = open_home(healthy)
    with service.database.write() as session:
        session.execute(text("UPDATE knowledge_version SET version_num = '0903'"))
    close(service)
    found = illnesses(healthy)["knowledge database"]
    assert "0903" in found["detail"]
    assert found["mend"] == "use the version of the program that the message names"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://an:geheim@127.0.0.1:1/wegwijzer", "refused"),
        ("postgresql://an:geheim@/wegwijzer?host=/nergens", "No such file"),
    ],
)
def test_a_postgresql_that_cannot_be_reached_is_named_without_its_password(healthy: Path, url: str, said: str) -> None:
    found = illnesses(healthy, WEGWIJZER_KNOWLEDGE_URL=url)
    assert set(found) == {"knowledge database"}
    check = found["knowledge database"]
    assert said in check["detail"]
    assert "geheim" not in json.dumps(check)
    assert check["mend"] == "start PostgreSQL, or correct WEGWIJZER_KNOWLEDGE_URL"


def test_a_postgresql_without_this_database_is_named(healthy: Path, postgres: Any) -> None:
    found = illnesses(healthy, WEGWIJZER_KNOWLEDGE_URL=postgres.url("nergens"))
    assert 'database "nergens" does not exist' in found["knowledge database"]["detail"]


def test_a_home_on_postgresql_can_be_healthy(home: Path, postgres: Any) -> None:
    address = postgres.new_database()
    server = {"WEGWIJZER_KNOWLEDGE_URL": address, "WEGWIJZER_CONVERSATIONS_URL": address}
    fill(open_home(home, **server), *FEW)
    assert illnesses(home, **server) == {}


def test_a_plan_that_nobody_carries_out_is_named(healthy: Path) -> None:
    service = open_home(healthy)
    page_id = service.pages.page_ids()[0]
    service.revisions.schedule(page_id, None, datetime.now(UTC) - timedelta(minutes=3), author="An")
    assert illnesses(healthy) == {}
    service.revisions.schedule(page_id, None, datetime.now(UTC) - timedelta(minutes=6), author="An")
    found = illnesses(healthy)
    assert (found["plans"]["detail"], found["plans"]["mend"]) == ("1 planned, 1 overdue", "wegwijzer serve")
    service.revisions.run_due(datetime.now(UTC))
    service.index.update()
    assert illnesses(healthy) == {}


def test_pages_past_their_end_are_counted(healthy: Path) -> None:
    service = open_home(healthy)
    service.revisions.expire(service.pages.page_ids()[0], datetime(2026, 1, 1, tzinfo=UTC))
    (pages,) = [check for check in examined(healthy) if check["name"] == "pages"]
    assert "1 of them past their end or review term" in pages["detail"]


def test_messages_that_nobody_answers_are_named_and_a_process_that_works_is_asked_for(healthy: Path) -> None:
    with a_room(healthy) as room:
        room.clock.at = datetime.now(UTC) - timedelta(minutes=6)
        room.say(room.open().conversation)
    assert "wegwijzer serve" in illnesses(healthy)["conversations"]["mend"]
    assert illnesses(healthy)["conversations"]["detail"].startswith("1 messages have waited")


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("een bestand", "utf-8")
    found = illnesses(tmp_path / "home")
    assert found["home"]["detail"] == f"{tmp_path / 'home'} cannot be written"
    assert "WEGWIJZER_HOME" in found["home"]["mend"]
    assert set(found) == {"home", "knowledge database", "conversations database"}


def test_a_home_that_can_still_be_made_is_not_ill(tmp_path: Path) -> None:
    assert "home" not in illnesses(tmp_path / "diep" / "dieper" / "home")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_is_named(healthy: Path) -> None:
    healthy.chmod(0o500)
    found = illnesses(healthy)
    healthy.chmod(0o700)
    assert "home" in found


def test_a_site_file_with_a_mistake_is_named(healthy: Path, tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "kapot.toml").write_text("dit is geen toml", "utf-8")
    found = illnesses(healthy, WEGWIJZER_SITES=str(tmp_path / "sites"))
    assert set(found) == {"sites"}
    assert "kapot.toml" in found["sites"]["detail"]


def test_a_counter_with_a_mistake_is_named_and_keeps_nothing_from_starting(healthy: Path) -> None:
    (healthy / "counters").mkdir()
    (healthy / "counters" / "kapot.toml").write_text('[[counters]]\nid = "x"\n', "utf-8")
    found = illnesses(healthy)
    assert set(found) == {"counters"}
    assert "kapot.toml, line 1: x: kind: is missing. Give one of gemeente" in found["counters"]["detail"]


def test_closing_days_with_a_mistake_are_named(healthy: Path) -> None:
    (healthy / "closing_days.toml").write_text("[gent]\n", "utf-8")
    found = illnesses(healthy)
    assert set(found) == {"sites", "counters"}
    assert all("closing_days.toml: [gent] calendar" in one["detail"] for one in found.values())
