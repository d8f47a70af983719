"""The calibration: measured elsewhere it is stricter, a home's own comes first, and a broken one is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.calibration import FILE, POOLED, STRICT, Calibration, bent, calibration_of, shipped
from assistant.answering.signals import signals
from knowledge.errors import NamedFailure
from tests.assistant.test_decide import CLEAR

MEASURED = Calibration("test", "index-1", -1.0, {"share": 3.0}, {"nl": 0.6, POOLED: 0.7, STRICT: 0.9}, 0.1)


def test_a_language_has_its_own_threshold_or_the_pooled_one() -> None:
    assert (MEASURED.threshold("nl"), MEASURED.threshold("tr")) == (0.6, 0.7)


def test_without_vectors_or_on_another_index_the_strictest_holds_for_all() -> None:
    elsewhere = MEASURED.on("index-2")
    assert not elsewhere.fits
    assert elsewhere.threshold("nl") == MEASURED.threshold("nl", dense=False) == 0.9
    assert MEASURED.on("index-1").threshold("nl") == 0.6


@given(share=st.floats(0, 1), more=st.floats(0, 1))
def test_more_of_a_signal_that_speaks_for_it_is_never_less_probable(share: float, more: float) -> None:
    low, high = sorted((share, more))
    assert 0 < MEASURED.probability({"share": low}) <= MEASURED.probability({"share": high}) < 1


def test_a_homes_own_calibration_holds_before_the_one_that_ships(tmp_path: Path) -> None:
    assert calibration_of(tmp_path) == shipped()
    (tmp_path / FILE).write_text(MEASURED.to_json(), "utf-8")
    assert calibration_of(tmp_path) == MEASURED


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 1}', MEASURED.to_json().replace("0.7", '"veel"')])
def test_a_broken_one_is_named_with_what_mends_it(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(NamedFailure, match="eval calibrate"):
        calibration_of(tmp_path)


def test_the_one_that_ships_weighs_only_signals_that_there_are_and_tells_its_evidence() -> None:
    assert set(shipped().weights) <= set(bent(signals(CLEAR)))
    risk = shipped().evidence["risk"]
    assert shipped().evidence[POOLED]["bound"] <= risk


@given(st.floats(0, 1))
def test_what_is_bent_is_the_signal_and_what_it_has_above_each_bend(value: float) -> None:
    found = bent({"cosine": value, "agree": value})
    assert found["cosine"] == found["agree"] == value
    above = [found[f"cosine>{bend}"] for bend in (0.3, 0.5, 0.7, 0.85)]
    assert above == sorted(above, reverse=True)
    assert all(0 <= one < value or one == 0 for one in above)
    assert not any(name.startswith("agree>") for name in found)
