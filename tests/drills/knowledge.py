"""The knowledge drill: importing, publishing, following, rebuilding and asking processes are killed at random moments.

    python -m tests.drills.knowledge --kills 100

After each kill the database must open whole, the next update must heal the index, every passage and vector must equal
the database, and every change that was acknowledged must be in the change log.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.drills.roles import CROWD, ROLES, Scene, play
from tests.knowledge.build import Home

_LONGEST_LIFE = 0.9
"""Seconds: a victim is killed at a random moment up to so long after it began its work."""
_DEADLINE = 120.0
_ALL_AT_ONCE = 0.25
"""In this part of the rounds all processes die together, as when the power goes."""


@dataclass
class Log:
    """What happened in a drill."""

    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ROLES, 0))
    recoveries: list[float] = field(default_factory=list)
    acknowledged: int = 0
    rebuilt: int = 0

    def __str__(self) -> str:
        slowest = max(self.recoveries)
        middle = sorted(self.recoveries)[len(self.recoveries) // 2]
        by_role = ", ".join(f"{role} {count}" for role, count in self.kills.items())
        return (
            f"{sum(self.kills.values())} processes killed ({by_role}) in {len(self.recoveries)} rounds; "
            f"{len(self.recoveries)} recoveries, median {middle:.2f} s, slowest {slowest:.2f} s, "
            f"{self.rebuilt} by building anew; {self.acknowledged} acknowledged changes, none lost; "
            "index equal to the database after every one"
        )


class Drill:
    """One drill in a folder; the same seed kills at the same moments."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._scene, self._chance = Scene(folder), random.Random(seed)  # noqa: S311 - it can be repeated
        self._seed = seed
        # Processes start as copies of one that has loaded everything, so that a kill does not cost seconds.
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["tests.drills.roles", "chromadb", "sqlalchemy.dialects.sqlite"])
        self.log = Log()

    def run(self, kills: int, *, tell: bool = False) -> Log:
        """Play rounds until so many processes were killed. Raises AssertionError for anything lost or unequal."""
        self._scene.set()
        while sum(self.log.kills.values()) < kills:
            victims, after = self._round()
            seconds = self._recover()
            if tell:
                print(f"killed {', '.join(victims)} after {after * 1000:.0f} ms: whole again in {seconds:.2f} s")
        self._compare_everything()
        return self.log

    def crowd(self, seconds: float) -> str:
        """Let two processes ask while a third publishes and follows; none may die, no vector may be lost."""
        self._scene.set()
        self._clear()
        before = self._scene.home().index.status()["generation"]
        running = {role: self._start(role, self._seed) for role in CROWD}
        _until(lambda: self._all_go(list(CROWD)), self._failures)
        time.sleep(seconds)
        self._end(running, victims=[])
        home = self._scene.home()
        home.index.update()
        assert home.index.verify()["equal"]
        assert home.index.status()["generation"] == before, "it was built anew, and nothing was wrong"
        live, pages = home.index.live(), home.pages.get(home.pages.page_ids()).values()
        titles = {page.page_id: page.service.title["nl"] for page in pages if page.state.value == "published"}
        assert live is not None
        lost = [one for one, title in titles.items() if live.dense.search(title, "nl", 1)[0].cosine < 0.999]
        # A search in a graph of neighbours may miss one in a thousand.
        assert len(lost) <= len(titles) // 1000, f"{len(lost)} of {len(titles)} are not found by their own vector"
        home.database.close()
        return f"{len(titles)} pages published while two processes asked for {seconds:.0f} s: none died, no vector lost"

    def _round(self) -> tuple[list[str], float]:
        number = len(self.log.recoveries)
        victims = [self._chance.choice(list(ROLES))]
        if self._chance.random() < _ALL_AT_ONCE:
            victims = list(ROLES)
        after = self._chance.uniform(0, _LONGEST_LIFE)
        self._clear()
        running = {role: self._start(role, self._seed * 10_000 + number) for role in ROLES}
        _until(lambda: self._all_go(victims), self._failures)
        time.sleep(after)
        for role in victims:
            running[role].kill()
            self.log.kills[role] += 1
        time.sleep(self._chance.uniform(0, 0.2))
        self._end(running, victims)
        return victims, after

    def _clear(self) -> None:
        for file in (self._scene.stop, *self._scene.folder.glob("*-goes")):
            file.unlink(missing_ok=True)

    def _all_go(self, roles: list[str]) -> bool:
        return all((self._scene.folder / f"{role}-goes").exists() for role in roles)

    def _end(self, running: dict[str, BaseProcess], victims: list[str]) -> None:
        self._scene.stop.touch()
        for role, process in running.items():
            process.join(_DEADLINE)
            expected = -signal.SIGKILL if role in victims else 0
            assert process.exitcode == expected, f"{role} ended with {process.exitcode}: {self._failures()}"

    def _start(self, role: str, seed: int) -> BaseProcess:
        process = self._processes.Process(target=play, args=(role, self._scene.folder, seed))
        process.start()
        return process

    def _recover(self) -> float:
        """Open the home as a process that starts after the kill, and hold it against all that was promised."""
        started, home = time.perf_counter(), self._scene.home()
        before = home.index.status()["generation"]
        home.index.update()
        status = home.index.status()
        seconds = time.perf_counter() - started
        assert (status["behind"], status["flaw"]) == (0, ""), status
        assert home.database.flaw(thorough=True) == ""
        report = home.index.verify()
        assert report["equal"], report
        self.log.rebuilt += status["generation"] != before
        self.log.recoveries.append(seconds)
        self._nothing_acknowledged_is_lost(home)
        home.database.close()
        return seconds

    def _nothing_acknowledged_is_lost(self, home: Home) -> None:
        happened = {(one.page_id, one.revision, one.state.value) for one in home.pages.changes(0)}
        lines = self._scene.acknowledged.read_bytes() if self._scene.acknowledged.exists() else b""
        # A last line without its end was being written when its process was killed.
        promised = [line.split() for line in lines.decode().split("\n")[:-1]]
        lost = [one for one in promised if (one[0], int(one[1]), one[2]) not in happened]
        assert not lost, f"acknowledged, but not in the change log: {lost}"
        self.log.acknowledged = len(promised)

    def _compare_everything(self) -> None:
        """After the last round: every page by its own words, and nothing left lying about."""
        home = self._scene.home()
        pages = home.pages.get(home.pages.page_ids()).values()
        last = {change.page_id: change for change in home.pages.changes(0)}
        assert all(
            (last[page.page_id].revision, last[page.page_id].state) == (page.revision, page.state) for page in pages
        )
        for page in pages:
            found = home.found(" ".join(page.service.title.values()), variants=True)
            assert (page.source_id in found) is (page.state.value == "published"), (page.source_id, found)
        # Each round opened a home in this process; one that nobody holds gives its copy back when it is collected.
        gc.collect()
        home.index.rebuild()
        index = self._scene.folder / "home" / "index"
        assert len(list(index.glob("generation-*"))) <= 2
        assert len(list(index.glob("generation-*/*"))) <= 3
        # A copy that was being begun by a process that was killed goes after an hour.
        assert len(list((index / "readers").glob("copy-*"))) <= 2
        home.database.close()

    def _failures(self) -> str:
        return "\n".join(file.read_text("utf-8") for file in self._scene.folder.glob("*-failed"))


def _until(reached: Callable[[], bool], failures: Callable[[], str]) -> None:
    until = time.monotonic() + _DEADLINE
    while not reached():
        assert not failures(), failures()
        assert time.monotonic() < until, "a process did not begin"
        time.sleep(0.002)


def main() -> None:
    """Run the drill and print its log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--crowd", type=float, default=30.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    started, drill = time.perf_counter(), Drill(folder, arguments.seed)
    print(drill.run(arguments.kills, tell=True))
    print(drill.crowd(arguments.crowd))
    print(f"{time.perf_counter() - started:.0f} s")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
