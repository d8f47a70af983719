"""Adapting the model that ships to a site: kept only where it finds more, undone in one step."""

from __future__ import annotations

import json
from operator import eq
from pathlib import Path

import numpy as np
import pytest

from knowledge.adapting import UNDONE, WEIGHTS, Case, adapt, own_cases, read_cases, undo, word_weights
from knowledge.errors import NamedFailure
from knowledge.model.vectors import ModelEmbedder
from knowledge.pages import Page, PageState
from tests.knowledge.build import NOW, service

SUBJECTS = ("paspoort", "fiets", "hond", "boom", "school", "huwelijk", "parkeren", "zwembad", "bibliotheek", "muziek")
SCHEMES = ("tegel", "kaart", "punt", "steun", "spoor", "wijzer", "lening", "premie", "paspoort", "bon")


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


def chatty_site() -> tuple[list[Page], list[Case]]:
    """A site whose pages on its own schemes drown in pages of nothing but the words that all its pages share."""
    shared = ("loket", "afspraak", "aanvraag", "gemeente", "formulier")
    schemes = [f"{first}{last}" for first in ("blor", "dremp", "fluis", "grav", "knoe") for last in SCHEMES]
    made = [service(name, f"Regeling {name}", f"{' '.join(shared)}. Regeling {name}.") for name in schemes]
    made += [service(f"alle-{word}", f"{word} {' '.join(shared)}", " ".join(shared)) for word in shared]
    known = [Page(f"test-{one.source_id}", 1, PageState.PUBLISHED, NOW, one) for one in made]
    return known, [Case(f"{' '.join(shared)} {name}", frozenset({name})) for name in schemes]


def _nearest(weights: Path | None, site: list[Page], cases: list[Case]) -> list[int]:
    """Which page each question of the cases is nearest to, by its title."""
    embedder = ModelEmbedder(weights=weights)
    titles = embedder.embed([page.service.title["nl"] for page in site])
    return [int(np.argmax(titles @ embedder.embed_question(case.question)[0])) for case in cases]


def test_a_site_whose_cases_are_found_better_is_answered_with_what_it_learnt_until_that_is_undone(
    tmp_path: Path,
) -> None:
    site, cases = chatty_site()
    told = adapt(site, cases, tmp_path)
    assert told.kept
    assert told.after > told.before + 0.5
    plain, adapted = (
        [site[number].page_id for number in _nearest(weights, site, cases)] for weights in (None, tmp_path / WEIGHTS)
    )
    right = [f"test-{min(case.right)}" for case in cases]
    assert sum(map(eq, adapted, right)) > sum(map(eq, plain, right)) + len(cases) / 2
    again = adapt(site[: len(SUBJECTS)], cases, tmp_path)
    assert (again.kept, (tmp_path / WEIGHTS).is_file()) == (False, True)
    assert undo(tmp_path)
    assert not (tmp_path / WEIGHTS).exists()


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
