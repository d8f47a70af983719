"""What is done with a case, and what every act changes; refused out of turn. Pure: no clock, no database, no words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from assistant.domain.case import (
    CITIZEN,
    CLOCK,
    Case,
    CaseAct,
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

MISSES, MOVES = 3, 10
"""So often a citizen is called in vain, and may choose another moment."""


def in_turn(*acts: CaseAct) -> CaseAct:
    """Return the act that does several, one after the other, all of them or none."""

    def act(before: Case) -> CaseChange:
        done = CaseChange(before)
        for one in acts:
            change = one(done.after)
            done = CaseChange(change.after, done.steps + change.steps, change.letter or done.letter)
        return done

    return act


def move(before: Case, at: datetime, by: str, window: Window) -> CaseChange:
    """Choose another moment for a call-back; one that waited for the citizen goes on. Raises CaseOutOfTurn."""
    _going_on(before)
    if before.kind is not CaseKind.CALLBACK:
        raise CaseOutOfTurn(CaseRefusal.NOT_A_CALLBACK)
    if window == before.window:
        return CaseChange(before)
    if by == CITIZEN and before.moves >= MOVES:
        raise CaseOutOfTurn(CaseRefusal.MOVED_TOO_OFTEN)
    state = _going(before.owner) if before.state is CaseState.WAITING else before.state
    after = replace(
        before, window=window, due_at=window.end, state=state, missed=0, moves=before.moves + (by == CITIZEN)
    )
    detail = {"start": window.start.isoformat(), "end": window.end.isoformat()}
    return _did(after, at, by, StepKind.MOVED, detail, letter=None if by == CITIZEN else CaseLetter.MOVED)


def cancel(before: Case, at: datetime) -> CaseChange:
    """The citizen needs it no more; cancelling again changes nothing."""
    if before.state is CaseState.CLOSED:
        return CaseChange(before)
    return _did(_closed(before, at, asks=False), at, CITIZEN, StepKind.STATE, {"state": "closed", "why": "cancelled"})


def answer(before: Case, at: datetime, solved: bool, due_at: datetime) -> CaseChange:
    """The citizen says whether it is solved; if not, it is open again, for anybody. Raises CaseOutOfTurn."""
    if not before.asks:
        raise CaseOutOfTurn(CaseRefusal.NOT_ASKED)
    after = _closed(before, at, asks=False) if solved else _open_again(before, due_at)
    return _did(after, at, CITIZEN, StepKind.ANSWERED, {"solved": solved})


def assign(before: Case, at: datetime, by: str, owner: str | None) -> CaseChange:
    """Give it to somebody, or to nobody. Raises CaseOutOfTurn."""
    _going_on(before)
    if owner == before.owner:
        return CaseChange(before)
    state = before.state if before.state is CaseState.WAITING else _going(owner)
    return _did(replace(before, owner=owner, state=state), at, by, StepKind.ASSIGNED, {"to": owner})


def refer(before: Case, at: datetime, by: str, why: str, *, site: str | None = None, team: str | None) -> CaseChange:
    """Pass it on to another team or another site, where nobody has it yet. Raises CaseOutOfTurn."""
    _going_on(before)
    to = (site or before.site, team)
    if to == (before.site, before.team):
        raise CaseOutOfTurn(CaseRefusal.ALREADY_THERE)
    after = replace(before, site=to[0], team=to[1], owner=None, state=CaseState.OPEN)
    places = {"from": {"site": before.site, "team": before.team}, "to": {"site": after.site, "team": after.team}}
    return _did(after, at, by, StepKind.REFERRED, places | {"why": why})


def attempt(before: Case, at: datetime, by: str, outcome: Outcome, note: str) -> CaseChange:
    """Somebody tried to reach the citizen. Raises CaseOutOfTurn.

    The third time in vain in a row the citizen gets a letter and it waits; where no address is known it is closed.
    """
    _going_on(before)
    missed = before.missed + 1 if outcome is Outcome.NOT_REACHED else 0
    after = replace(before, attempts=before.attempts + 1, missed=missed)
    tried = _did(after, at, by, StepKind.ATTEMPT, {"outcome": outcome.value, "note": note})
    if missed != MISSES:
        return tried
    why = {"why": "not_reached"}
    if before.has_email:
        waits = _did(replace(after, state=CaseState.WAITING), at, CLOCK, StepKind.STATE, {"state": "waiting"} | why)
        return CaseChange(waits.after, tried.steps + waits.steps, CaseLetter.NOT_REACHED)
    ends = _did(_closed(after, at, asks=False), at, CLOCK, StepKind.STATE, {"state": "closed"} | why)
    return CaseChange(ends.after, tried.steps + ends.steps)


def note(before: Case, at: datetime, by: str, words: str) -> CaseChange:
    """Write something down for colleagues, also after it ended."""
    return _did(before, at, by, StepKind.NOTE, {"text": words})


def set_due(before: Case, at: datetime, by: str, due_at: datetime) -> CaseChange:
    """Promise it for another moment. Raises CaseOutOfTurn."""
    _going_on(before)
    if due_at == before.due_at:
        return CaseChange(before)
    return _did(replace(before, due_at=due_at), at, by, StepKind.DUE, {"due_at": due_at.isoformat()})


def set_state(before: Case, at: datetime, by: str, state: CaseState, due_at: datetime) -> CaseChange:
    """Say how far it is; where it ends, the citizen is asked whether it is solved. Raises CaseOutOfTurn.

    One that ended can only be opened again, with a new `due_at`, or closed for good.
    """
    if state is before.state:
        return CaseChange(before)
    detail, letter = {"state": state.value}, None
    match state:
        case CaseState.OPEN if before.ended:
            after = _open_again(before, due_at)
        case CaseState.OPEN:
            after = replace(before, state=state, owner=None)
        case CaseState.CLOSED if before.state is CaseState.SOLVED:
            after = _closed(before, at, asks=before.asks)
        case CaseState.SOLVED | CaseState.CLOSED:
            _going_on(before)
            after, letter = replace(before, state=state, asks=True, ended_at=at), CaseLetter.SOLVED
        case _:
            _going_on(before)
            if state is CaseState.ASSIGNED and before.owner is None:
                raise CaseOutOfTurn(CaseRefusal.NO_OWNER)
            after = replace(before, state=state)
    return _did(after, at, by, StepKind.STATE, detail, letter=letter)


def lapse(before: Case, at: datetime) -> CaseChange:
    """The citizen did not say whether it is solved: it is closed, and the question stays."""
    if before.state is not CaseState.SOLVED:
        return CaseChange(before)
    after = _closed(before, at, asks=before.asks)
    return _did(after, at, CLOCK, StepKind.STATE, {"state": "closed", "why": "no_answer"})


def _going_on(now: Case) -> None:
    if now.ended:
        raise CaseOutOfTurn(CaseRefusal.ENDED)


def _going(owner: str | None) -> CaseState:
    return CaseState.OPEN if owner is None else CaseState.ASSIGNED


def _closed(now: Case, at: datetime, *, asks: bool) -> Case:
    return replace(now, state=CaseState.CLOSED, asks=asks, ended_at=at)


def _open_again(now: Case, due_at: datetime) -> Case:
    opened = replace(now, state=CaseState.OPEN, owner=None, asks=False, ended_at=None)
    return replace(opened, window=None, missed=0, due_at=due_at)


def _did(
    after: Case, at: datetime, by: str, kind: StepKind, detail: dict[str, Any], *, letter: CaseLetter | None = None
) -> CaseChange:
    return CaseChange(after, (Step(at, kind, by, detail),), letter)
