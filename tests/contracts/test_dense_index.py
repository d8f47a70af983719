"""What the dense index promises: near texts first, and one error for everything that keeps it from answering."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from knowledge.dense import DenseIndex, DenseUnavailable
from knowledge.dense_records import DenseDocument
from knowledge.embedders import NgramEmbedder
from tests.knowledge.build import OtherEmbedder

EMBEDDER = NgramEmbedder(64)
PAGES = (
    DenseDocument("paspoort", 1, "Paspoort aanvragen", ["Een paspoort vraagt u aan bij de gemeente."]),
    DenseDocument("afval", 1, "Afvalkalender", ["Wanneer wij het huisvuil ophalen."]),
    DenseDocument("rijbewijs", 1, "Rijbewijs vernieuwen", []),
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "dense"
    yield folder
    DenseIndex(folder, EMBEDDER).close()


@pytest.fixture(params=["folder", "server"])
def opened(request: pytest.FixtureRequest, folder: Path) -> Callable[..., DenseIndex]:
    """Opens the same vectors again and again, in a folder or on a server; there they have a prefix of their own."""
    if request.param == "folder":
        return lambda embedder=EMBEDDER: DenseIndex(folder, embedder)
    server, prefix = request.getfixturevalue("chroma"), f"test-{uuid4().hex}-"
    return lambda embedder=EMBEDDER: DenseIndex(server.url, embedder, prefix)


@pytest.fixture
def index(opened: Callable[..., DenseIndex]) -> DenseIndex:
    index = opened()
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
    index.write("nl", [DenseDocument("vuurwerk", 1, "Vuurwerk afsteken", [])])
    assert (ids(index, "vuurwerk")[0], index.count("nl")) == ("vuurwerk", 6)
    index.write("nl", [DenseDocument("paspoort", 1, "Hondenbelasting", [])])
    assert (ids(index, "hondenbelasting")[0], index.count("nl")) == ("paspoort", 5)
    index.write("nl", [], removed=["paspoort", "never-was"])
    assert ("paspoort" in ids(index, "hondenbelasting"), index.count("nl")) == (False, 4)


def test_every_page_may_be_removed(index: DenseIndex) -> None:
    index.write("nl", [], removed=[page.page_id for page in PAGES])
    assert (ids(index, "paspoort"), index.count("nl")) == ([], 0)


def test_languages_are_kept_apart(index: DenseIndex) -> None:
    index.write("en", [DenseDocument("passport", 1, "Apply for a passport", [])])
    assert ids(index, "paspoort", "en") == ["passport"]
    assert "passport" not in ids(index, "passport", "nl")


def test_a_language_without_pages_finds_none(index: DenseIndex) -> None:
    assert index.search("passeport", "fr", 5) == []
    assert index.count("fr") == 0


def test_any_version_string_may_name_a_space(opened: Callable[..., DenseIndex]) -> None:
    index = opened(OtherEmbedder("Model_2.0 (é)"))
    index.write("nl", PAGES)
    assert ids(index, "paspoort aanvragen")[0] == "paspoort"
    assert ids(index, "passeport", "fr") == []


@pytest.mark.parametrize("question", ["", "😀", "?"])
def test_a_question_without_words_is_no_error(index: DenseIndex, question: str) -> None:
    assert len(index.search(question, "nl", 2)) <= 2


def test_a_reader_sees_another_instance_after_closing(index: DenseIndex, opened: Callable[..., DenseIndex]) -> None:
    reader = opened()
    assert reader.count("nl") == 5
    index.write("nl", [DenseDocument("vuurwerk", 1, "Vuurwerk afsteken", [])])
    reader.close()
    assert ids(reader, "vuurwerk")[0] == "vuurwerk"


def test_without_a_folder_it_is_unavailable_and_makes_none(folder: Path) -> None:
    index = DenseIndex(folder, EMBEDDER)
    with pytest.raises(DenseUnavailable):
        index.search("paspoort", "nl", 5)
    assert index.count("nl") == 0
    assert not folder.exists()


@pytest.mark.parametrize("other", [OtherEmbedder(), NgramEmbedder(32)], ids=["another version", "another dimension"])
def test_what_another_embedder_built_is_unavailable(
    index: DenseIndex, opened: Callable[..., DenseIndex], other: OtherEmbedder | NgramEmbedder
) -> None:
    with pytest.raises(DenseUnavailable):
        opened(other).search("paspoort", "nl", 5)
    assert ids(index, "paspoort")[0] == "paspoort"


def test_it_says_which_languages_it_has_and_what_was_indexed(index: DenseIndex) -> None:
    index.write("en", [DenseDocument("passport", 3, "Apply for a passport", [])])
    assert index.languages() == {"nl", "en"}
    document = DenseDocument("passport", 3, "Apply for a passport", [])
    assert list(index.marks("en")) == [("passport", document.mark("Apply for a passport"))]
    assert len(list(index.marks("nl"))) == 5
    assert list(index.marks("fr")) == []


def test_many_records_are_written_and_read_in_parts(index: DenseIndex) -> None:
    index.write("en", [DenseDocument(f"p{number}", 1, f"page {number}", []) for number in range(2100)])
    assert len(set(index.marks("en"))) == index.count("en") == 2100
    index.write("en", [], [f"p{number}" for number in range(1, 2100)])
    assert (index.count("en"), ids(index, "page", "en")) == (1, ["p0"])


@pytest.fixture
def kept(folder: Path) -> DenseIndex:
    """An index in a folder."""
    index = DenseIndex(folder, EMBEDDER)
    index.write("nl", PAGES)
    return index


@pytest.mark.parametrize("name", ["*.sqlite3", "*.bin", "*"])
@pytest.mark.parametrize("open_before", [True, False], ids=["open", "opened afterwards"])
def test_a_folder_of_garbage_is_unavailable_or_answers(
    kept: DenseIndex, folder: Path, name: str, open_before: bool
) -> None:
    reader = kept if open_before else DenseIndex(folder, EMBEDDER)
    if not open_before:
        kept.close()
    for file in folder.rglob(name):
        if file.is_file():
            file.write_bytes(b"garbage " * 64)
    try:
        answer = ids(reader, "paspoort aanvragen")
    except DenseUnavailable:
        answer = ["paspoort"]
    assert answer[0] == "paspoort"


def test_a_folder_of_nothing_but_garbage_is_unavailable(kept: DenseIndex, folder: Path) -> None:
    kept.close()
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage " * 64)
    with pytest.raises(DenseUnavailable):
        DenseIndex(folder, EMBEDDER).search("paspoort", "nl", 5)


def test_a_file_in_place_of_the_folder_is_unavailable(folder: Path) -> None:
    folder.write_text("garbage")
    with pytest.raises(DenseUnavailable):
        DenseIndex(folder, EMBEDDER).search("paspoort", "nl", 5)
