"""How well sentences of real services get their kind, on labels that the classifier was not fitted on."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.sections import KindScore, measure
from knowledge.services import SectionKind

FLOORS = {
    SectionKind.DESCRIPTION: (0.65, 0.78),
    SectionKind.STEP: (0.62, 0.85),
    SectionKind.CONDITION: (0.75, 0.79),
    SectionKind.EXCEPTION: (0.86, 0.50),
    SectionKind.EVIDENCE: (0.92, 0.77),
    SectionKind.COST: (0.81, 0.73),
    SectionKind.BENEFIT: (0.80, 0.58),
    SectionKind.DEADLINE: (0.55, 0.36),
    SectionKind.WHERE: (0.80, 0.40),
    SectionKind.CONTACT: (0.95, 0.57),
    SectionKind.LEGAL: (0.96, 0.93),
}
"""Least precision and recall per kind, a little under what was measured when the weights were fitted."""

Measured = tuple[list[KindScore], float, int]


@pytest.fixture(scope="module")
def measured(shared_data: Path) -> Measured:
    return measure(shared_data / "ipdc" / "services_raw.jsonl.gz")


def test_three_sentences_in_four_have_the_right_kind(measured: Measured) -> None:
    _, accuracy, count = measured
    assert count >= 2600
    assert accuracy >= 0.74


@pytest.mark.parametrize("kind", list(SectionKind))
def test_no_kind_falls_under_its_floor(measured: Measured, kind: SectionKind) -> None:
    score = next(score for score in measured[0] if score.kind is kind)
    precision, recall = FLOORS[kind]
    assert (score.precision or 0) >= precision
    assert (score.recall or 0) >= recall
