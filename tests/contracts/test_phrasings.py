"""What citizens teach, on each kind of database: several who ask alike count, one alone never, editors decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import NamedFailure
from knowledge.phrasings import ENOUGH, Phrasing, PhrasingState, bonuses, stems_of
from knowledge.store.phrasings import MOST, Phrasings
from tests.knowledge.build import NOW, Home

ASKED = "mijn papiertje is weg in de trein"


@pytest.fixture
def phrasings(desk: Home) -> Phrasings:
    return Phrasings(desk.database)


def gives(phrasings: Phrasings, *givers: str, words: str = ASKED, staff: bool = False, days: int = 0) -> list[bool]:
    at = NOW + timedelta(days=days)
    return [phrasings.give("passport", "nl", words, giver, at, staff=staff) for giver in givers]


def test_enough_citizens_who_ask_alike_move_a_page_a_little(phrasings: Phrasings) -> None:
    givers = [f"giver {number}" for number in range(ENOUGH)]
    assert gives(phrasings, *givers[:-1]) == [True] * (ENOUGH - 1)
    assert phrasings.bonuses(ASKED, "nl") == {}
    gives(phrasings, givers[-1], words="papiertje weg trein!")
    (weak,) = phrasings.bonuses(ASKED, "nl").values()
    assert 0 < weak < 0.2
    assert phrasings.bonuses(ASKED, "fr") == {}
    assert phrasings.bonuses("waar koop ik een kaartje voor het zwembad", "nl") == {}


def test_one_visitor_moves_nothing_on_one_day_or_on_many(phrasings: Phrasings) -> None:
    assert gives(phrasings, "one", "one") == [True, False]
    assert gives(phrasings, "one", words="een ander papiertje kwijt") == [False]
    assert [gives(phrasings, "one", days=day) for day in range(1, 5)] == [[True]] * 4
    assert phrasings.bonuses(ASKED, "nl") == {}


def test_staff_count_at_once_and_an_editors_yes_counts_fully(phrasings: Phrasings) -> None:
    gives(phrasings, "agent", staff=True)
    weak = phrasings.bonuses(ASKED, "nl")["passport"]
    (one,) = phrasings.all()
    phrasings.set_state(one.id, PhrasingState.ACCEPTED)
    assert phrasings.bonuses(ASKED, "nl")["passport"] > 2 * weak


def test_what_an_editor_revoked_stays_revoked_and_nobody_is_kept_with_it(phrasings: Phrasings) -> None:
    gives(phrasings, "agent", staff=True)
    phrasings.set_state(phrasings.all()[0].id, PhrasingState.REVOKED)
    assert gives(phrasings, "agent", "a", "b", "c", staff=True) == [False] * 4
    assert phrasings.bonuses(ASKED, "nl") == {}
    assert not phrasings.all()[0].givers
    with pytest.raises(NamedFailure, match="no phrasing 999"):
        phrasings.set_state(999, PhrasingState.ACCEPTED)


def test_a_page_keeps_a_limited_number_and_those_that_most_gave(phrasings: Phrasings) -> None:
    gives(phrasings, "a", "b")
    for number in range(MOST):
        gives(phrasings, f"junk {number}", words=f"rommel nummer {number}")
    kept = phrasings.all()
    assert len(kept) == MOST
    assert ASKED in {one.words for one in kept}


def test_another_process_sees_it(desk: Home, open_home: Callable[..., Home]) -> None:
    gives(Phrasings(desk.database), "agent", staff=True)
    assert Phrasings(open_home().database).bonuses(ASKED, "nl")


@pytest.mark.parametrize("words", ["", "de het een", "papiertje", "???"])
def test_words_that_say_too_little_are_not_kept(phrasings: Phrasings, words: str) -> None:
    assert gives(phrasings, "a", words=words) == [False]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.booleans()), max_size=12))
def test_whoever_asks_however_often_a_bonus_is_bounded(found: list[tuple[str, int, bool]]) -> None:
    states = list(PhrasingState)
    known = [
        Phrasing(number, page, "nl", ASKED, stems_of(ASKED, "nl"), states[state], frozenset({"one"}), staff)
        for number, (page, state, staff) in enumerate(found)
    ]
    assert all(0 < bonus <= 0.6 for bonus in bonuses(ASKED, "nl", known).values())
