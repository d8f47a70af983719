"""What the lexical index promises: words, parts of compounds and misspellings find pages, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.language import LANGUAGES
from knowledge.lexical import LexicalDocument, LexicalIndex

PAGES = (
    ("paspoort", "Paspoort aanvragen", "reispas", "Een paspoort vraagt u aan bij het loket van uw gemeente."),
    ("afval", "Afvalkalender", "huisvuil", "Wanneer wij het huisvuil en het oud papier ophalen."),
    ("rijbewijs", "Rijbewijs vernieuwen", "", "Een rijbewijs is tien jaar geldig. Breng ook uw paspoort mee."),
    ("geboorte", "Geboorte aangeven", "baby", "U hebt vijftien dagen om een geboorte aan te geven."),
)
FILLER = tuple(
    (f"dienst-{number}", f"Dienst {number}", "", f"Andere inlichtingen nummer {number}") for number in range(8)
)
QUESTIONS = {
    "nl": ("Paspoort aanvragen", "hoe vraag ik een paspoort aan"),
    "fr": ("Demander un passeport", "comment demander des passeports"),
    "de": ("Reisepass beantragen", "wo kann ich einen Reisepass beantragen"),
    "en": ("Apply for a passport", "how do I apply for passports"),
    "tr": ("Pasaport başvurusu", "pasaport başvurusu için"),
    "ar": ("تجديد جواز السفر", "كيف يمكنني تجديد جواز السفر"),
    "uk": ("Отримати паспорт", "як отримати паспорти"),
    "pl": ("Wniosek o paszport", "gdzie jest wniosek o paszporty"),
    "ro": ("Cerere de pașaport", "care este cererea de pasaport"),
    "es": ("Solicitar el pasaporte", "cómo puedo solicitar un pasaporte"),
}


def document(page_id: str, title: str, keywords: str, text: str) -> LexicalDocument:
    return LexicalDocument(page_id, 1, title, keywords, [text])


def ids(index: LexicalIndex, question: str, limit: int = 10) -> list[str]:
    return [hit.page_id for hit in index.search(question, limit)]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    """Dutch pages about different things."""
    index = LexicalIndex(tmp_path / "nl", "nl")
    index.write(document(*page) for page in PAGES + FILLER)
    return index


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    """The same pages, for tests that only search."""
    index = LexicalIndex(tmp_path_factory.mktemp("lexical") / "nl", "nl")
    index.write(document(*page) for page in PAGES + FILLER)
    return index


def test_an_index_that_was_never_written_finds_nothing_and_makes_nothing(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "none", "nl")
    assert (index.search("paspoort", 5), index.count()) == ([], 0)
    index.reload()
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Paspoort aanvragen", "paspoort"),
        ("Hoe vraag ik een paspoort aan?", "paspoort"),
        ("reispas", "paspoort"),
        ("kalender", "afval"),
        ("afval", "afval"),
        ("vuil", "afval"),
        ("pasport", "paspoort"),
        ("afvalkalendr", "afval"),
        ("rijbewijzen", "rijbewijs"),
        ("PASPÓÓRT", "paspoort"),
        ("geboorteaangifte", "geboorte"),
    ],
)
def test_words_parts_of_words_and_misspellings_find_their_page_first(
    shared: LexicalIndex, question: str, first: str
) -> None:
    assert ids(shared, question)[0] == first


def test_a_word_in_the_title_counts_more_than_in_the_text(shared: LexicalIndex) -> None:
    assert ids(shared, "paspoort")[:2] == ["paspoort", "rijbewijs"]


@pytest.mark.parametrize("question", ["", " ", "?!", "😀", "qqqq zzzz", "جواز"])
def test_unknown_words_find_nothing(shared: LexicalIndex, question: str) -> None:
    assert shared.search(question, 5) == []


@given(st.text())
@settings(max_examples=60)
def test_any_question_is_answered_with_pages_best_first(shared: LexicalIndex, question: str) -> None:
    hits = shared.search(question, 5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.share <= 1 for hit in hits)


def test_a_page_with_all_words_of_the_question_has_all_of_it(shared: LexicalIndex) -> None:
    assert shared.search("paspoort loket gemeente", 1)[0].share == pytest.approx(1.0)


def test_a_page_with_some_words_has_a_part_and_one_with_only_alike_spellings_nothing(shared: LexicalIndex) -> None:
    assert 0.2 < shared.search("paspoort xylofoon", 1)[0].share < 0.8
    assert shared.search("pasport", 1)[0].share == 0


def test_a_rare_word_is_a_greater_part_of_the_question_than_a_frequent_one(shared: LexicalIndex) -> None:
    parts = {hit.page_id: hit.share for hit in shared.search("inlichtingen huisvuil", 20)}
    assert parts["afval"] > parts["dienst-1"] > 0


def test_no_more_pages_than_asked_for(shared: LexicalIndex) -> None:
    assert len(shared.search("inlichtingen", 3)) == 3
    assert len(shared.search("inlichtingen", 100)) >= len(FILLER)


def test_a_page_of_many_slices_is_found_once(index: LexicalIndex) -> None:
    index.write([LexicalDocument("lang", 1, "Parkeerkaart", "", [f"parkeerkaart deel {n}" for n in range(30)])])
    assert ids(index, "parkeerkaart") == ["lang"]


def test_a_page_is_replaced(index: LexicalIndex) -> None:
    before = index.count()
    index.write([document("paspoort", "Vuurwerk", "", "Vuurwerk afsteken mag niet.")])
    assert index.count() == before
    assert ids(index, "vuurwerk") == ["paspoort"]
    assert ids(index, "reispas") == []


def test_a_page_is_removed_and_unknown_ones_do_not_matter(index: LexicalIndex) -> None:
    before = index.count()
    index.write([], removed=["paspoort", "never-was"])
    assert index.count() == before - 1
    assert ids(index, "reispas") == []


def test_a_page_that_is_removed_and_written_at_once_is_there_once(index: LexicalIndex) -> None:
    index.write([document(*PAGES[0])], removed=["paspoort"])
    assert ids(index, "reispas") == ["paspoort"]


def test_shares_stay_between_zero_and_one_while_pages_are_rewritten(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path / "nl", "nl")
    everyone = [document(f"p{number}", "Paspoort", "", f"loket nummer{number}") for number in range(10)]
    index.write(everyone)
    fresh = [(hit.page_id, hit.share) for hit in index.search("paspoort xylofoon", 10)]
    index.write(everyone[:9])
    again = [(hit.page_id, hit.share) for hit in index.search("paspoort xylofoon", 10)]
    assert all(0 <= share <= 1 for _, share in again)
    assert dict(again) == pytest.approx(dict(fresh), abs=0.05)


def test_reload_shows_what_another_instance_committed(index: LexicalIndex, tmp_path: Path) -> None:
    reader = LexicalIndex(tmp_path / "nl", "nl")
    assert ids(reader, "vuurwerk") == []
    index.write([document("vuurwerk", "Vuurwerk", "", "Vuurwerk mag niet.")], removed=["afval"])
    reader.reload()
    assert ids(reader, "vuurwerk") == ["vuurwerk"]
    assert ids(reader, "kalender") == []


def test_a_reader_that_came_first_finds_the_index_once_it_is_there(tmp_path: Path) -> None:
    reader, writer = (LexicalIndex(tmp_path / "nl", "nl") for _ in range(2))
    assert reader.search("paspoort", 5) == []
    writer.write([document(*PAGES[0])])
    reader.reload()
    assert ids(reader, "paspoort") == ["paspoort"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_indexed_and_searched(tmp_path: Path, language: str) -> None:
    title, question = QUESTIONS[language]
    index = LexicalIndex(tmp_path / language, language)
    index.write([document("page", title, "", f"{title}."), document("other", "1700", "", "Lorem ipsum dolor.")])
    hit = index.search(question, 5)[0]
    assert hit.page_id == "page"
    assert hit.share == pytest.approx(1.0)
