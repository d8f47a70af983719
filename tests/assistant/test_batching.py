"""`batch`: a conversation a line; what cannot be read is named with its line, the others are answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import Service
from assistant.commands.batching import run_batch
from knowledge.errors import NamedFailure
from tests.assistant.building import MUNICIPAL_QUESTION, sure_question

QUESTION = sure_question("kids-id")
GOOD: dict[str, Any] = {"id": "goed", "turns": [QUESTION]}
AT = "2026-11-23T11:00"


def run(service: Service, folder: Path, *lines: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """Write `lines` (objects, or raw text), answer them, and return the rows and what was refused."""
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), "utf-8")
    _, refused = run_batch(service, source, target)
    return [json.loads(line) for line in target.read_text("utf-8").splitlines()], refused


def test_each_line_gives_one_row_with_a_reply_and_a_time_for_each_turn(ready: Service, tmp_path: Path) -> None:
    rows, refused = run(ready, tmp_path, GOOD, {"id": 2, "turns": ["hallo", "bedankt"]})
    assert refused == []
    assert [row["id"] for row in rows] == ["goed", 2]
    assert [reply["kind"] for reply in rows[0]["replies"]] == ["answer"]
    assert [reply["reason"] for reply in rows[1]["replies"]] == ["greeting", "thanks"]
    assert [len(row["ms"]) for row in rows] == [1, 2]
    assert all(ms >= 0 for row in rows for ms in row["ms"])


def test_an_option_of_the_reply_before_can_be_taken(ready: Service, tmp_path: Path) -> None:
    rows, refused = run(ready, tmp_path, {"id": 1, "turns": [MUNICIPAL_QUESTION, {"option": 0}]})
    asked, answered = rows[0]["replies"]
    assert refused == []
    assert (asked["kind"], answered["kind"]) == ("clarification", "answer")
    assert answered["citations"][0]["source_id"] == asked["options"][0]["source_id"]


def test_language_municipality_and_moment_hold_for_the_whole_line(ready: Service, tmp_path: Path) -> None:
    line = {
        "id": 1,
        "turns": [MUNICIPAL_QUESTION],
        "language": "fr",
        "municipality": "Demostad",
        "at": AT,
        "site": "regio",
    }
    reply = run(ready, tmp_path, line)[0][0]["replies"][0]
    assert (reply["kind"], reply["language"], reply["valid_on"]) == ("answer", "fr", "2026-11-23")
    assert reply["contacts"][0]["open_now"] is True


def test_an_empty_line_is_nothing(ready: Service, tmp_path: Path) -> None:
    rows, refused = run(ready, tmp_path, "", GOOD, "   ")
    assert (len(rows), refused) == (1, [])


@pytest.mark.parametrize(
    "line",
    [
        "geen json",
        "[]",
        '"tekst"',
        "7",
        {"id": 1},
        {"turns": ["hallo"]},
        {"id": 1, "turns": None},
        {"id": 1, "turns": "Kids-ID"},
        {"id": 1, "turns": [7]},
        {"id": 1, "turns": [""]},
        {"id": 1, "turns": [{}]},
        {"id": 1, "turns": [{"option": 0}]},
        {"id": 1, "turns": [MUNICIPAL_QUESTION, {"option": 9}]},
        {"id": 1, "turns": [MUNICIPAL_QUESTION, {"option": -1}]},
        {"id": 1, "turns": [MUNICIPAL_QUESTION, {"option": "0"}]},
        {"id": 1, "turns": ["x" * 2001]},
        {"id": 1, "turns": ["hallo"], "site": "mars"},
        {"id": 1, "turns": ["hallo"], "language": "xx"},
        {"id": 1, "turns": ["hallo"], "at": "gisteren"},
    ],
    ids=str,
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_are_answered(
    ready: Service, tmp_path: Path, line: Any
) -> None:
    rows, refused = run(ready, tmp_path, GOOD, line, GOOD | {"id": "ook goed"})
    assert [row["id"] for row in rows] == ["goed", "ook goed"]
    assert len(refused) == 1
    assert refused[0].startswith("line 2:")


def test_a_line_that_is_not_utf_8_is_named_and_the_others_are_answered(ready: Service, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(json.dumps(GOOD).encode() + b'\n{"id": 1, "turns": ["\xff\xfe"]}\n' + json.dumps(GOOD).encode())
    _, refused = run_batch(ready, source, target)
    assert len(target.read_text("utf-8").splitlines()) == 2
    assert [line.partition(":")[0] for line in refused] == ["line 2"]


def test_a_file_that_is_not_there_is_a_named_failure(ready: Service, tmp_path: Path) -> None:
    with pytest.raises(NamedFailure, match=r"nergens\.jsonl"):
        run_batch(ready, tmp_path / "nergens.jsonl", tmp_path / "out.jsonl")
