"""Readability is counted as Douma did: short words and short sentences read easily."""

from __future__ import annotations

import pytest

from knowledge.readability import readability

EASY = ["U belt ons.", "Wij helpen u."]
HARD = [
    "De vergunningsaanvraagprocedure veronderstelt een voorafgaandelijke ontvankelijkheidsverklaring door de overheid."
]


def test_words_sentences_and_syllables_are_counted() -> None:
    found = readability(["De gemeente belt u.", "Ga naar het loket."])
    assert (found.words, found.sentences, found.syllables) == (8, 2, 11)
    assert found.mean_sentence == 4
    assert found.flesch_douma == pytest.approx(206.84 - 77 * 11 / 8 - 0.93 * 4)


def test_a_hard_text_scores_lower_than_an_easy_one() -> None:
    assert readability(EASY).flesch_douma > 60 > readability(HARD).flesch_douma


@pytest.mark.parametrize("sentences", [[], [""], ["…"], ["https://www.vlaanderen.be"]])
def test_a_text_without_words_is_not_hard(sentences: list[str]) -> None:
    assert readability(sentences).flesch_douma == 100.0
    assert readability(sentences).mean_sentence == 0.0
