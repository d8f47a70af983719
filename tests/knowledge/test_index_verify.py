"""`index verify`: equal after whatever happened to pages, and it names every difference that was planted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.dense import DenseIndex
from knowledge.dense_records import DenseDocument
from knowledge.embedders import NgramEmbedder
from knowledge.index_folder import IndexFolder
from knowledge.index_state import IndexPointer, stamps_of
from knowledge.lexical import LexicalDocument, LexicalIndex
from knowledge.store.revisions import RevisionRefused
from tests.knowledge.build import NOW, PASSPORT, WASTE, Home, service, translated

PASSPORT_PAGE = service("paspoort", "Paspoort", PASSPORT)
WASTE_PAGE = translated(service("afval", "Afvalkalender", WASTE), "en", "Waste", "When we collect the waste.")
BY = {"author": "An"}


@pytest.fixture
def built(desk: Home) -> Home:
    """A home with two pages, one of them in two languages, indexed."""
    desk.publish(PASSPORT_PAGE, WASTE_PAGE)
    desk.index.update()
    return desk


def edit(home: Home) -> None:
    made = home.revisions.draft(service("paspoort", "Paspoort", "Een andere tekst."), NOW, **BY)
    home.revisions.publish(made.page_id, made.number, NOW, **BY)


def roll_back(home: Home) -> None:
    edit(home)
    home.index.update()
    home.revisions.rollback("test-paspoort", 1, NOW, **BY)


def withdraw_and_publish_again(home: Home) -> None:
    home.revisions.withdraw("test-paspoort", NOW, **BY)
    home.index.update()
    home.revisions.rollback("test-paspoort", 1, NOW, **BY)


CHANGES: dict[str, Callable[[Home], object]] = {
    "imported": lambda home: home.publish(service("nieuw", "Nieuw", "Een nieuwe pagina.")),
    "changed by its source": lambda home: home.publish(service("paspoort", "Paspoort", "Korter.")),
    "edited": edit,
    "only drafted": lambda home: home.revisions.draft(service("paspoort", "Paspoort", "Anders."), NOW, **BY),
    "withdrawn": lambda home: home.revisions.withdraw("test-paspoort", NOW, **BY),
    "archived by its source": lambda home: home.publish(replace(PASSPORT_PAGE, archived=True)),
    "rolled back": roll_back,
    "withdrawn and published again": withdraw_and_publish_again,
    "without a language it had": lambda home: home.publish(service("afval", "Afvalkalender", WASTE)),
    "without a text": lambda home: home.publish(service("paspoort", "Paspoort", "")),
    "past its end": lambda home: home.revisions.expire("test-paspoort", NOW - timedelta(days=1)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_equal_after_a_page_was(built: Home, open_home: Callable[..., Home], change: Callable[[Home], object]) -> None:
    change(built)
    built.index.update()
    report = built.index.verify()
    assert (report["equal"], report["flaw"], report["differences"]) == (True, "", [])
    assert open_home().index.verify() == report


def test_it_says_how_much_it_compared(built: Home) -> None:
    report = built.index.verify()
    assert (report["passages"], report["vectors"]) == (3, 6)


def test_what_the_index_does_not_follow_yet_is_a_difference(built: Home) -> None:
    built.publish(replace(PASSPORT_PAGE, archived=True), service("nieuw", "Nieuw", "Een nieuwe pagina."))
    edit_of_waste = service("afval", "Afvalkalender", "Een andere tekst.")
    built.publish(edit_of_waste)
    differences = built.index.verify()["differences"]
    for engine in ("words", "vectors"):
        found = {(one["page_id"], one["language"]): one[engine] for one in differences if engine in one}
        assert found == {
            ("test-paspoort", "nl"): "left over",
            ("test-nieuw", "nl"): "missing",
            ("test-afval", "nl"): "another text",
            ("test-afval", "en"): "left over",
        }


def lexical(folder: Path) -> LexicalIndex:
    return LexicalIndex(folder / "lexical" / "nl", "nl")


def dense(folder: Path) -> DenseIndex:
    return DenseIndex(folder / "dense", NgramEmbedder(64))


def plant(home: Home, change: Callable[[Path], object]) -> None:
    """Change what is in the live index as if it had been written so."""
    pointer = IndexPointer(home.path / "index")
    state = pointer.get()
    assert state is not None
    folder = home.path / "index" / state.generation / "planted"
    shutil.copytree(folder.parent / state.edition, folder)
    change(folder)
    pointer.set(replace(state, edition="planted", files=stamps_of(folder)))


def write_vectors(folder: Path, documents: list[DenseDocument], removed: tuple[str, ...] = ()) -> None:
    index = dense(folder)
    index.write("nl", documents, removed)
    index.close()


def words_of(revision: int, text: str = PASSPORT, page: str = "test-paspoort") -> LexicalDocument:
    return LexicalDocument(page, revision, "Paspoort", "", [text])


def vectors_of(revision: int, *texts: str, page: str = "test-paspoort") -> DenseDocument:
    return DenseDocument(page, revision, "Paspoort", texts or [PASSPORT])


PLANTED: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "a passage is missing": (
        lambda folder: lexical(folder).write([], ["test-paspoort"]),
        {"page_id": "test-paspoort", "words": "missing"},
    ),
    "a vector is missing": (
        lambda folder: write_vectors(folder, [], ("test-paspoort",)),
        {"page_id": "test-paspoort", "vectors": "missing"},
    ),
    "one vector of a page is missing": (
        lambda folder: write_vectors(folder, [DenseDocument("test-paspoort", 1, "Paspoort", [])]),
        {"page_id": "test-paspoort", "vectors": "missing"},
    ),
    "a page is left over": (
        lambda folder: lexical(folder).write([words_of(1, page="test-weg")]),
        {"page_id": "test-weg", "words": "left over"},
    ),
    "the vectors of a page are left over": (
        lambda folder: write_vectors(folder, [vectors_of(1, page="test-weg")]),
        {"page_id": "test-weg", "vectors": "left over"},
    ),
    "words of another revision": (
        lambda folder: lexical(folder).write([words_of(2)]),
        {"page_id": "test-paspoort", "words": "another text"},
    ),
    "other words": (
        lambda folder: lexical(folder).write([words_of(1, "Iets anders.")]),
        {"page_id": "test-paspoort", "words": "another text"},
    ),
    "vectors of another revision": (
        lambda folder: write_vectors(folder, [vectors_of(2)]),
        {"page_id": "test-paspoort", "vectors": "another text"},
    ),
    "vectors of other words": (
        lambda folder: write_vectors(folder, [vectors_of(1, "Iets anders.")]),
        {"page_id": "test-paspoort", "vectors": "another text"},
    ),
}


@pytest.mark.parametrize(("change", "difference"), PLANTED.values(), ids=list(PLANTED))
def test_a_planted_difference_is_named_and_mended_by_a_rebuild(
    built: Home, change: Callable[[Path], object], difference: dict[str, str]
) -> None:
    plant(built, change)
    report = built.index.verify()
    assert (report["equal"], report["differences"]) == (False, [difference | {"language": "nl"}])
    built.index.rebuild()
    assert built.index.verify()["equal"]


@pytest.mark.parametrize("engine", ["lexical", "dense"])
def test_an_index_that_cannot_be_read_is_not_equal(built: Home, open_home: Callable[..., Home], engine: str) -> None:
    live = built.index.live()
    assert isinstance(live, IndexFolder)
    shutil.rmtree(live.folder / engine)
    for home in (built, open_home()):
        report = home.index.verify()
        assert (report["equal"], "is gone" in report["flaw"]) == (False, True)


def test_without_an_index_all_is_missing(desk: Home) -> None:
    desk.publish(PASSPORT_PAGE)
    report = desk.index.verify()
    assert (report["equal"], report["flaw"], len(report["differences"])) == (False, "there is no index", 2)


SOURCES = st.sampled_from(["een", "twee", "drie"])
STEPS = st.one_of(
    st.tuples(st.just("publish"), SOURCES, st.sampled_from(["nl", "en", "both"]), st.integers(0, 2)),
    st.tuples(st.just("archive"), SOURCES),
    st.tuples(st.just("withdraw"), SOURCES),
    st.tuples(st.just("roll back"), SOURCES),
    st.tuples(st.just("update")),
    st.tuples(st.just("rebuild")),
)


def do(home: Home, step: tuple[object, ...]) -> None:
    match step:
        case ("publish", str(source), str(language), number):
            text = f"Dit is tekst {number} van {source}."
            made = service(source, f"Titel {source}", text, "nl" if language == "both" else language)
            home.publish(translated(made, "en", "Title", text) if language == "both" else made)
        case ("archive", str(source)):
            home.publish(service(source, f"Titel {source}", "", archived=True))
        case ("withdraw", str(source)):
            home.revisions.withdraw(f"test-{source}", NOW, **BY)
        case ("roll back", str(source)):
            home.revisions.rollback(f"test-{source}", 1, NOW, **BY)
        case ("update",):
            home.index.update()
        case ("rebuild",):
            home.index.rebuild()


@settings(max_examples=5, deadline=None)
@given(st.lists(STEPS, min_size=3, max_size=10))
def test_whatever_happens_to_pages_the_index_ends_equal(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        for step in steps:
            try:
                do(home, step)
            except RevisionRefused:
                continue
        home.index.update()
        report = home.index.verify()
        home.database.close()
    assert report["equal"], report
