"""Fitting what vectors count for: a weight moves for a reason only, and the table keeps what was not fitted."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from eval.fusion import Parts, fit, write
from eval.retrieval import Query
from knowledge.fusion import Fusion, fusion_for

STANDING = Fusion(0.5, 0.5, 0.5)
VECTORS_KNOW: Parts = [("right", "nl", 0.2, 0.9), ("another", "nl", 1.0, 0.1)]
WORDS_KNOW: Parts = [("right", "nl", 1.0, 0.1), ("another", "nl", 0.2, 0.9)]


def asked(pages: Parts, language: str, times: int = 40) -> list[tuple[Query, Parts]]:
    return [(Query(str(number), "vraag", language, frozenset({"right"})), pages) for number in range(times)]


def test_a_weight_moves_to_where_the_right_service_stands_first() -> None:
    fitted = fit([*asked(VECTORS_KNOW, "nl"), *asked(WORDS_KNOW, "fr")], STANDING)
    assert 0.2 + 0.9 * fitted.dutch > 1.0 + 0.1 * fitted.dutch
    assert fitted.cross == STANDING.cross
    assert fit(asked(WORDS_KNOW, "fr"), Fusion(0.5, 0.5, 3.0)).cross < 1.0


def test_a_weight_stays_where_chance_may_have_spoken_or_nobody_asked() -> None:
    few = [*asked(VECTORS_KNOW, "nl", 1), *asked(WORDS_KNOW, "nl", 1)]
    assert fit(few, STANDING) == STANDING


def test_pages_in_the_language_of_the_question_have_a_weight_of_their_own() -> None:
    french: Parts = [(name, "fr", words, meaning) for name, _, words, meaning in VECTORS_KNOW]
    fitted = fit(asked(french, "fr"), STANDING)
    assert fitted.own > STANDING.own
    assert (fitted.dutch, fitted.cross) == (STANDING.dutch, STANDING.cross)


def test_translations_are_weighed_beside_the_dutch_version() -> None:
    chance: Parts = [
        ("right", "nl", 0.2, 0.9),
        ("right", "fr", 0.1, 0.1),
        ("another", "nl", 0.2, 0.1),
        ("another", "fr", 1.0, 0.1),
    ]
    assert fit(asked(chance, "fr"), replace(STANDING, cross=0.0)).cross > 0.0
    assert fit(asked(chance, "fr"), replace(STANDING, translation=0.25)) == replace(STANDING, translation=0.25)


@pytest.mark.parametrize("name", ["words", "new"])
def test_what_was_fitted_is_read_back_and_the_rest_of_the_table_stays(tmp_path: Path, name: str) -> None:
    file = tmp_path / "fusion.toml"
    file.write_text("# Why.\n# How.\n\n[words]\ndutch = 3.0\nown = 3.0\ncross = 2.0\n\n[st]\ndutch = 0.3\n", "utf-8")
    write(file, {name: STANDING})
    text = file.read_text("utf-8")
    assert text.startswith("# Why.\n# How.\n\n[words]")
    found = tomllib.loads(text)
    assert Fusion(**found[name]) == STANDING
    assert found["st"] == {"dutch": 0.3}


def test_the_weights_that_ship_are_read() -> None:
    assert fusion_for("words-1234").cross > 0 < fusion_for("a-model-brought-along").cross
