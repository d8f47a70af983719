"""Retrieval: pages that may be answered from, in the asker's language first, near-identical ones once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge.fusion import WORDS_ALONE, Fusion
from knowledge.retrieval import HybridRetriever, Scores, settle
from tests.knowledge.build import NOW, PASSPORT, WASTE, Home, service, translated

PASSPORT_PAGE = service("paspoort", "Paspoort", PASSPORT)
WASTE_PAGE = service("afval", "Afvalkalender", WASTE)
LONG = (
    "Wie zijn woning verbouwt, kan een premie vragen voor dak, ramen, muren en vloer. De premie bedraagt de helft van "
    "de facturen en wordt binnen drie maanden gestort op uw rekening, als de aannemer erkend is."
)


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One text published by three towns, and other pages; for tests that only search."""
    desk = Home(Path(tmp_path_factory.mktemp("towns")))
    desk.publish(
        *(service(town, "Renovatiepremie", f"{LONG} Bel {town}.") for town in ("aalst", "brugge", "gent")),
        service("dak", "Premie voor een dak", "Voor zonnepanelen op uw dak is er geen premie meer."),
        replace(PASSPORT_PAGE, audience=("burger",)),
        service("zakenpas", "Paspoort", "Een paspoort voor zakenreizen.", audience=("onderneming",)),
        translated(service("kaart", "Identiteitskaart", "Uw kaart."), "en", "Identity card", "Renew your card."),
        service("cards", "Identity card games", "Identity card games, in het Nederlands."),
        WASTE_PAGE,
    )
    desk.index.update()
    yield desk
    desk.database.close()


@pytest.fixture
def indexed(desk: Home) -> Callable[..., Home]:
    """A home in which the passport page, with some fields, is indexed."""

    def make(**fields: Any) -> Home:
        desk.publish(replace(PASSPORT_PAGE, **fields), WASTE_PAGE)
        desk.index.update()
        return desk

    return make


@pytest.mark.parametrize(
    ("fields", "last", "first_after"),
    [
        ({"ends": NOW}, NOW, NOW + timedelta(seconds=1)),
        (
            {"review_by": date(2026, 11, 30)},
            datetime(2026, 11, 30, 23, 59, tzinfo=UTC),
            datetime(2026, 12, 1, 0, 0, tzinfo=UTC),
        ),
    ],
    ids=["ended", "review term passed"],
)
def test_a_page_is_answered_from_until_its_end(
    indexed: Callable[..., Home], fields: dict[str, Any], last: datetime, first_after: datetime
) -> None:
    desk = indexed(**fields)
    assert desk.found("paspoort", at=last)[0] == "paspoort"
    assert "paspoort" not in desk.found("paspoort", at=first_after)


def test_a_page_withdrawn_before_the_index_follows_is_not_answered_from(indexed: Callable[..., Home]) -> None:
    desk = indexed()
    assert desk.found("paspoort")[0] == "paspoort"
    desk.publish(replace(PASSPORT_PAGE, archived=True))
    assert "paspoort" not in desk.found("paspoort")


def test_a_page_that_is_in_no_database_is_not_answered_from(indexed: Callable[..., Home], tmp_path: Path) -> None:
    desk, other = indexed(), Home(tmp_path / "other")
    assert HybridRetriever(desk.index, other.pages, other.terms).search("paspoort", "nl", 5, NOW).hits == ()


def test_a_page_in_the_asker_s_language_comes_before_dutch_ones(towns: Home) -> None:
    hits = towns.retriever.search("renew identity card", "en", 5, NOW).hits
    assert (hits[0].header.source_id, hits[0].language) == ("kaart", "en")
    assert "cards" in [hit.header.source_id for hit in hits[1:]]


def test_a_page_is_found_once_in_its_best_language(towns: Home) -> None:
    found = towns.found("identity card identiteitskaart", "en")
    assert len(found) == len(set(found))
    assert towns.retriever.search("identiteitskaart", "en", 5, NOW).hits[0].language == "nl"


def test_the_dutch_version_ranks_a_page_that_is_shown_in_the_asker_s_language() -> None:
    found = {
        ("right", "nl"): Scores(2.0),
        ("right", "fr"): Scores(0.4),
        ("chance", "nl"): Scores(0.5),
        ("chance", "fr"): Scores(2.0),
        ("not near in Dutch", "fr"): Scores(2.0),
        ("French only", "fr"): Scores(1.5),
    }
    settle(found, "fr", 0.25, lambda page_id: page_id != "French only")
    ranked = sorted(found, key=lambda key: -found[key].fused)
    assert ranked[:3] == [("right", "fr"), ("right", "nl"), ("French only", "fr")]
    assert found["right", "fr"].fused == pytest.approx(2.1)
    assert found["chance", "fr"].fused == pytest.approx(1.0)
    assert found["not near in Dutch", "fr"].fused == pytest.approx(0.5)


def test_dutch_questions_are_not_settled() -> None:
    found = {("right", "nl"): Scores(2.0)}
    settle(found, "nl", 0.25, lambda _: True)
    assert found["right", "nl"].fused == 2.0


def test_a_page_found_in_two_languages_is_shown_in_that_of_the_question(towns: Home) -> None:
    fusion = Fusion(0.3, 0.3, 0.3, translation=0.25)
    retriever = HybridRetriever(towns.index, towns.pages, towns.terms, fusion)
    hits = {hit.header.source_id: hit for hit in retriever.search("identiteitskaart", "en", 5, NOW).hits}
    competing = {hit.header.source_id: hit for hit in towns.retriever.search("identiteitskaart", "en", 5, NOW).hits}
    assert (hits["kaart"].language, competing["kaart"].language) == ("en", "nl")
    assert hits["kaart"].score > competing["kaart"].score
    assert hits["cards"].score == competing["cards"].score


def test_a_question_in_a_language_without_pages_finds_dutch_ones(towns: Home) -> None:
    hits = towns.retriever.search("paspoort", "tr", 5, NOW).hits
    assert {hit.language for hit in hits} == {"nl"}


def test_one_text_of_many_towns_is_found_once_unless_asked_for(towns: Home) -> None:
    grouped = towns.found("renovatiepremie voor dak en ramen")
    every = towns.found("renovatiepremie voor dak en ramen", variants=True)
    assert len({"aalst", "brugge", "gent"} & set(grouped)) == 1
    assert {"aalst", "brugge", "gent"} <= set(every)
    assert "dak" in grouped


def test_grouping_does_not_shorten_the_list(towns: Home) -> None:
    assert len(towns.retriever.search("premie dak", "nl", 2, NOW).hits) == 2


def test_pages_for_another_audience_count_for_less(towns: Home) -> None:
    def scores(audience: str) -> dict[str, float]:
        hits = towns.retriever.search("paspoort", "nl", 10, NOW, audience=audience).hits
        return {hit.header.source_id: hit.score for hit in hits}

    anyone, company = scores(""), scores("onderneming")
    assert company["paspoort"] == pytest.approx(0.75 * anyone["paspoort"])
    assert company["zakenpas"] == pytest.approx(anyone["zakenpas"])
    assert company["afval"] == pytest.approx(anyone["afval"])
    assert max(company, key=lambda one: company[one]) == "zakenpas"
    assert max(scores("burger"), key=lambda one: scores("burger")[one]) == "paspoort"


def test_hits_come_best_first_with_what_each_ranker_said(towns: Home) -> None:
    answer = towns.retriever.search("paspoort gemeente", "nl", 10, NOW)
    assert answer.dense
    assert [hit.score for hit in answer.hits] == sorted((hit.score for hit in answer.hits), reverse=True)
    first = answer.hits[0]
    assert first.header.source_id == "paspoort"
    assert first.share == pytest.approx(1.0)
    assert first.lexical is not None
    assert first.cosine is not None
    assert 0 < first.score <= 1.2


def test_the_limit_is_kept(towns: Home) -> None:
    assert len(towns.retriever.search("premie", "nl", 1, NOW).hits) == 1


@pytest.mark.parametrize("question", ["", "  ", "?!", "😀", "qqqqq xxxxx", "paspoort " * 500])
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_any_question_is_answered(towns: Home, question: str, language: str) -> None:
    assert all(0 <= hit.share <= 1 + 1e-9 for hit in towns.retriever.search(question, language, 5, NOW).hits)


def test_without_vectors_words_still_find(indexed: Callable[..., Home], open_home: Callable[..., Home]) -> None:
    desk = indexed()
    assert desk.retriever.search("paspoort", "nl", 5, NOW).dense
    live = desk.index.live()
    assert live is not None
    live.dense.close()
    shutil.rmtree(live.folder / "dense")
    answer = open_home().retriever.search("paspoort", "nl", 5, NOW)
    assert not answer.dense
    assert [(hit.header.source_id, hit.cosine) for hit in answer.hits] == [("paspoort", None)]


def test_a_weight_of_zero_asks_no_vectors(towns: Home) -> None:
    answer = HybridRetriever(towns.index, towns.pages, towns.terms, WORDS_ALONE).search("paspoort", "nl", 5, NOW)
    assert not answer.dense
    assert answer.hits[0].header.source_id in {"paspoort", "zakenpas"}


def test_without_an_index_nothing_is_found(desk: Home) -> None:
    desk.publish(PASSPORT_PAGE)
    answer = desk.retriever.search("paspoort", "nl", 5, NOW)
    assert (answer.hits, answer.dense) == ((), False)
