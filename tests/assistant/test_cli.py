"""The command line as people and scripts use it: each call is a process of its own, so there are few."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import Service
from assistant.messages import text
from tests.assistant.building import MUNICIPAL_QUESTION, sure_question

PROGRAM = Path(sys.executable).parent / "wegwijzer"
QUESTION = sure_question("kids-id")
Run = subprocess.CompletedProcess[str]

pytestmark = pytest.mark.skipif(not PROGRAM.is_file(), reason="the program is not installed beside this Python")


def wegwijzer(home: Path, *words: str, typed: str = "", **environment: str) -> Run:
    known = {name: value for name, value in os.environ.items() if not name.startswith("WEGWIJZER_")}
    return subprocess.run(
        [str(PROGRAM), *words],
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        env=known | {"WEGWIJZER_HOME": str(home)} | environment,
        check=False,
    )


@pytest.fixture
def filled(ready: Service) -> Path:
    """A home that is filled; commands that write must not get it."""
    return ready.settings.home


def alone(done: Run) -> Any:
    """The JSON on stdout, and nothing else there."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def failed(done: Run, code: int = 1) -> str:
    """What a failure says: one line on stderr for a named failure, nothing on stdout, never a traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_ask_gives_json_alone_with_its_trace_at_the_moment_asked_for(filled: Path) -> None:
    reply = alone(wegwijzer(filled, "ask", QUESTION, "--json", "--trace", "--at", "2026-11-23T11:00"))
    assert (reply["kind"], reply["valid_on"]) == ("answer", "2026-11-23")
    assert reply["contacts"][0]["open_now"] is True
    assert [step["step"] for step in reply["trace"]["steps"]][-1] == "enrich"
    assert reply["trace"]["passages"] == reply["citations"]


def test_ask_refuses_a_site_that_does_not_exist_in_one_line(filled: Path) -> None:
    said = failed(wegwijzer(filled, "ask", QUESTION, "--site", "mars", "--json"))
    assert said.startswith("wegwijzer: ")
    assert "mars" in said
    assert said.count("\n") == 1


def test_wrong_use_ends_with_two(home: Path) -> None:
    done = wegwijzer(home, "ask")
    assert "QUESTION" in failed(done, 2).upper()
    assert done.stdout == ""
    assert not home.exists()


def test_chat_answers_takes_an_option_and_ends(filled: Path) -> None:
    done = wegwijzer(filled, "chat", typed=f"{MUNICIPAL_QUESTION}\n1\nstop\n")
    assert done.returncode == 0, done.stderr
    assert text("page.disclosure", "nl") in done.stdout
    assert text("clarification.municipality_needed", "nl") in done.stdout
    assert "U koopt een compostvat bij het containerpark. [1]" in done.stdout


def test_doctor_ends_with_one_on_an_empty_home_and_names_the_mending_command(home: Path) -> None:
    done = wegwijzer(home, "doctor")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "wegwijzer ingest" in done.stdout


def test_a_fresh_home_is_filled_and_shown(home: Path) -> None:
    imported = alone(wegwijzer(home, "ingest", "sample", "--json"))
    assert (imported["new"], imported["refused"]) == (112, [])
    status = alone(wegwijzer(home, "ingest", "status", "--json"))
    assert status["pages"] == {"published": 112}
    assert (status["index"]["behind"], status["imports"][0]["new"]) == (0, 112)
