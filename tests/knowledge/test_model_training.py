"""Training: what it learns, from a corpus of a few pairs, and that the same seed gives the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.model.corpus import Corpus, choose_units
from knowledge.model.data import in_training_half, parallel, pieces_of
from knowledge.model.dictionary import dictionary
from knowledge.model.learning import Learner, Recipe, Taught, apart, teachable
from knowledge.model.own import interface_pairs, page_pairs, term_pairs
from knowledge.model.units import Units
from knowledge.model.vectors import ModelEmbedder, pack
from knowledge.pages import Page, PageState
from knowledge.terms import Term
from tests.knowledge.build import NOW, service

TRANSLATIONS = [
    ("paspoort", "passport"),
    ("huis", "house"),
    ("kind", "child"),
    ("auto", "car"),
    ("geld", "money"),
    ("school", "school"),
    ("dokter", "doctor"),
    ("afval", "waste"),
]


def learnt(file: Path, steps: int = 60, seed: int = 0) -> ModelEmbedder:
    corpus = Corpus()
    groups = {"nl-en": corpus.numbers(TRANSLATIONS)}
    words, texts, counts = corpus.words()
    units = choose_units(dict.fromkeys(counts, 2), {}, 20, 40)
    taught = Taught(np.array([corpus.number("car")]), np.ones((1, 4), np.float16))
    recipe = Recipe(steps=steps, batch=8, dimension=16, seed=seed)
    learner = Learner(recipe, units, words=words, texts=texts, groups=groups, boosts={}, taught=taught)
    pack(file, [(units, learner.learn())])
    return ModelEmbedder(file)


def test_what_is_paired_becomes_alike_and_the_rest_stays_apart(tmp_path: Path) -> None:
    rows = learnt(tmp_path / "model.npz").embed([text for pair in TRANSLATIONS for text in pair])
    alike = rows @ rows.T
    for number in range(0, len(rows), 2):
        others = np.delete(alike[number], [number, number + 1])
        assert alike[number, number + 1] > others.max()


def test_the_same_seed_gives_the_same_file_and_another_one_another(tmp_path: Path) -> None:
    one, same, other = (tmp_path / f"{name}.npz" for name in ("one", "same", "other"))
    for file, seed in ((one, 1), (same, 1), (other, 2)):
        learnt(file, steps=5, seed=seed)
    assert one.read_bytes() == same.read_bytes()
    assert one.read_bytes() != other.read_bytes()
    assert ModelEmbedder(one).version == ModelEmbedder(same).version != ModelEmbedder(other).version


def test_packing_keeps_directions(tmp_path: Path) -> None:
    units = Units({}, ["een", "twee"], [])
    table = np.random.default_rng(0).standard_normal((2, 64)).astype(np.float32)
    pack(tmp_path / "model.npz", [(units, table)])
    rows = ModelEmbedder(tmp_path / "model.npz").embed(["een", "twee"])
    assert np.all((rows * table).sum(1) / np.linalg.norm(table, axis=1) > 0.999)


def test_a_text_of_two_tables_has_a_part_of_each(tmp_path: Path) -> None:
    tables = [
        (Units({}, ["een"], []), np.ones((1, 4), np.float32)),
        (Units({}, [], ["<tw"]), np.ones((1, 4), np.float32)),
    ]
    pack(tmp_path / "model.npz", tables)
    embedder = ModelEmbedder(tmp_path / "model.npz")
    both, first = embedder.embed(["een twee", "een"])
    assert embedder.dimension == 8
    assert np.linalg.norm(both[:4]) == pytest.approx(np.linalg.norm(both[4:]), abs=1e-3)
    assert np.linalg.norm(first[4:]) == 0.0
    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-3)


def test_a_word_is_cut_into_its_likeliest_pieces() -> None:
    units = Units({"<huis": -2.0, "vuil": -2.0, "<huisv": -9.0, "uil": -3.0}, [], [])
    assert units.rows_of("huisvuil") == ([0, 1], [1.0, 1.0])


def test_the_gradient_is_that_of_the_loss() -> None:
    chance = np.random.default_rng(0)
    one, other = (chance.standard_normal((4, 5)).astype(np.float32) for _ in range(2))
    pairs = np.array([[0, 4], [1, 5], [2, 6], [2, 7]])
    _, gradient, _ = apart(one, other, pairs, 2.0)
    moved = one.copy()
    moved[1, 2] += 1e-2
    change = (apart(moved, other, pairs, 2.0)[0] - apart(one, other, pairs, 2.0)[0]) / 1e-2
    assert change == pytest.approx(gradient[1, 2], abs=1e-2)


def test_pairs_of_pages_terms_and_rows() -> None:
    page = Page("p", 1, PageState.PUBLISHED, NOW, service("paspoort", "Paspoort", "Vraag het aan bij de gemeente."))
    assert ("Paspoort", "Vraag het aan bij de gemeente.") in [
        (one, other.strip()) for one, other in page_pairs([page])["page-title-text"]
    ]
    terms = [Term("en", "dole", "uitkering", 0.9), Term("nl", "dop", "uitkering", 0.9)]
    assert term_pairs(terms)["term-en-nl"] == [("dole", "dop")]
    assert term_pairs(terms)["term-nl"] == [("dop", "uitkering")]
    assert parallel("app", [{"nl": "ja", "en": "yes", "fr": "oui"}]) == {
        "app-nl-fr": [("ja", "oui")],
        "app-nl-en": [("ja", "yes")],
        "app-fr-en": [("oui", "yes")],
    }


def test_words_of_an_interface_are_paired_by_key(tmp_path: Path) -> None:
    (tmp_path / "nl.toml").write_text('state = "af"\n[a]\nb = "Ja"\n', "utf-8")
    (tmp_path / "tr.toml").write_text('[a]\nb = "Evet"\nc = "Hayır"\n', "utf-8")
    assert interface_pairs(tmp_path) == {"interface-nl-tr": [("Ja", "Evet")]}


def test_a_dictionary_is_found_in_sentences() -> None:
    pairs = {
        "nl-en": [("het huis", "the house"), ("een huis", "a house"), ("mijn huis", "my house"), ("de kat", "the cat")]
    }
    assert ("huis", "house") in dictionary(pairs, ["nl-en"])["word-nl-en"]


def test_english_is_taught_whichever_side_it_is_on() -> None:
    pairs = {"nl-en": [("huis", "house")], "app-en-tr": [("yes", "evet")], "asked-en": [("dole", "uitkering")]}
    assert teachable(pairs, 10, 0) == ["house", "yes", "dole"]


def test_halves_and_pieces() -> None:
    halves = [in_training_half(str(number)) for number in range(1000)]
    assert 400 < sum(halves) < 600
    assert [len(piece.split()) for piece in pieces_of("woord " * 90)] == [45, 45]
    assert pieces_of("") == []
