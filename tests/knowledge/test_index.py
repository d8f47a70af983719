"""The index follows the change log, heals, and is built anew beside the one that answers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from knowledge.embedders import NgramEmbedder
from knowledge.index import Index
from knowledge.index_lock import IndexBusy
from tests.knowledge.build import NOW, PASSPORT, WASTE, Home, OtherEmbedder, service, translated

PASSPORT_PAGE = service("paspoort", "Paspoort", PASSPORT)
WASTE_PAGE = service("afval", "Afvalkalender", WASTE)
FIREWORKS = service("vuurwerk", "Vuurwerk", "Vuurwerk afsteken mag niet.")
REPOSITORY = Path(__file__).parents[2]
HOLD_THE_LOCK = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""
PUBLISH_AND_UPDATE = """
import sys
from pathlib import Path
from knowledge.embedders import NgramEmbedder
from tests.knowledge.build import Home
from tests.knowledge.test_index import FIREWORKS
home = Home(Path(sys.argv[1]))
home.publish(FIREWORKS)
print(home.index.update())
"""


class BrokenEmbedder(OtherEmbedder):
    """Fails whatever it is given."""

    def embed(self, texts: Sequence[str]) -> Any:
        raise ZeroDivisionError


@pytest.fixture
def built(desk: Home) -> Home:
    """A home with two pages, indexed."""
    desk.publish(PASSPORT_PAGE, WASTE_PAGE)
    desk.index.update()
    return desk


@contextmanager
def lock_held_elsewhere(home: Home) -> Iterator[None]:
    """Another process writes the index meanwhile."""
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(home.path / "index" / "index.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("\n", timeout=10)


def generations(home: Home) -> set[str]:
    return {folder.name for folder in (home.path / "index").glob("generation-*")}


def folder_of(home: Home) -> Path:
    """The folder of the live generation."""
    live = home.index.live()
    assert live is not None
    return live.folder


def test_before_the_first_update_there_is_no_index(desk: Home) -> None:
    assert desk.index.live() is None
    assert desk.found("paspoort") == []
    status = desk.index.status()
    assert (status["generation"], status["version"], status["behind"], status["passages"]) == (None, None, 0, {})
    assert status["expected_version"] == desk.index.version


def test_the_first_update_indexes_every_page_and_the_next_nothing(desk: Home) -> None:
    desk.publish(PASSPORT_PAGE, WASTE_PAGE, replace(FIREWORKS, archived=True))
    assert desk.index.update() == 3
    assert desk.found("paspoort")[0] == "paspoort"
    assert "vuurwerk" not in desk.found("vuurwerk")
    assert desk.index.status()["passages"] == {"nl": 2}
    assert desk.index.update() == 0


def test_an_empty_home_can_be_indexed(desk: Home) -> None:
    assert desk.index.update() == 0
    assert desk.index.status()["generation"] is not None
    assert desk.found("paspoort") == []


def test_a_new_page_is_found_after_update(built: Home) -> None:
    before = folder_of(built)
    built.publish(FIREWORKS)
    assert built.index.status()["behind"] == 1
    assert built.index.update() == 1
    assert built.index.status()["behind"] == 0
    assert built.found("vuurwerk")[0] == "vuurwerk"
    assert folder_of(built).parent == before.parent != folder_of(built)


def test_a_changed_page_is_found_by_its_new_words_only(built: Home) -> None:
    built.publish(service("paspoort", "Hondenbelasting", "Voor een hond betaalt u."))
    built.publish(service("paspoort", "Hondenbelasting", "Voor elke hond betaalt u."))
    assert built.index.update() == 2
    folder = built.index.live()
    assert folder is not None
    assert [hit.page_id for hit in folder.lexical("nl").search("hondenbelasting", 5)] == ["test-paspoort"]
    assert folder.lexical("nl").search("gemeente loket", 5) == []
    assert built.index.status()["passages"] == {"nl": 2}


def test_a_withdrawn_page_leaves_the_index(built: Home) -> None:
    built.publish(replace(PASSPORT_PAGE, archived=True))
    assert built.index.update() == 1
    assert built.index.status()["passages"] == {"nl": 1}
    folder = built.index.live()
    assert folder is not None
    assert folder.lexical("nl").search("paspoort", 5) == []
    assert "test-paspoort" not in [hit.page_id for hit in folder.dense.search("paspoort", "nl", 5)]


def test_a_page_that_loses_a_language_leaves_the_index_of_that_language(built: Home) -> None:
    built.publish(translated(PASSPORT_PAGE, "en", "Passport", "Apply for a passport."))
    built.index.update()
    assert built.index.status()["passages"] == {"nl": 2, "en": 1}
    built.publish(PASSPORT_PAGE)
    built.index.update()
    assert built.index.status()["passages"] == {"nl": 2}


def test_an_index_of_another_embedder_is_built_anew(built: Home, open_home: Callable[..., Home]) -> None:
    other = open_home(OtherEmbedder())
    assert other.index.status()["version"] == built.index.version != other.index.version
    assert not other.retriever.search("paspoort", "nl", 5, NOW).dense
    assert other.index.update() == 2
    assert other.index.status()["version"] == other.index.version
    assert other.retriever.search("paspoort", "nl", 5, NOW).dense


def test_the_embedder_of_before_answers_until_the_new_index_is_complete(
    built: Home, open_home: Callable[..., Home]
) -> None:
    before = built.retriever.search("paspoort", "nl", 5, NOW)
    broken = open_home(BrokenEmbedder("other-2"), (NgramEmbedder(64),))
    with pytest.raises(ZeroDivisionError):
        broken.index.update()
    assert broken.retriever.search("paspoort", "nl", 5, NOW) == before
    other = open_home(OtherEmbedder(), (NgramEmbedder(64),))
    assert other.retriever.search("paspoort", "nl", 5, NOW) == before
    assert other.index.update() == 2
    assert other.index.status()["version"].endswith(OtherEmbedder().version)
    assert other.retriever.search("paspoort", "nl", 5, NOW).dense


def test_a_rebuild_switches_while_an_open_reader_keeps_answering(built: Home, open_home: Callable[..., Home]) -> None:
    reader = open_home()
    before = reader.index.live()
    assert before is not None
    assert built.index.rebuild() == 2
    assert [hit.page_id for hit in before.lexical("nl").search("paspoort", 1)] == ["test-paspoort"]
    after = reader.index.live()
    assert after is not None
    assert after.folder != before.folder
    assert reader.found("paspoort")[0] == "paspoort"


def test_threads_that_ask_never_miss_a_page_while_another_changes_the_index(built: Home) -> None:
    done = Event()

    def keep_asking(_: int) -> set[str]:
        first = {built.found("paspoort")[0]}
        while not done.is_set():
            first.add((*built.found("paspoort"), "nothing")[0])
        return first

    with ThreadPoolExecutor(3) as pool:
        asking = pool.map(keep_asking, range(3))
        for _ in range(3):
            built.index.rebuild()
        for number in range(3):
            built.publish(service(f"ding-{number}", f"Ding {number}", f"Iets over ding nummer {number}."))
            built.index.update()
        done.set()
        assert list(asking) == [{"paspoort"}] * 3


def test_only_the_live_generation_and_the_one_before_are_kept(built: Home) -> None:
    kept = [folder_of(built).parent.name]
    for _ in range(3):
        built.index.rebuild()
        kept.append(folder_of(built).parent.name)
    assert generations(built) == set(kept[-2:])


def test_a_half_built_generation_does_no_harm(built: Home) -> None:
    half = built.path / "index" / "generation-0"
    (half / "lexical" / "nl").mkdir(parents=True)
    (half / "lexical" / "nl" / "meta.json").write_text("half")
    assert built.found("paspoort")[0] == "paspoort"
    built.index.rebuild()
    assert not half.exists()
    assert built.found("paspoort")[0] == "paspoort"


@pytest.mark.parametrize("write", [lambda index: index.update(), lambda index: index.rebuild(wait=0.2)])
def test_only_one_process_writes(built: Home, write: Callable[[Index], int]) -> None:
    built.publish(FIREWORKS)
    with lock_held_elsewhere(built):
        with pytest.raises(IndexBusy, match=r"index\.lock"):
            write(built.index)
        assert built.found("paspoort")[0] == "paspoort"
    assert write(built.index) > 0
    with lock_held_elsewhere(built):
        assert built.found("vuurwerk")[0] == "vuurwerk"


@pytest.mark.parametrize("missing", ["", "lexical", "dense"])
def test_a_deleted_folder_heals_at_the_next_update(built: Home, open_home: Callable[..., Home], missing: str) -> None:
    shutil.rmtree(folder_of(built) / missing)
    later = open_home()
    later.index.update()
    answer = later.retriever.search("paspoort", "nl", 1, NOW)
    assert [hit.header.source_id for hit in answer.hits] == ["paspoort"]
    assert (answer.hits[0].share, answer.dense) == (1.0, True)


@pytest.mark.parametrize("damaged", ["lexical", "dense"])
def test_a_damaged_folder_heals_when_a_page_changes(built: Home, open_home: Callable[..., Home], damaged: str) -> None:
    live = built.index.live()
    assert live is not None
    live.dense.close()
    for file in (folder_of(built) / damaged).rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage " * 64)
    later = open_home()
    later.publish(FIREWORKS)
    later.index.update()
    answer = later.retriever.search("vuurwerk", "nl", 1, NOW)
    assert [hit.header.source_id for hit in answer.hits] == ["vuurwerk"]
    assert answer.dense


def test_a_build_that_fails_leaves_the_live_index_and_lets_go_of_the_lock(
    built: Home, open_home: Callable[..., Home]
) -> None:
    broken, before = open_home(BrokenEmbedder()), folder_of(built)
    for write in (broken.index.update, broken.index.rebuild):
        with pytest.raises(ZeroDivisionError):
            write()
    assert built.found("paspoort")[0] == "paspoort"
    assert folder_of(built) == before
    assert built.index.rebuild() == 2


def test_what_another_process_publishes_is_found_here_by_words_and_vectors(built: Home) -> None:
    assert built.found("vuurwerk")[:1] != ["vuurwerk"]
    command = [sys.executable, "-c", PUBLISH_AND_UPDATE, str(built.path)]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60)
    assert (run.stdout, run.returncode) == ("1\n", 0), run.stderr
    hit = built.retriever.search("vuurwerk", "nl", 5, NOW).hits[0]
    assert (hit.header.source_id, hit.lexical is not None, hit.cosine is not None) == ("vuurwerk", True, True)
