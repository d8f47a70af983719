"""The classifiers that are kept beside the exemplars are those of today's exemplars."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.answering.fitting import digest, fit, kept_in
from assistant.answering.likeness import exemplars, likeness
from knowledge.language import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_kept_was_fitted_on_the_exemplars_of_today(language: str) -> None:
    with np.load(kept_in(language)) as kept:
        assert bytes(kept["digest"]).decode() == digest(language), "run: python -m assistant.answering.fitting"


def test_fitting_again_gives_the_same() -> None:
    with np.load(kept_in("ro")) as kept:
        again = fit("ro")
        assert bytes(kept["names"]) == again["names"].tobytes()
        # The last bit of a solution differs between machines.
        assert np.abs(kept["weights"].astype(int) - again["weights"].astype(int)).max() <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exemplar_is_most_like_its_own_label(language: str) -> None:
    known = exemplars(language)[::9]
    scores = [(label, likeness(utterance, language)) for label, utterance in known]
    own = sum(max(alike, key=lambda one: alike[one]) == label for label, alike in scores)
    assert own >= 0.95 * len(known)


def test_words_never_seen_are_like_nothing() -> None:
    assert max(likeness("qqqq", "nl").values()) < 0.1
    assert max(likeness("", "nl").values()) < 0.1
