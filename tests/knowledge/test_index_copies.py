"""Each process reads a copy of its own: nobody can touch it, nothing of it stays, and nothing is kept open for long."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from knowledge.index_state import IndexPointer, flaw_in
from knowledge.lexical import LexicalDamaged
from tests.knowledge.build import NOW, PASSPORT, Home, service
from tests.processes import until

PASSPORT_PAGE = service("paspoort", "Paspoort", PASSPORT)
ASK_AND_STAY = """
import sys
from pathlib import Path
from tests.knowledge.build import Home
home = Home(Path(sys.argv[1]))
print(home.found("paspoort"), flush=True)
sys.stdin.readline()
"""


FOLLOW_FOR_LONG = """
import os, sys, time
from pathlib import Path
from tests.knowledge.build import NOW, Home
from tests.knowledge.test_index_copies import change
home = Home(Path(sys.argv[1]))
def held():
    assert home.retriever.search("paspoort", "nl", 1, NOW).dense
    return [len(os.listdir(f"/proc/self/{what}")) for what in ("fd", "task")]
change(home, 0)
before = held()
for number in range(1, 13):
    change(home, number)
    held()
# What Chroma lets go of goes a moment later.
ends = time.monotonic() + 60
while any(now > then + 4 for now, then in zip(held(), before)) and time.monotonic() < ends:
    time.sleep(0.1)
print(max(now - then for now, then in zip(held(), before)))
"""


@pytest.fixture
def built(desk: Home) -> Home:
    """A home with a page, indexed."""
    desk.publish(PASSPORT_PAGE)
    desk.index.update()
    return desk


def copies(home: Home) -> set[str]:
    return {folder.name for folder in (home.path / "index" / "readers").iterdir()}


def change(home: Home, number: int) -> None:
    home.publish(service("paspoort", f"Paspoort {number}", PASSPORT))
    home.index.update()


@contextmanager
def asking_elsewhere(home: Home) -> Iterator[subprocess.Popen[str]]:
    """Another process has asked, and still has the index open."""
    command = [sys.executable, "-c", ASK_AND_STAY, str(home.path)]
    repository = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=repository) as process:
        assert process.stdout is not None
        assert "paspoort" in process.stdout.readline()
        yield process
        process.kill()


def test_searching_changes_nothing_that_is_live(built: Home, open_home: Callable[..., Home]) -> None:
    state = IndexPointer(built.path / "index").get()
    assert state is not None
    for home in (built, open_home()):
        assert home.found("paspoort") == ["paspoort"]
        assert home.index.verify()["equal"]
    assert flaw_in(built.path / "index" / state.generation / state.edition, state.files) == ""


def test_the_copy_of_a_process_that_was_killed_goes_with_the_next_and_that_of_a_living_one_stays(built: Home) -> None:
    with asking_elsewhere(built) as process:
        assert len(copies(built)) == 2
        change(built, 1)
        assert len(copies(built)) == 2
        process.kill()
        process.wait()
        change(built, 2)
        assert len(copies(built)) == 1


def test_a_process_that_ends_takes_its_copy_with_it(built: Home) -> None:
    with asking_elsewhere(built) as process:
        assert len(copies(built)) == 2
        process.communicate("\n", timeout=30)
        assert process.returncode == 0
        assert len(copies(built)) == 1


def test_whoever_still_searches_in_what_was_live_before_is_not_disturbed(built: Home) -> None:
    before = built.index.live()
    assert before is not None
    for number in range(3):
        change(built, number)
    assert [hit.page_id for hit in before.lexical("nl").search("paspoort", 1)] == ["test-paspoort"]
    assert [hit.page_id for hit in before.dense.search("paspoort", "nl", 1)] == ["test-paspoort"]
    assert len(copies(built)) == 2
    del before
    change(built, 3)
    assert len(copies(built)) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="there is no /proc to count open files in")
def test_following_for_long_leaves_no_threads_and_no_open_files(built: Home) -> None:
    # In a process of its own: in this one other tests open and close things too.
    command = [sys.executable, "-c", FOLLOW_FOR_LONG, str(built.path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) <= 4


def test_many_threads_that_ask_first_at_once_all_find_the_page(built: Home, open_home: Callable[..., Home]) -> None:
    later, together = open_home(), threading.Barrier(8)

    def ask(_: int) -> list[str]:
        together.wait()
        return later.found("paspoort")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [["paspoort"]] * 8
    assert len(copies(built)) == 2


@pytest.mark.parametrize("size", [50, 2_000, 50_000])
def test_a_full_disk_leaves_what_is_there_and_is_made_good_when_there_is_room(built: Home, size: int) -> None:
    built.publish(service("vuurwerk", "Vuurwerk", "Vuurwerk afsteken mag niet."))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        for _ in range(3):
            # Whether the words still find room, or nothing does: what is there answers on.
            with suppress(OSError, LexicalDamaged):
                built.index.update()
            assert "paspoort" in built.found("paspoort")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    until(lambda: built.index.update() >= 0 and built.index.verify()["equal"])
    assert built.found("vuurwerk")[0] == "vuurwerk"
    assert built.retriever.search("vuurwerk", "nl", 1, NOW).dense
    assert len(list((built.path / "index").glob("generation-*/*"))) <= 2
