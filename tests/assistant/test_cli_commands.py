"""The commands in this process: what they print, and which wrong input they refuse by name."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assistant.bootstrap import Service
from assistant.messages import text
from knowledge.errors import NamedFailure
from tests.assistant.building import MUNICIPAL_QUESTION, sure_question
from tests.assistant.running import run

QUESTION = sure_question("kids-id")
OPEN = "2026-11-23T11:00"


@pytest.fixture
def filled(ready: Service) -> Path:
    """A home that is filled; commands that write must not get it."""
    return ready.settings.home


def test_ask_prints_what_a_citizen_would_read(filled: Path) -> None:
    done = run(filled, "ask", "parler à une personne", "--language", "fr", "--at", OPEN)
    assert done.exit_code == 0
    assert done.stdout.startswith(text("escalation.asked_for_person", "fr"))
    assert "1700" in done.stdout


def test_ask_takes_a_municipality(filled: Path) -> None:
    done = run(filled, "ask", MUNICIPAL_QUESTION, "--municipality", "Demostad", "--json", "--at", OPEN)
    assert json.loads(done.stdout)["kind"] == "answer"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["ask", QUESTION, "--site", "mars"], "mars"),
        (["ask", QUESTION, "--language", "xx"], "xx"),
        (["ask", QUESTION, "--at", "gisteren"], "gisteren"),
        (["ask", "   "], "question"),
        (["ask", "x" * 2001], "2001"),
        (["search", "kids-id", "--language", "xx"], "xx"),
        (["batch", "nergens.jsonl", "uit.jsonl"], "nergens.jsonl"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value)[:40],
)
def test_what_cannot_be_done_is_refused_by_name(filled: Path, words: list[str], named: str) -> None:
    done = run(filled, *words)
    assert isinstance(done.exception, NamedFailure)
    assert named in str(done.exception)
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words", [["ask"], ["search", "x", "-k", "0"], ["ask", "x", "--nergens"], ["index"], ["vlieg"]]
)
def test_wrong_use_ends_with_two_and_prints_nothing(home: Path, words: list[str]) -> None:
    assert run(home, *words).exit_code == 2
    assert not home.exists()


def test_a_misspelt_setting_is_named_before_anything_is_done(home: Path) -> None:
    done = run(home, "ask", QUESTION, WEGWIJZER_HOEM="x")
    assert "WEGWIJZER_HOEM" in str(done.exception)
    assert not home.exists()


def test_search_gives_one_row_a_service_best_first(filled: Path) -> None:
    rows = json.loads(run(filled, "search", "kids-id", "--language", "nl", "-k", "3", "--json").stdout)
    assert 1 <= len(rows) <= 3
    assert all(set(row) == {"source_id", "page_id", "title", "score"} for row in rows)
    assert rows[0]["source_id"] == "kids-id"
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


def test_search_on_an_empty_home_finds_nothing(home: Path) -> None:
    assert json.loads(run(home, "search", "kids-id", "--json").stdout) == []


def test_batch_answers_what_it_can_and_names_the_rest_on_stderr(filled: Path, tmp_path: Path) -> None:
    lines = [{"id": "a", "turns": [MUNICIPAL_QUESTION, {"option": 0}]}, {"id": "b"}]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(json.dumps(line) for line in lines) + "\n{", "utf-8")
    done = run(filled, "batch", str(source), str(target))
    assert isinstance(done.exception, NamedFailure)
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["line 2", "line 3"]
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [[reply["kind"] for reply in row["replies"]] for row in rows] == [["clarification", "answer"]]


def test_chat_goes_on_after_a_question_that_is_too_long(filled: Path) -> None:
    done = run(filled, "chat", typed=f"{'x' * 2001}\nhallo\n")
    assert text("signpost.greeting", "nl") in done.stdout
    assert done.exit_code == 0


@pytest.mark.parametrize("typed", ["", "\n", "stop\n", "hallo\nquit\n"])
def test_chat_ends_when_the_citizen_does(filled: Path, typed: str) -> None:
    assert run(filled, "chat", typed=typed).exit_code == 0


def test_a_number_that_was_not_offered_is_a_question(filled: Path) -> None:
    done = run(filled, "chat", typed=f"{MUNICIPAL_QUESTION}\n9\nstop\n")
    assert done.exit_code == 0
    assert "U koopt een compostvat" not in done.stdout


def test_chat_takes_an_option_and_ends_the_conversation_in_words(filled: Path) -> None:
    done = run(filled, "chat", typed=f"{MUNICIPAL_QUESTION}\n1\nstop\n")
    assert "U koopt een compostvat" in done.stdout
    assert done.stdout.rstrip().endswith(text("conversation.ended", "nl"))


def test_chat_says_what_is_kept(filled: Path) -> None:
    done = run(filled, "chat", "--language", "fr", typed="stop\n")
    assert text("conversation.privacy", "fr", days=30) in done.stdout


def test_chat_goes_on_elsewhere_with_a_code(filled: Path) -> None:
    first = run(filled, "chat", typed="hallo\ncode\nstop\n")
    code = re.search(r"^([2-9A-Z]{8}) \(", first.stdout, re.MULTILINE)
    assert code
    again = run(filled, "chat", "--resume", code[1].lower(), typed="bedankt\n\n")
    assert text("signpost.greeting", "nl") in again.stdout
    assert text("signpost.thanks", "nl") in again.stdout
    wrong = run(filled, "chat", "--resume", code[1])
    assert isinstance(wrong.exception, NamedFailure)


def test_index_status_shows_the_live_generation(filled: Path) -> None:
    status = json.loads(run(filled, "index", "status", "--json").stdout)
    assert (status["generation"].startswith("generation-"), status["behind"]) == (True, 0)
    assert status["version"] == status["expected_version"]


@pytest.mark.parametrize("command", ["ask", "search", "batch", "doctor", "index status", "index rebuild"])
def test_every_command_that_reports_can_do_so_in_json(home: Path, command: str) -> None:
    assert "--json" in run(home, *command.split(), "--help").stdout


def test_a_step_runs_alone_and_shows_its_draft(filled: Path) -> None:
    done = run(filled, "step", "retrieve", QUESTION, "--json", "--at", OPEN)
    shown = json.loads(done.stdout)
    assert (shown["step"], shown["reply"], shown["draft"]["candidates"][0]["source_id"]) == (
        "retrieve",
        None,
        "kids-id",
    )
    assert shown["draft"]["statements"] == []


@pytest.mark.parametrize("name", ["clean", "mask", "intent"])
def test_a_step_shows_masked_words_only(filled: Path, name: str) -> None:
    done = run(filled, "step", name, "mijn nummer is 93.05.18-223.61", "--language", "nl")
    assert "93.05" not in done.stdout
    assert "[rijksregisternummer]" in done.stdout


def test_a_step_that_ends_shows_its_reply_and_others_are_not_asked(filled: Path) -> None:
    danger = json.loads(run(filled, "step", "danger", "mijn huis staat in brand").stdout)
    assert danger["reply"]["reason"] == "danger_fire"
    language = json.loads(run(filled, "step", "language", "ma maison est en feu").stdout)
    assert language["draft"]["language"] == "fr"


def test_an_unknown_step_is_refused_by_name(filled: Path) -> None:
    done = run(filled, "step", "raden", QUESTION)
    assert isinstance(done.exception, NamedFailure)
    assert "raden" in str(done.exception)
