"""The decision on written cases: bounds and thresholds are right by hand, and no change answers worse than chance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bootstrap import Service
from eval.deciding import baseline
from eval.deciding.calibrating import Point, ask_from, bound, lowest, thresholds
from eval.deciding.figures import auroc, figures
from eval.deciding.report import markdown, page
from eval.deciding.running import Outcome, run

POINTS = st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.sampled_from(["nl", "fr"])), max_size=80)


def falling(found: Sequence[tuple[float, bool, str]]) -> list[Point]:
    return sorted((Point(*one) for one in found), key=lambda point: -point.probability)


@pytest.fixture(scope="module")
def outcomes(sample_service: Service) -> list[Outcome]:
    return list(run(sample_service, baseline.small()))


@pytest.mark.parametrize(
    ("wrong", "given_", "at_most"), [(0, 59, 0.0495), (0, 58, 0.0504), (1, 93, 0.0500), (3, 3, 1.0)]
)
def test_the_bound_is_that_of_clopper_and_pearson(wrong: int, given_: int, at_most: float) -> None:
    assert bound(wrong, given_) == pytest.approx(at_most, abs=1e-4)
    if not wrong:
        assert bound(0, given_) == pytest.approx(1 - 0.05 ** (1 / given_))


def test_the_lowest_threshold_that_holds_is_taken_and_equal_probabilities_stay_together() -> None:
    points = falling([(0.9, True, "nl"), (0.8, True, "nl"), (0.7, False, "nl"), (0.7, True, "nl"), (0.6, False, "nl")])
    assert lowest(points, lambda wrong, _: wrong == 0) == pytest.approx(0.8, abs=1e-4)
    assert lowest(points, lambda wrong, _: wrong <= 1) == pytest.approx(0.7, abs=1e-4)
    assert lowest(points, lambda _wrong, _given: False) == 1.0


@given(POINTS)
def test_no_threshold_risks_more_than_was_asked(found: list[tuple[float, bool, str]]) -> None:
    points = falling(found)
    limits = thresholds(points, 0.3)
    given_ = [point for point in points if point.probability >= limits["pooled"]]
    wrong = sum(not point.right for point in given_)
    assert limits["pooled"] == 1.0 or bound(wrong, len(given_)) <= 0.3
    assert limits["strict"] >= limits["pooled"]


def test_options_are_shown_from_where_they_help_and_one_dip_does_not_decide() -> None:
    helpful = [Point(0.9 - number / 100, False, "nl", offered=number % 10 != 3) for number in range(60)]
    useless = [Point(0.2 - number / 1000, False, "nl", offered=number % 10 == 9) for number in range(60)]
    assert ask_from([*helpful, *useless]) == pytest.approx(0.31)
    assert ask_from(useless) == 1.0


def test_what_changes_by_chance_is_no_drop_and_a_real_one_is_named() -> None:
    asked = [str(number) for number in range(40)]
    before = {"asked": asked, "reached": asked[:30], "wrong": []}
    assert baseline.drops(before, before) == []
    assert baseline.drops(before, {**before, "reached": asked[3:33]}) == []
    (told,) = baseline.drops(before, {**before, "reached": asked[6:30]})
    assert told.startswith("no longer reached: 0, 1, 2, 3, 4, 5")
    assert baseline.drops(before, {**before, "wrong": asked[:5]})
    assert baseline.chance(5, 0) == 1 / 32


def test_figures_of_a_run_add_up(outcomes: list[Outcome]) -> None:
    found = figures(outcomes)
    everything = found["all"]
    assert everything["n"] == len(outcomes) == sum(one["n"] for one in found["by_language"].values())
    assert everything["given"] == sum(one.kind == "answer" for one in outcomes) > 0
    assert everything["citation_precision"] == everything["condition_completeness"] == 1.0
    assert 0.5 < (auroc(outcomes) or 0) <= 1
    shares = [right for right, _ in found["risk_coverage"]]
    assert shares == sorted(shares)
    assert sum(one["n"] for one in found["reliability"]) == sum(one.lets for one in outcomes)


def test_a_run_can_be_read_as_a_page(outcomes: list[Outcome], tmp_path: Path) -> None:
    result = {"split": "test", "versions": {}, "over": {"sample": figures(outcomes)}}
    assert "| first messages |" in markdown(result)
    shown = page(result)
    assert shown.count("<svg") == shown.count("</svg>") == 2
    baseline.write(result, baseline.kept(outcomes), tmp_path / "baseline.json")
    kept = baseline.read(tmp_path / "baseline.json")
    assert baseline.difference(kept["run"], json.loads(json.dumps(result))) == []


def test_no_change_answers_worse_than_the_baseline_by_more_than_chance(outcomes: list[Outcome]) -> None:
    assert baseline.drops(baseline.read()["small"], baseline.kept(outcomes)) == []
