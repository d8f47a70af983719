"""The drill of mails in small; `python -m tests.drills.mails --kills 100` runs it in full."""

from __future__ import annotations

from pathlib import Path

from tests.drills.mails import Drill


def test_every_acknowledged_mail_arrives_though_processes_are_killed_and_the_server_flaps(tmp_path: Path) -> None:
    found = Drill(tmp_path, seed=3).run(kills=6)
    print(found)
    assert found["faults"] == []
    assert found["kills"] == 6
    assert found["arrived"] >= found["acknowledged"] > 0
    assert sum(found["moods"].values()) > 0
