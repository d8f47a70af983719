"""An index whose vectors are on a Chroma server: shared, stopped, emptied, and right again when it is back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.chroma import ChromaServer, NoChroma, chroma_server
from tests.knowledge.build import NOW, PASSPORT, WASTE, Home, service, translated
from tests.processes import until

PASSPORT_PAGE = service("paspoort", "Paspoort", PASSPORT)
WASTE_PAGE = service("afval", "Afvalkalender", WASTE)
FIREWORKS = service("vuurwerk", "Vuurwerk", "Vuurwerk afsteken mag niet.")

Opener = Callable[..., Home]


@pytest.fixture
def open_home(tmp_path: Path, chroma: ChromaServer) -> Iterator[Opener]:
    """Opens homes by name, as processes would, with their vectors on the shared server."""
    opened: list[Home] = []

    def opener(name: str = "home", url: str = "") -> Home:
        opened.append(Home(tmp_path / name, chroma_url=url or chroma.url))
        return opened[-1]

    yield opener
    for home in opened:
        home.database.close()


@pytest.fixture
def built(open_home: Opener) -> Home:
    """A home with two pages, indexed."""
    desk = open_home()
    desk.publish(PASSPORT_PAGE, WASTE_PAGE)
    desk.index.update()
    return desk


@pytest.fixture(scope="module")
def own_chroma() -> Iterator[ChromaServer]:
    """A server that tests may stop and empty."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(chroma_server())
        except NoChroma as reason:
            pytest.skip(str(reason))


@pytest.fixture
def lone(open_home: Opener, own_chroma: ChromaServer) -> Iterator[Home]:
    """A home with two pages, indexed, alone on a server that may be stopped."""
    desk = open_home("lone", own_chroma.url)
    desk.publish(PASSPORT_PAGE, WASTE_PAGE)
    desk.index.update()
    yield desk
    if not own_chroma.is_running:
        own_chroma.start()


def found(home: Home, question: str) -> tuple[str, bool, bool]:
    """The page found first, whether vectors were asked, and whether they found it."""
    answer = home.retriever.search(question, "nl", 3, NOW)
    hits = answer.hits
    return hits[0].header.source_id if hits else "", answer.dense, bool(hits) and hits[0].cosine is not None


def collections_of(home: Home, server: ChromaServer) -> set[str]:
    generations = {folder.name for folder in (home.path / "index").glob("generation-*")}
    return {name for name in server.collections() if name.startswith(tuple(generations))}


def follow(home: Home) -> bool:
    """Follow once; whether the index is equal to the database now."""
    home.index.update()
    return bool(home.index.verify()["equal"])


def test_words_and_vectors_answer_and_follow(built: Home, open_home: Opener) -> None:
    assert found(built, "paspoort") == ("paspoort", True, True)
    built.publish(FIREWORKS, service("paspoort", "Reispas", "Een reispas vraagt u aan."))
    built.index.update()
    for home in (built, open_home()):
        assert found(home, "vuurwerk") == ("vuurwerk", True, True)
        assert found(home, "reispas") == ("paspoort", True, True)
        assert home.index.verify()["equal"]


def test_a_language_that_comes_later_is_found_by_vectors_in_every_process(built: Home, open_home: Opener) -> None:
    other = open_home()
    assert other.retriever.search("passport", "en", 3, NOW).dense
    built.publish(translated(PASSPORT_PAGE, "en", "Passport", "Apply for a passport."))
    built.index.update()
    hits = other.retriever.search("passport", "en", 3, NOW).hits
    assert [(hit.language, hit.cosine is not None) for hit in hits if hit.header.source_id == "paspoort"] == [
        ("en", True)
    ]


def test_homes_that_share_a_server_do_not_meet(built: Home, open_home: Opener) -> None:
    other = open_home("other")
    other.publish(FIREWORKS)
    other.index.update()
    assert found(built, "vuurwerk")[0] != "vuurwerk"
    assert [hit.header.source_id for hit in other.retriever.search("paspoort", "nl", 9, NOW).hits] == ["vuurwerk"]
    for _ in range(3):
        other.index.rebuild()
    assert built.index.verify()["equal"]
    assert other.index.verify()["equal"]


def test_collections_of_old_generations_leave_the_server(built: Home, chroma: ChromaServer) -> None:
    before = chroma.collections() - collections_of(built, chroma)
    for _ in range(4):
        built.index.rebuild()
    generations = {name.split("passages")[0] for name in chroma.collections() - before}
    assert len(generations) == 2
    assert chroma.collections() - before == collections_of(built, chroma)


def test_without_the_server_words_answer_and_follow_and_nothing_is_built_over_and_over(
    lone: Home, open_home: Opener, own_chroma: ChromaServer
) -> None:
    own_chroma.stop()
    assert found(lone, "paspoort") == ("paspoort", False, False)
    generation = lone.index.status()["generation"]
    lone.publish(FIREWORKS)
    for _ in range(5):
        lone.index.update()
    status = lone.index.status()
    assert (status["generation"], status["behind"], status["flaw"]) == (generation, 0, "")
    for home in (lone, open_home("lone", own_chroma.url)):
        assert found(home, "vuurwerk") == ("vuurwerk", False, False)
    assert not lone.index.verify()["equal"]
    own_chroma.start()
    until(lambda: follow(lone))
    until(lambda: found(lone, "vuurwerk") == ("vuurwerk", True, True))


def test_a_server_that_is_back_as_it_was_needs_no_building(lone: Home, own_chroma: ChromaServer) -> None:
    generation = lone.index.status()["generation"]
    own_chroma.stop()
    lone.index.update()
    assert found(lone, "paspoort") == ("paspoort", False, False)
    own_chroma.start()
    until(lambda: found(lone, "paspoort") == ("paspoort", True, True))
    assert follow(lone)
    assert lone.index.status()["generation"] == generation


def test_a_server_that_is_back_without_its_data_is_filled_again(
    lone: Home, open_home: Opener, own_chroma: ChromaServer
) -> None:
    other = open_home("lone", own_chroma.url)
    assert found(other, "paspoort") == ("paspoort", True, True)
    own_chroma.stop()
    own_chroma.lose_everything()
    own_chroma.start()
    until(lambda: follow(lone))
    for home in (lone, other):
        until(lambda home=home: found(home, "paspoort") == ("paspoort", True, True))  # type: ignore[misc]


def test_a_home_that_begins_without_its_server_answers_by_words(
    lone: Home, open_home: Opener, own_chroma: ChromaServer
) -> None:
    own_chroma.stop()
    later = open_home("later", own_chroma.url)
    later.publish(PASSPORT_PAGE)
    later.index.update()
    assert found(later, "paspoort") == ("paspoort", False, False)
    own_chroma.start()
    until(lambda: follow(later))
    until(lambda: found(later, "paspoort") == ("paspoort", True, True))


def test_a_server_that_hangs_costs_one_answer_a_moment_and_the_next_ones_nothing(
    lone: Home, own_chroma: ChromaServer
) -> None:
    with own_chroma.hanging():
        assert found(lone, "paspoort") == ("paspoort", False, False)
        started = time.monotonic()
        assert found(lone, "paspoort") == ("paspoort", False, False)
        assert time.monotonic() - started < 1
    until(lambda: found(lone, "paspoort") == ("paspoort", True, True))


def test_a_deleted_index_folder_heals(built: Home, open_home: Opener) -> None:
    shutil.rmtree(built.path / "index")
    assert found(built, "paspoort")[0] == "paspoort"
    until(lambda: follow(built))
    assert found(open_home(), "paspoort") == ("paspoort", True, True)
