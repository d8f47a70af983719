"""Processes are killed while citizens talk: every acknowledged message is there once, answered once, in order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.drills.conversations import drill, installation
from tests.loops import in_own_loop
from tests.postgres import NoPostgres

KILLS = int(os.environ.get("DRILL_KILLS", "2"))
CONVERSATIONS = int(os.environ.get("DRILL_CONVERSATIONS", "30"))


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_nothing_is_lost_when_processes_are_killed(database: str, tmp_path: Path) -> None:
    try:
        with installation(database, tmp_path / "home") as processes:
            size = {"kills": KILLS, "conversations": CONVERSATIONS}
            run = drill(processes, **size, pause=12.0, cut_after=7.0, tell=print)
            found = in_own_loop(run)
    except NoPostgres as reason:
        pytest.skip(str(reason))
    print(found)
    assert found["faults"] == []
    assert found["acknowledged"] >= CONVERSATIONS
    assert found["replies"] >= found["acknowledged"]
    assert found["streams_resumed"] > 0
