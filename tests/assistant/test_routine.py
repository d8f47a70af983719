"""What is done again and again goes on whatever goes wrong, and stops when told to."""

from __future__ import annotations

import logging

import pytest

from assistant.routine import Routine
from tests.assistant.talking import until


def test_an_act_that_fails_is_done_again_and_its_words_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    def act() -> None:
        done.append(len(done))
        if len(done) == 1:
            raise ValueError("93.05.18-223.61")

    routine = Routine("proef", act, 0.01)
    with caplog.at_level(logging.ERROR):
        routine.start()
        until(lambda: len(done) >= 3)
        assert not routine.stopping
        routine.stop()
    assert [record.getMessage() for record in caplog.records] == ["proef: could not be done: ValueError"]
    assert routine.stopping
