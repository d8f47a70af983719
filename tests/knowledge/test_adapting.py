"""Adapting the model that ships to a site: kept only where it finds more, undone in one step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.adapting import UNDONE, WEIGHTS, Case, adapt, own_cases, read_cases, undo, word_weights
from knowledge.errors import NamedFailure
from knowledge.model.vectors import ModelEmbedder
from knowledge.pages import Page, PageState
from tests.knowledge.build import NOW, service

SUBJECTS = ("paspoort", "fiets", "hond", "boom", "school", "huwelijk", "parkeren", "zwembad", "bibliotheek", "muziek")


def pages() -> list[Page]:
    """A site on which every title begins alike, and where the words of a title are in no other page."""
    return [
        Page(
            f"test-{name}", 1, PageState.PUBLISHED, NOW, service(name, f"Loket dienst aanvraag {name}", f"Over {name}.")
        )
        for name in SUBJECTS
    ]


def test_a_word_on_every_page_counts_less_than_a_rare_one_and_that_less_than_an_unknown_one() -> None:
    weights = word_weights(pages(), 1.0)
    assert 0 < weights["loket"] < weights["fiets"] < weights[""]


def test_weights_make_another_space_in_which_incidental_words_weigh_less(tmp_path: Path) -> None:
    file = tmp_path / WEIGHTS
    file.write_text(json.dumps(word_weights(pages(), 1.0)), "utf-8")
    plain, adapted = ModelEmbedder(), ModelEmbedder(weights=file)
    assert adapted.version != plain.version == ModelEmbedder().version
    assert adapted.version == ModelEmbedder(weights=file).version
    texts = ["loket dienst aanvraag fiets", "fiets"]
    before, after = plain.embed(texts), adapted.embed(texts)
    assert float(after[0] @ after[1]) > float(before[0] @ before[1])


def test_what_finds_no_more_is_not_kept(tmp_path: Path) -> None:
    cases = [Case(name, frozenset({name})) for name in SUBJECTS] * 4
    told = adapt(pages(), cases, tmp_path)
    assert (told.cases, told.before, told.kept) == (20, told.after, False)
    assert not (tmp_path / WEIGHTS).exists()


def test_too_few_cases_tell_nothing(tmp_path: Path) -> None:
    assert not adapt(pages(), [Case("fiets", frozenset({"fiets"}))] * 39, tmp_path).kept
    assert adapt(pages(), [Case("fiets", frozenset({"elsewhere"}))] * 80, tmp_path).cases == 0


def test_undoing_goes_back_and_keeps_what_the_index_was_made_with(tmp_path: Path) -> None:
    assert not undo(tmp_path)
    (tmp_path / WEIGHTS).write_text("{}", "utf-8")
    assert undo(tmp_path)
    assert not (tmp_path / WEIGHTS).exists()
    assert (tmp_path / UNDONE).read_text("utf-8") == "{}"


def test_cases_are_those_of_a_file_or_of_the_pages(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"query": "fiets kwijt", "qrels": ["fiets"]}\n', "utf-8")
    assert read_cases(file) == [Case("fiets kwijt", frozenset({"fiets"}))]
    file.write_text("{}\n", "utf-8")
    with pytest.raises(NamedFailure, match=r"cases\.jsonl:1"):
        read_cases(file)
    assert all(case.right <= set(SUBJECTS) for case in own_cases(pages()))
