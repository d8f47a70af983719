"""The knowledge drill in small; `python -m tests.drills.knowledge --kills 100` runs it in full."""

from __future__ import annotations

from pathlib import Path

from tests.drills.knowledge import Drill


def test_after_every_kill_the_index_is_whole_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    log = Drill(tmp_path, seed=8).run(kills=5)
    assert sum(log.kills.values()) >= 5
    assert log.acknowledged > 0
    print(log)


def test_processes_that_ask_while_another_writes_neither_die_nor_make_it_lose_vectors(tmp_path: Path) -> None:
    print(Drill(tmp_path, seed=4).crowd(seconds=3))
