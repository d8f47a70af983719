"""`wegwijzer pages …`: every command does what it says, tells it as JSON too, and refuses wrong input by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import Service
from knowledge.pages import PageDraft, PageState
from tests.assistant.building import FEW, fill, filled_home, open_home
from tests.assistant.running import refused, run, told
from tests.homes import Homes
from tests.knowledge.build import full_service

KIDS = "sample-kids-id"
ROUND_TRIP = replace(full_service(), archived=False)


@pytest.fixture(scope="module")
def template(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with pages, indexed, to be copied."""
    service = filled_home(homes, tmp_path_factory.mktemp("template"), *FEW)
    service.database.close()
    return service.settings.home


@pytest.fixture
def filled(template: Path, home: Path) -> Path:
    """A home with pages, indexed, to be changed."""
    shutil.copytree(template, home)
    return home


@pytest.fixture
def shown(filled: Path, tmp_path: Path) -> Callable[..., Path]:
    """Writes what `pages show --json` prints of a page to a file, changed."""

    def show(page: str = KIDS, **changes: Any) -> Path:
        found = told(filled, "pages", "show", page)
        found["service"] |= changes
        (tmp_path / "page.json").write_text(json.dumps(found), "utf-8")
        return tmp_path / "page.json"

    return show


def service_of(home: Path) -> Service:
    return open_home(home)


def live(home: Path, page_id: str = KIDS) -> tuple[int, PageState]:
    page = service_of(home).pages.get([page_id])[page_id]
    return page.revision, page.state


def searched(home: Path, words: str) -> list[str]:
    return [row["page_id"] for row in told(home, "search", words)]


def test_pages_are_listed_by_id_with_where_they_stand(filled: Path) -> None:
    rows = told(filled, "pages", "list", "--limit", "100")
    assert [row["page_id"] for row in rows] == service_of(filled).pages.page_ids()
    assert rows[0] | {"page_id": "", "source_id": "", "title": "", "published_at": ""} == {
        "page_id": "",
        "source_id": "",
        "title": "",
        "state": "published",
        "revision": 1,
        "latest": 1,
        "published_at": "",
        "held": False,
        "outdated": [],
    }


def test_pages_are_listed_by_state_a_part_at_a_time(filled: Path) -> None:
    all_ids = service_of(filled).pages.page_ids()
    told(filled, "pages", "withdraw", KIDS)
    assert [row["page_id"] for row in told(filled, "pages", "list", "--state", "withdrawn")] == [KIDS]
    assert told(filled, "pages", "list", "--state", "draft") == []
    part = told(filled, "pages", "list", "--limit", "2", "--offset", "3")
    assert [row["page_id"] for row in part] == all_ids[3:5]


def test_overdue_pages_are_listed(filled: Path) -> None:
    assert told(filled, "pages", "list", "--overdue") == []
    told(filled, "pages", "schedule", KIDS, "--expires", "2026-01-31")
    assert [row["page_id"] for row in told(filled, "pages", "list", "--overdue")] == [KIDS]


def test_lists_are_told_in_words_too(filled: Path, shown: Callable[..., Path]) -> None:
    told(filled, "pages", "draft", shown(), "--by", "An")
    done = run(filled, "pages", "list")
    assert f"{KIDS}  published  revision 1  Kids-ID aanvragen  (newest revision 2)" in done.stdout.splitlines()


@pytest.mark.parametrize("name", [KIDS, "kids-id"])
def test_a_page_is_shown_by_its_id_or_that_of_its_source(filled: Path, name: str) -> None:
    found = told(filled, "pages", "show", name)
    assert (found["page_id"], found["revision"], found["scheduled"]) == (KIDS, 1, [])
    assert [(one["number"], one["state"], one["author"]) for one in found["history"]] == [(1, "published", "")]
    assert found["service"]["title"]["nl"] == "Kids-ID aanvragen"
    assert (found["ends"], found["review_by"]) == (None, None)


def test_a_page_is_shown_in_words_with_its_history_and_plans(filled: Path, shown: Callable[..., Path]) -> None:
    told(filled, "pages", "draft", shown(), "--by", "An", "--note", "Korter.")
    told(filled, "pages", "schedule", KIDS, "--publish", "2027-07-01T08:00", "--expires", "2027-12-31")
    lines = run(filled, "pages", "show", KIDS).stdout.splitlines()
    assert lines[0] == f"{KIDS}: Kids-ID aanvragen"
    assert lines[1].startswith("  2  draft  ")
    assert lines[1].endswith(" by An: Korter.")
    assert lines[2].startswith("> 1  published  ")
    assert lines[3:] == ["  ends 2027-12-31 23:59", "  planned 2027-07-01 08:00: publish revision 2"]


def test_a_revision_or_a_moment_can_be_shown(filled: Path, shown: Callable[..., Path]) -> None:
    before = datetime.now(UTC)
    told(filled, "pages", "draft", shown(title={"nl": "Kids-ID"}), "--by", "An")
    told(filled, "pages", "publish", KIDS, "--by", "An")
    assert told(filled, "pages", "show", KIDS)["service"]["title"] == {"nl": "Kids-ID"}
    for words in (["--revision", "1"], ["--at", before.isoformat()]):
        found = told(filled, "pages", "show", KIDS, *words)
        assert (found["revision"], found["service"]["title"]["nl"]) == (1, "Kids-ID aanvragen")
    early = (before - timedelta(days=400)).isoformat()
    assert refused(filled, "pages", "show", KIDS, "--at", early) == f"{KIDS} was not published yet at {early}."


def test_what_is_shown_can_be_drafted_again_unchanged(filled: Path, tmp_path: Path) -> None:
    """Every field survives the way through the file."""
    service_of(filled).pages.publish([PageDraft(ROUND_TRIP, "vol")], datetime.now(UTC))
    (page_id,) = (one for one in service_of(filled).pages.page_ids() if one.startswith("ipdc-"))
    (tmp_path / "page.json").write_text(run(filled, "pages", "show", page_id, "--json").stdout, "utf-8")
    made = told(filled, "pages", "draft", tmp_path / "page.json", "--by", "An")
    assert (made["number"], made["state"], made["author"]) == (2, "draft", "An")
    assert service_of(filled).revisions.text(page_id, 2) == ROUND_TRIP


def test_an_edited_text_goes_live_through_review(filled: Path, shown: Callable[..., Path]) -> None:
    file = shown(title={"nl": "Zeppelinpas aanvragen"})
    made = told(filled, "pages", "draft", file, "--by", "An", "--note", "Nieuwe naam.")
    assert set(made) == {"page_id", "number", "state", "created_at", "author", "note"}
    assert told(filled, "pages", "submit", KIDS, "2")["state"] == "in_review"
    assert told(filled, "pages", "send-back", KIDS, "2")["state"] == "draft"
    assert told(filled, "pages", "submit", "kids-id", "2")["state"] == "in_review"
    assert live(filled) == (1, PageState.PUBLISHED)
    assert told(filled, "pages", "publish", KIDS, "--by", "Bo")["state"] == "published"
    assert live(filled) == (2, PageState.PUBLISHED)
    assert searched(filled, "zeppelinpas")[0] == KIDS


def test_a_withdrawn_page_is_not_found_and_comes_back_by_going_back(filled: Path) -> None:
    assert told(filled, "pages", "withdraw", "kids-id", "--by", "Bo")["state"] == "withdrawn"
    assert KIDS not in searched(filled, "kids-id aanvragen")
    made = told(filled, "pages", "rollback", KIDS, "1", "--by", "Bo")
    assert (made["number"], made["state"], made["note"]) == (2, "published", "revision 1 again")
    assert searched(filled, "kids-id aanvragen")[0] == KIDS


def test_moves_are_told_in_words_too(filled: Path) -> None:
    assert run(filled, "pages", "withdraw", KIDS).stdout == f"{KIDS} revision 1: withdrawn\n"
    assert run(filled, "pages", "rollback", KIDS, "1").stdout == f"{KIDS} revision 2: published\n"


def test_who_decides_is_who_is_named_else_who_is_logged_in(filled: Path, shown: Callable[..., Path]) -> None:
    assert told(filled, "pages", "draft", shown(), "--by", "An")["author"] == "An"
    assert told(filled, "pages", "draft", shown(), LOGNAME="jan")["author"] == "jan"


def test_a_text_that_was_taken_before_the_page_changed_is_refused(filled: Path, shown: Callable[..., Path]) -> None:
    file = shown(title={"nl": "Kids-ID"})
    told(filled, "pages", "draft", file, "--by", "An")
    said = refused(filled, "pages", "draft", file, "--by", "Bo")
    assert said == f"{KIDS} has revision 2 by now; this text was based on 1."


def test_a_new_page_begins_as_a_text_alone(filled: Path, tmp_path: Path) -> None:
    text = asdict(replace(ROUND_TRIP, source="eigen", source_id="1"))
    (tmp_path / "page.json").write_text(json.dumps(text, default=str), "utf-8")
    assert told(filled, "pages", "draft", tmp_path / "page.json")["page_id"] == "eigen-1"
    assert live(filled, "eigen-1") == (1, PageState.DRAFT)
    assert told(filled, "pages", "publish", "eigen-1")["number"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not the JSON of a page"),
        ("[]", "is not the JSON of a page"),
        ("{}", "source: Field required"),
        ('{"service": []}', "page.json"),
        (
            '{"service": {"source": "a", "source_id": "b", "title": {}, "description": {}, "ends": "gisteren"}}',
            "ends: ",
        ),
        ('{"service": {"source": "a", "source_id": "b", "title": "Titel", "description": {}}}', "title: "),
        (
            '{"service": {"source": "a", "source_id": "b", "title": {}, "description": {}}, "history": [{}]}',
            "page.json",
        ),
        ('{"service": {"source": "a", "source_id": "b", "title": {}, "description": {}}, "history": 7}', "page.json"),
    ],
)
def test_a_file_that_is_no_page_is_refused_by_name(home: Path, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "page.json").write_text(content, "utf-8")
    assert said in refused(home, "pages", "draft", tmp_path / "page.json")
    assert not (home / "knowledge.sqlite3").exists()


def test_a_file_that_is_not_there_is_refused_by_name(home: Path, tmp_path: Path) -> None:
    assert str(tmp_path / "nergens.json") in refused(home, "pages", "draft", tmp_path / "nergens.json")


def test_publishing_and_withdrawing_are_planned(filled: Path, shown: Callable[..., Path]) -> None:
    told(filled, "pages", "draft", shown(), "--by", "An")
    words = ["--publish", "2027-07-01T08:00", "--withdraw", "2027-12-31T20:00+01:00", "--by", "Bo"]
    planned = told(filled, "pages", "schedule", KIDS, *words)
    assert planned == [
        {"page_id": KIDS, "revision": 2, "at": "2027-07-01T06:00:00+00:00", "author": "Bo"},
        {"page_id": KIDS, "revision": None, "at": "2027-12-31T19:00:00+00:00", "author": "Bo"},
    ]
    assert told(filled, "pages", "schedule", KIDS) == planned
    assert told(filled, "pages", "show", KIDS)["scheduled"] == planned
    assert run(filled, "pages", "schedule", KIDS).stdout.splitlines() == [
        "2027-07-01 08:00: publish revision 2",
        "2027-12-31 20:00: withdraw",
    ]
    assert told(filled, "pages", "schedule", KIDS, "--clear") == []
    assert run(filled, "pages", "schedule", KIDS).stdout == ""


def test_a_plan_of_a_chosen_revision_takes_the_place_of_the_one_before(
    filled: Path, shown: Callable[..., Path]
) -> None:
    told(filled, "pages", "draft", shown())
    told(filled, "pages", "draft", shown())
    told(filled, "pages", "schedule", KIDS, "--publish", "2027-07-01")
    planned = told(filled, "pages", "schedule", KIDS, "--publish", "2027-07-02", "--revision", "2")
    assert [(one["revision"], one["at"]) for one in planned] == [(2, "2027-07-01T22:00:00+00:00")]


@pytest.mark.parametrize("option", ["--expires", "--review"])
@pytest.mark.parametrize("day", ["2027-01-31", "20270131"])
def test_a_day_counts_to_its_end_in_brussels(filled: Path, option: str, day: str) -> None:
    told(filled, "pages", "schedule", KIDS, option, day)
    header = service_of(filled).pages.headers([KIDS])[KIDS]
    assert header.answerable_at(datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC))
    assert not header.answerable_at(datetime(2027, 1, 31, 23, 0, 0, tzinfo=UTC))
    shown = told(filled, "pages", "show", KIDS)
    assert shown["ends" if option == "--expires" else "review_by"] == "2027-01-31T22:59:59.999999+00:00"


@pytest.mark.parametrize("option", ["--expires", "--review"])
def test_an_end_holds_at_once_and_never_takes_it_away(filled: Path, option: str) -> None:
    told(filled, "pages", "schedule", KIDS, option, "2026-01-01T00:00")
    assert KIDS not in searched(filled, "kids-id aanvragen")
    told(filled, "pages", "schedule", KIDS, option, "never")
    assert searched(filled, "kids-id aanvragen")[0] == KIDS


WRONG_PAGE = ["show", "submit", "send-back", "publish", "withdraw", "rollback", "schedule"]


@pytest.mark.parametrize("command", WRONG_PAGE)
def test_a_page_that_is_not_there_is_refused_by_name(filled: Path, command: str) -> None:
    number = ["1"] if command in {"submit", "send-back", "rollback"} else []
    said = refused(filled, "pages", command, "nergens", *number)
    assert said == "There is no page nergens. `wegwijzer pages list` shows them."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", KIDS, "--revision", "9"], f"There is no revision 9 of {KIDS}."),
        (["submit", KIDS, "9"], f"There is no revision 9 of {KIDS}."),
        (["submit", KIDS, "1"], f"Revision 1 of {KIDS} is published, not draft."),
        (["publish", KIDS], f"Revision 1 of {KIDS} is published already"),
        (["publish", KIDS, "--revision", "9"], f"There is no revision 9 of {KIDS}."),
        (["rollback", KIDS, "1"], f"Revision 1 of {KIDS} is what is published now."),
        (["schedule", KIDS, "--publish", "2027-01-01"], "is published already"),
        (["schedule", KIDS, "--publish", "morgen"], "'morgen' is not a date and time"),
        (["schedule", KIDS, "--withdraw", "2027-02-30"], "'2027-02-30' is not a date and time"),
        (["schedule", KIDS, "--expires", "ooit"], "'ooit' is not a date and time"),
        (["schedule", KIDS, "--review", "9999-01-01"], "'9999-01-01' is not between"),
        (["show", KIDS, "--at", "gisteren"], "'gisteren' is not a date and time"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(filled: Path, words: list[str], said: str) -> None:
    before = service_of(filled).pages.changes(0)
    assert said in refused(filled, "pages", *words)
    assert service_of(filled).pages.changes(0) == before
    assert service_of(filled).revisions.scheduled() == []


def test_one_wrong_moment_plans_nothing(filled: Path) -> None:
    words = ["--withdraw", "2027-01-01", "--expires", "2026-01-01", "--review", "ooit"]
    assert "'ooit'" in refused(filled, "pages", "schedule", KIDS, *words)
    assert told(filled, "pages", "schedule", KIDS) == []
    assert told(filled, "pages", "show", KIDS)["ends"] is None


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["vlieg"],
        ["show"],
        ["submit", KIDS],
        ["submit", KIDS, "een"],
        ["submit", KIDS, "0"],
        ["rollback", KIDS, "99999999999999999999"],
        ["publish", KIDS, "--revision", "0"],
        ["list", "--limit", "0"],
        ["list", "--offset", "-1"],
        ["list", "--state", "weg"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_two_and_makes_nothing(home: Path, words: list[str]) -> None:
    assert run(home, "pages", *words).exit_code == 2
    assert not home.exists()


@pytest.mark.parametrize(
    "command", ["list", "show", "draft", "submit", "send-back", "publish", "withdraw", "rollback", "schedule"]
)
def test_every_command_can_tell_what_it_did_in_json(home: Path, command: str) -> None:
    assert "--json" in run(home, "pages", command, "--help", TERMINAL_WIDTH="200").stdout


def test_pages_in_postgresql_are_edited_the_same_way(home: Path, tmp_path: Path, postgres: Any) -> None:
    server = {"WEGWIJZER_KNOWLEDGE_URL": postgres.new_database()}
    fill(open_home(home, **server), *FEW)
    found = told(home, "pages", "show", KIDS, **server)
    found["service"]["title"] = {"nl": "Zeppelinpas aanvragen"}
    (tmp_path / "page.json").write_text(json.dumps(found), "utf-8")
    told(home, "pages", "draft", tmp_path / "page.json", "--by", "An", **server)
    told(home, "pages", "publish", KIDS, "--by", "Bo", **server)
    assert told(home, "search", "zeppelinpas", **server)[0]["page_id"] == KIDS
    assert told(home, "pages", "list", "--limit", "1", "--offset", "1", **server)
