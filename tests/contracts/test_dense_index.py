"""What the dense index promises: near texts first, and one error for everything that keeps it from answering."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.dense import DenseDocument, DenseIndex, DenseUnavailable
from knowledge.embedders import NgramEmbedder
from tests.knowledge.build import OtherEmbedder

EMBEDDER = NgramEmbedder(64)
PAGES = (
    DenseDocument("paspoort", ["Paspoort aanvragen", "Een paspoort vraagt u aan bij de gemeente."]),
    DenseDocument("afval", ["Afvalkalender", "Wanneer wij het huisvuil ophalen."]),
    DenseDocument("rijbewijs", ["Rijbewijs vernieuwen"]),
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "dense"
    yield folder
    DenseIndex(folder, EMBEDDER).reload()


@pytest.fixture
def index(folder: Path) -> DenseIndex:
    index = DenseIndex(folder, EMBEDDER)
    index.write("nl", PAGES)
    return index


def ids(index: DenseIndex, question: str, language: str = "nl", limit: int = 10) -> list[str]:
    return [hit.page_id for hit in index.search(question, language, limit)]


def test_the_page_with_the_nearest_text_comes_first(index: DenseIndex) -> None:
    hits = index.search("paspoorten aanvragen", "nl", 10)
    assert hits[0].page_id == "paspoort"
    assert len(hits) == len({hit.page_id for hit in hits}) == 3
    assert [hit.cosine for hit in hits] == sorted((hit.cosine for hit in hits), reverse=True)
    assert all(-1.001 <= hit.cosine <= 1.001 for hit in hits)


def test_an_equal_text_has_cosine_one(index: DenseIndex) -> None:
    assert index.search("Afvalkalender", "nl", 1)[0].cosine == pytest.approx(1.0, abs=1e-4)


def test_no_more_pages_than_asked_for(index: DenseIndex) -> None:
    assert len(index.search("paspoort", "nl", 2)) == 2


def test_a_page_is_added_replaced_and_removed(index: DenseIndex) -> None:
    index.write("nl", [DenseDocument("vuurwerk", ["Vuurwerk afsteken"])])
    assert (ids(index, "vuurwerk")[0], index.count("nl")) == ("vuurwerk", 6)
    index.write("nl", [DenseDocument("paspoort", ["Hondenbelasting"])])
    assert (ids(index, "hondenbelasting")[0], index.count("nl")) == ("paspoort", 5)
    index.write("nl", [], removed=["paspoort", "never-was"])
    assert ("paspoort" in ids(index, "hondenbelasting"), index.count("nl")) == (False, 4)


def test_every_page_may_be_removed(index: DenseIndex) -> None:
    index.write("nl", [], removed=[page.page_id for page in PAGES])
    assert (ids(index, "paspoort"), index.count("nl")) == ([], 0)


def test_languages_are_kept_apart(index: DenseIndex) -> None:
    index.write("en", [DenseDocument("passport", ["Apply for a passport"])])
    assert ids(index, "paspoort", "en") == ["passport"]
    assert "passport" not in ids(index, "passport", "nl")


def test_a_language_without_pages_finds_none(index: DenseIndex) -> None:
    assert index.search("passeport", "fr", 5) == []
    assert index.count("fr") == 0


def test_any_version_string_may_name_a_space(folder: Path) -> None:
    index = DenseIndex(folder, OtherEmbedder("Model_2.0 (é)"))
    index.write("nl", PAGES)
    assert ids(index, "paspoort aanvragen")[0] == "paspoort"
    assert ids(index, "passeport", "fr") == []


@pytest.mark.parametrize("question", ["", "😀", "?"])
def test_a_question_without_words_is_no_error(index: DenseIndex, question: str) -> None:
    assert len(index.search(question, "nl", 2)) <= 2


def test_a_reader_sees_another_instance_after_reload(index: DenseIndex, folder: Path) -> None:
    reader = DenseIndex(folder, EMBEDDER)
    assert reader.count("nl") == 5
    index.write("nl", [DenseDocument("vuurwerk", ["Vuurwerk afsteken"])])
    reader.reload()
    assert ids(reader, "vuurwerk")[0] == "vuurwerk"


def test_without_a_folder_it_is_unavailable_and_makes_none(folder: Path) -> None:
    index = DenseIndex(folder, EMBEDDER)
    with pytest.raises(DenseUnavailable):
        index.search("paspoort", "nl", 5)
    assert index.count("nl") == 0
    assert not folder.exists()


@pytest.mark.parametrize("other", [OtherEmbedder(), NgramEmbedder(32)], ids=["another version", "another dimension"])
def test_what_another_embedder_built_is_unavailable(
    index: DenseIndex, folder: Path, other: OtherEmbedder | NgramEmbedder
) -> None:
    with pytest.raises(DenseUnavailable):
        DenseIndex(folder, other).search("paspoort", "nl", 5)
    assert ids(index, "paspoort")[0] == "paspoort"


@pytest.mark.parametrize("name", ["*.sqlite3", "*.bin", "*"])
@pytest.mark.parametrize("opened", [True, False], ids=["open", "opened afterwards"])
def test_a_folder_of_garbage_is_unavailable_or_answers(
    index: DenseIndex, folder: Path, name: str, opened: bool
) -> None:
    reader = index if opened else DenseIndex(folder, EMBEDDER)
    if not opened:
        index.reload()
    for file in folder.rglob(name):
        if file.is_file():
            file.write_bytes(b"garbage " * 64)
    try:
        answer = ids(reader, "paspoort aanvragen")
    except DenseUnavailable:
        answer = ["paspoort"]
    assert answer[0] == "paspoort"


def test_a_folder_of_nothing_but_garbage_is_unavailable(index: DenseIndex, folder: Path) -> None:
    index.reload()
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage " * 64)
    with pytest.raises(DenseUnavailable):
        DenseIndex(folder, EMBEDDER).search("paspoort", "nl", 5)


def test_a_file_in_place_of_the_folder_is_unavailable(folder: Path) -> None:
    folder.write_text("garbage")
    with pytest.raises(DenseUnavailable):
        DenseIndex(folder, EMBEDDER).search("paspoort", "nl", 5)
