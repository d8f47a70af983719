"""What a language may be called follows from what it reaches beside Dutch, and a home's own figures hold."""

from __future__ import annotations

from pathlib import Path

from knowledge.language import LANGUAGES
from knowledge.language_levels import Level, keep, levels, measured


def test_a_language_is_called_by_its_part_of_the_dutch_recall() -> None:
    found = levels({"nl": 0.8, "en": 0.72, "tr": 0.71, "uk": 0.48, "ar": 0.47})
    assert found == {
        "nl": Level.FULL,
        "en": Level.FULL,
        "tr": Level.BASIC,
        "uk": Level.BASIC,
        "ar": Level.HANDOVER_FIRST,
    }


def test_without_a_dutch_figure_nothing_is_said() -> None:
    assert levels({"en": 0.9}) == levels({"nl": 0.0, "en": 0.9}) == {}


def test_the_package_has_figures_of_every_language_and_a_home_may_have_its_own(tmp_path: Path) -> None:
    assert set(measured(tmp_path)) == set(LANGUAGES)
    keep(tmp_path, {"nl": 0.5})
    assert measured(tmp_path) == {"nl": 0.5}
