"""Whatever happens to the folder of the index, answers go on, none shows a wrong page, and the index is soon right."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.index_lock import IndexBusy
from tests.knowledge.build import NOW, PASSPORT, WASTE, Home, OtherEmbedder, service
from tests.knowledge.damage import TO_A_FILE, TO_THE_POINTER, Act, copy_over, files_below, replace_folder

PASSPORT_PAGE = service("paspoort", "Paspoort", PASSPORT)
WASTE_PAGE = service("afval", "Afvalkalender", WASTE)
WITHDRAWN = service("vuurwerk", "Vuurwerk", "Vuurwerk afsteken mag niet.")
_DEADLINE = 30.0


@pytest.fixture
def desk(open_home: Callable[..., Home]) -> Home:
    """A home that answers from two pages; a third one is still in its index, and withdrawn."""
    desk = open_home()
    desk.publish(PASSPORT_PAGE, WASTE_PAGE, WITHDRAWN)
    desk.index.update()
    assert found(desk, "vuurwerk") == "vuurwerk"
    desk.publish(replace(WITHDRAWN, archived=True))
    assert_answers(desk)
    return desk


def found(home: Home, question: str) -> str:
    """The page found first, if it was found by a word."""
    hits = home.retriever.search(question, "nl", 3, NOW).hits
    return hits[0].header.source_id if hits and hits[0].share else ""


def assert_answers(home: Home) -> None:
    """Both pages are found, and the withdrawn one is not."""
    assert (found(home, "paspoort"), found(home, "afvalkalender"), found(home, "vuurwerk")) == ("paspoort", "afval", "")


def assert_no_wrong_page(home: Home) -> None:
    """There may be nothing to answer from for a moment; there is never another page."""
    assert found(home, "paspoort") in {"", "paspoort"}
    assert found(home, "afvalkalender") in {"", "afval"}
    assert found(home, "vuurwerk") == ""


def assert_heals(desk: Home, open_home: Callable[..., Home], heal: Home | None = None) -> None:
    """Follow as a server does, asking meanwhile, until all is right, also for who comes later."""
    healer, until = heal or open_home(), time.monotonic() + _DEADLINE
    while not (report := healer.index.verify())["equal"] and time.monotonic() < until:
        assert_no_wrong_page(desk)
        try:
            healer.index.update()
        except IndexBusy:
            time.sleep(0.05)
    assert report["equal"], report
    for home in (desk, healer, open_home()):
        assert_answers(home)
        hit = home.retriever.search("paspoort", "nl", 1, NOW).hits[0]
        assert (hit.share, hit.cosine is not None) == (1.0, True)


def live_folder(desk: Home) -> Path:
    live = desk.index.live()
    assert live is not None
    return live.folder


@pytest.mark.parametrize("what", ["the index", "the generation", "the words", "the vectors"])
def test_a_deleted_folder_heals_while_answers_go_on(desk: Home, open_home: Callable[..., Home], what: str) -> None:
    live = live_folder(desk)
    folders = {
        "the index": desk.path / "index",
        "the generation": live.parent,
        "the words": live / "lexical",
        "the vectors": live / "dense",
    }
    shutil.rmtree(folders[what])
    assert_answers(desk)
    assert_no_wrong_page(open_home())
    assert_heals(desk, open_home, desk if what == "the index" else None)


@pytest.mark.parametrize("engine", ["lexical", "dense"])
@pytest.mark.parametrize("act", TO_A_FILE.values(), ids=list(TO_A_FILE))
def test_every_file_may_be_lost(desk: Home, open_home: Callable[..., Home], engine: str, act: Act) -> None:
    kinds = {file.suffix for file in files_below(live_folder(desk) / engine)}
    assert kinds >= ({".term", ".idx", ".store", ".json"} if engine == "lexical" else {".sqlite3", ".bin"})
    # A file that is emptied where it lies is what kills a process that reads it; the other acts share the files.
    share = 1 if act is TO_A_FILE["emptied"] else 4
    start = list(TO_A_FILE.values()).index(act) % share
    for number in range(start, len(list(files_below(live_folder(desk) / engine))), share):
        act(list(files_below(live_folder(desk) / engine))[number])
        assert_answers(desk)
        later = open_home()
        assert_no_wrong_page(later)
        later.index.update()
    assert_heals(desk, open_home)


def test_a_folder_that_is_emptied_altogether_heals(desk: Home, open_home: Callable[..., Home]) -> None:
    for file in files_below(desk.path / "index"):
        TO_A_FILE["emptied"](file)
    assert_no_wrong_page(desk)
    assert_heals(desk, open_home, desk)


@pytest.mark.parametrize("act", TO_THE_POINTER.values(), ids=list(TO_THE_POINTER))
def test_a_pointer_that_says_something_else_heals(desk: Home, open_home: Callable[..., Home], act: Act) -> None:
    act(desk.path / "index" / "live.json")
    assert_answers(desk)
    assert_no_wrong_page(open_home())
    assert_heals(desk, open_home)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Home:
    """Another home, with the same ids and other texts."""
    home = Home(tmp_path / "elsewhere")
    home.publish(replace(WASTE_PAGE, source_id="paspoort"), replace(PASSPORT_PAGE, source_id="afval"), WITHDRAWN)
    home.index.update()
    return home


@pytest.mark.parametrize("put", [replace_folder, copy_over])
def test_the_index_of_another_database_is_never_answered_from(
    desk: Home, open_home: Callable[..., Home], elsewhere: Home, put: Callable[[Path, Path], None]
) -> None:
    put(desk.path / "index", elsewhere.path / "index")
    assert_answers(desk)
    assert_no_wrong_page(open_home())
    assert_heals(desk, open_home, desk)


def test_the_pointer_of_another_database_is_never_followed(
    desk: Home, open_home: Callable[..., Home], elsewhere: Home
) -> None:
    shutil.copy(elsewhere.path / "index" / "live.json", desk.path / "index")
    assert_answers(desk)
    assert_no_wrong_page(open_home())
    assert_heals(desk, open_home, desk)


def test_the_index_of_another_embedder_answers_by_words_until_it_is_built_anew(
    desk: Home, open_home: Callable[..., Home], tmp_path: Path
) -> None:
    other = open_home(OtherEmbedder())
    other.index.rebuild()
    assert_answers(desk)
    assert not desk.retriever.search("paspoort", "nl", 1, NOW).dense
    assert_heals(desk, open_home, desk)


def test_the_index_of_an_hour_ago_is_brought_up_to_now(
    desk: Home, open_home: Callable[..., Home], tmp_path: Path
) -> None:
    shutil.copytree(desk.path / "index", tmp_path / "before", copy_function=shutil.copy2)
    desk.publish(replace(PASSPORT_PAGE, archived=True))
    desk.index.update()
    replace_folder(desk.path / "index", tmp_path / "before")
    assert found(open_home(), "paspoort") == ""
    desk.publish(PASSPORT_PAGE)
    assert_heals(desk, open_home, desk)


def test_an_index_that_is_damaged_again_and_again_is_built_ever_less_often(desk: Home) -> None:
    built = set()
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        shutil.rmtree(live_folder(desk) / "dense", ignore_errors=True)
        desk.index.update()
        built.add(desk.index.status()["generation"])
        assert_answers(desk)
    assert 2 <= len(built) <= 3


def test_nothing_is_left_of_copies_that_processes_read(desk: Home, open_home: Callable[..., Home]) -> None:
    for number in range(3):
        desk.publish(service(f"ding-{number}", f"Ding {number}", "Iets."))
        desk.index.update()
        assert_answers(desk)
    assert len(list((desk.path / "index" / "readers").iterdir())) == 1
    folders = sorted((desk.path / "index").glob("generation-*/*"))
    assert len(folders) == 2
