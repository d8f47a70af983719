"""What every embedder must do: a class to inherit, with `make` and `other` to say which embedder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedders import Embedder, Vectors

TEXTS = ("paspoort aanvragen", "Wanneer komt de vuilniswagen?", "паспорт", "جواز السفر", "1.000 euro", "a")
_REPOSITORY = Path(__file__).parents[2]
_PROGRAM = """
import sys
from importlib import import_module
from tests.contracts.embedder import TEXTS
contract = getattr(import_module(sys.argv[1]), sys.argv[2])
sys.stdout.buffer.write(contract.make().embed(TEXTS).tobytes())
"""


class EmbedderContract:
    """Texts become rows of length one, the same in every process."""

    @classmethod
    def make(cls) -> Embedder:
        """The embedder under test."""
        raise NotImplementedError

    @classmethod
    def other(cls) -> Embedder:
        """An embedder of the same kind whose vectors must not be compared with those of `make`."""
        raise NotImplementedError

    @classmethod
    def elsewhere(cls) -> Vectors:
        """The rows of `TEXTS` as a fresh process with other hash seeds makes them; their first columns are enough."""
        environment = {**os.environ, "PYTHONHASHSEED": "4242"}
        command = [sys.executable, "-c", _PROGRAM, cls.__module__, cls.__name__]
        run = subprocess.run(command, cwd=_REPOSITORY, env=environment, capture_output=True, check=False, timeout=120)
        assert run.returncode == 0, run.stderr.decode()
        return np.frombuffer(run.stdout, np.float32).reshape(len(TEXTS), -1)

    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        return cls.make()

    def test_one_row_per_text_in_order(self, embedder: Embedder) -> None:
        rows = embedder.embed(TEXTS)
        assert rows.shape == (len(TEXTS), embedder.dimension)
        assert rows.dtype == np.float32
        for number, text in enumerate(TEXTS):
            assert np.allclose(rows[number], embedder.embed([text])[0], atol=1e-5)

    def test_a_row_has_length_one(self, embedder: Embedder) -> None:
        assert np.allclose(np.linalg.norm(embedder.embed(TEXTS), axis=1), 1.0, atol=1e-5)

    def test_equal_texts_get_equal_rows(self, embedder: Embedder) -> None:
        assert np.array_equal(embedder.embed(TEXTS), embedder.embed(TEXTS))

    def test_another_embedder_of_the_kind_gives_the_same_rows(self, embedder: Embedder) -> None:
        assert np.array_equal(embedder.embed(TEXTS), self.make().embed(TEXTS))

    def test_a_fresh_process_gives_the_same_rows(self, embedder: Embedder) -> None:
        rows = self.elsewhere()
        assert np.allclose(rows, embedder.embed(TEXTS)[:, : rows.shape[1]], atol=1e-4)

    @pytest.mark.parametrize("text", ["", "  \n", "😀", "€ …", "\x00"])
    def test_a_text_without_words_gets_a_row_of_length_zero_or_one(self, embedder: Embedder, text: str) -> None:
        row = embedder.embed([text, "paspoort"])[0]
        assert np.isfinite(row).all()
        assert any(np.isclose(np.linalg.norm(row), length, atol=1e-5) for length in (0.0, 1.0))

    def test_no_texts_get_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, embedder.dimension)

    def test_a_question_is_one_row_of_the_same_space(self, embedder: Embedder) -> None:
        row = embedder.embed_question(TEXTS[0])
        assert row.shape == (1, embedder.dimension)
        assert float(row[0] @ embedder.embed([TEXTS[0]])[0]) > float(row[0] @ embedder.embed([TEXTS[2]])[0])

    def test_the_version_is_stable_and_names_the_space(self, embedder: Embedder) -> None:
        assert embedder.version
        assert embedder.version == self.make().version
        assert embedder.version != self.other().version
