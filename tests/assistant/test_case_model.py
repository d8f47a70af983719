"""A model of a case: whatever citizens, agents and clocks do, it is somewhere, its chain tells how, it can end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from assistant.domain import case_acts as acts
from assistant.domain.case import (
    CITIZEN,
    CLOCK,
    Case,
    CaseChange,
    CaseKind,
    CaseLetter,
    CaseOutOfTurn,
    CaseRefusal,
    CaseState,
    Outcome,
    Step,
    StepKind,
    Window,
)

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
AGENTS = st.sampled_from(["ann", "bob"])
SELDOM = st.integers(0, 3).map(lambda drawn: drawn == 0)
MISSED = st.sampled_from([Outcome.NOT_REACHED, Outcome.NOT_REACHED, Outcome.REACHED])


class Cases(RuleBasedStateMachine):
    """One case, two agents, two sites, one clock."""

    @initialize(kind=st.sampled_from([CaseKind.CALLBACK, CaseKind.CALLBACK, CaseKind.TICKET]), has_email=st.booleans())
    def a_citizen_asks(self, kind: CaseKind, has_email: bool) -> None:
        self.at, window = START, Window(START + timedelta(hours=2), START + timedelta(hours=4))
        called = kind is CaseKind.CALLBACK
        self.now = Case(
            1, "WW", kind, "regio", "nl", START, window.end, window=window if called else None, has_email=has_email
        )
        self.chain, self.letters = [Step(START, StepKind.OPENED, CITIZEN)], list[CaseLetter]()
        self.asked, self.missed, self.answered = False, 0, 0

    # --- the citizen

    @rule(hours=st.integers(1, 48))
    def citizen_moves(self, hours: int) -> None:
        window = self._window(hours)
        if self._do(lambda now: acts.move(now, self.at, CITIZEN, window)):
            assert self.now.kind is CaseKind.CALLBACK
            assert (self.now.window, self.now.due_at) == (window, window.end)
            assert self.now.state is not CaseState.WAITING
            self.missed = 0

    @rule(seldom=SELDOM)
    def citizen_cancels(self, seldom: bool) -> None:
        if seldom:
            before = self.now
            assert self._do(lambda now: acts.cancel(now, self.at)) or before.state is CaseState.CLOSED
            assert self.now.state is CaseState.CLOSED
            self.asked = self.asked and before.state is CaseState.CLOSED

    @rule(solved=st.booleans())
    def citizen_answers(self, solved: bool) -> None:
        asked = self.asked
        if self._do(lambda now: acts.answer(now, self.at, solved, self.at + timedelta(days=7))):
            assert asked
            assert self.now.state is (CaseState.CLOSED if solved else CaseState.OPEN)
            assert solved or (self.now.owner, self.now.window, self.now.due_at > self.at) == (None, None, True)
            self.asked, self.missed = False, self.missed if solved else 0
        else:
            assert not asked

    # --- staff

    @rule(by=AGENTS, owner=st.none() | AGENTS)
    def it_is_given(self, by: str, owner: str | None) -> None:
        self._do(lambda now: acts.assign(now, self.at, by, owner))

    @rule(by=AGENTS, site=st.sampled_from([None, "regio", "gemeente"]), team=st.sampled_from([None, "burgerzaken"]))
    def it_is_referred(self, by: str, site: str | None, team: str | None) -> None:
        before = self.now
        if self._do(lambda now: acts.refer(now, self.at, by, "daarom", site=site, team=team)):
            assert (self.now.site, self.now.team) != (before.site, before.team)
            assert (self.now.owner, self.now.state) == (None, CaseState.OPEN)
            assert self.now.due_at == before.due_at, "what was promised stays promised"

    @rule(by=AGENTS, outcome=MISSED)
    def the_citizen_is_called(self, by: str, outcome: Outcome) -> None:
        before, letters = self.now, len(self.letters)
        if self._do(lambda now: acts.attempt(now, self.at, by, outcome, "")):
            assert self.now.attempts == before.attempts + 1
            self.missed = self.missed + 1 if outcome is Outcome.NOT_REACHED else 0
            if self.missed == acts.MISSES:
                assert self.now.state is (CaseState.WAITING if before.has_email else CaseState.CLOSED)
                assert not before.has_email or self.letters[-1] is CaseLetter.NOT_REACHED
            else:
                assert (self.now.state, len(self.letters)) == (before.state, letters)

    @rule(by=AGENTS)
    def something_is_noted(self, by: str) -> None:
        before = self.now
        assert self._do(lambda now: acts.note(now, self.at, by, "woorden"))
        assert self.now == before

    @rule(by=AGENTS, days=st.integers(1, 20))
    def it_is_promised_for_later(self, by: str, days: int) -> None:
        self._do(lambda now: acts.set_due(now, self.at, by, self.at + timedelta(days=days)))

    @rule(by=AGENTS, state=st.sampled_from([*CaseState]))
    def staff_say_how_far_it_is(self, by: str, state: CaseState) -> None:
        before = self.now
        if self._do(lambda now: acts.set_state(now, self.at, by, state, self.at + timedelta(days=7))):
            assert self.now.state is state
            if self.now.ended and not before.ended:
                assert self.letters[-1] is CaseLetter.SOLVED
                self.asked = True
            elif before.ended and not self.now.ended:
                self.asked, self.missed = False, 0

    @rule(by=AGENTS, owner=AGENTS, state=st.sampled_from([*CaseState]))
    def staff_do_several_things_at_once(self, by: str, owner: str, state: CaseState) -> None:
        """All of them or none."""
        before, ended = self.now, self.now.ended
        both = acts.in_turn(
            lambda now: acts.assign(now, self.at, by, owner),
            lambda now: acts.set_state(now, self.at, by, state, self.at),
        )
        if self._do(both):
            assert not ended
            self.asked = self.asked or self.now.ended
        else:
            assert self.now == before

    # --- the clock

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule()
    def the_clock_looks(self) -> None:
        before = self.now.state
        assert self._do(lambda now: acts.lapse(now, self.at)) == (before is CaseState.SOLVED)

    # --- what always holds

    @invariant()
    def it_is_somewhere_and_the_chain_tells_how(self) -> None:
        now = self.now
        assert now.asks == self.asked
        assert (now.ended_at is not None) == now.ended
        assert now.state is not CaseState.SOLVED or now.asks
        assert not now.asks or now.ended
        assert now.state is not CaseState.ASSIGNED or now.owner is not None
        assert now.state is not CaseState.OPEN or now.owner is None
        assert (now.missed, now.attempts) == (self.missed, self._count(StepKind.ATTEMPT))
        assert now.moves == self._count(StepKind.MOVED) <= acts.MOVES
        assert [step.at for step in self.chain] == sorted(step.at for step in self.chain)
        assert {step.by for step in self.chain} <= {"ann", "bob", CITIZEN, CLOCK}
        last = next((one.detail["to"] for one in reversed(self.chain) if one.kind is StepKind.REFERRED), None)
        assert (now.site, now.team) == ((last["site"], last["team"]) if last else ("regio", None))
        assert now.window is None or now.kind is CaseKind.CALLBACK

    def teardown(self) -> None:
        """Whatever happened: it can be brought to its end."""
        if hasattr(self, "now"):
            if not self.now.ended:
                self.now = acts.set_state(self.now, self.at, "ann", CaseState.SOLVED, self.at).after
            self.now = acts.lapse(self.now, self.at).after
            assert self.now.state is CaseState.CLOSED

    def _window(self, hours: int) -> Window:
        return Window(self.at + timedelta(hours=hours), self.at + timedelta(hours=hours + 2))

    def _count(self, kind: StepKind) -> int:
        return sum(step.kind is kind for step in self.chain)

    def _do(self, act: Callable[[Case], CaseChange]) -> bool:
        """Do an act; returns whether it did something. What is refused says why, and is refused for that."""
        before = self.now
        try:
            change = act(before)
        except CaseOutOfTurn as refused:
            why = refused.refusal
        else:
            why = None
        if why is not None:
            assert WHY[why](before), why
            return False
        if not change.steps:
            assert change.after == before
            return False
        self.now = replace(change.after)
        self.chain += change.steps
        self.letters += [change.letter] if change.letter else []
        return True


WHY: dict[CaseRefusal, Callable[[Case], bool]] = {
    CaseRefusal.ENDED: lambda now: now.ended,
    CaseRefusal.NOT_A_CALLBACK: lambda now: now.kind is CaseKind.TICKET,
    CaseRefusal.NOT_ASKED: lambda now: not now.asks,
    CaseRefusal.MOVED_TOO_OFTEN: lambda now: now.moves >= acts.MOVES,
    CaseRefusal.ALREADY_THERE: lambda now: not now.ended,
    CaseRefusal.NO_OWNER: lambda now: now.owner is None,
}

Cases.TestCase.settings = settings(max_examples=50, stateful_step_count=40)
TestCases = Cases.TestCase


def test_a_citizen_moves_a_call_back_only_so_often_and_staff_may_go_on() -> None:
    window = Window(START, START + timedelta(hours=2))
    now = Case(1, "WW", CaseKind.CALLBACK, "regio", "nl", START, window.end, window=window)
    for number in range(1, acts.MOVES + 1):
        now = acts.move(now, START, CITIZEN, replace(window, end=window.end + timedelta(hours=number))).after
    with pytest.raises(CaseOutOfTurn) as refused:
        acts.move(now, START, CITIZEN, window)
    assert refused.value.refusal is CaseRefusal.MOVED_TOO_OFTEN
    assert acts.move(now, START, "ann", window).letter is CaseLetter.MOVED
