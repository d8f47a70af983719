"""Between rows and values: a case, its chain, and how a change of it is stored whole."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from assistant.domain.case import ENDED, Case, CaseChange, CaseKind, CaseState, Step, StepKind, Window
from assistant.store.case_tables import case_steps, cases
from assistant.store.rows import Overtaken, changed

OVER = tuple(state.value for state in ENDED)
"""States in which nothing more is to be done."""
_AS_IT_IS = (
    *("reference", "site", "language", "conversation", "consent", "has_email", "team", "owner", "attempts"),
    *("missed", "moves", "asks", "created_at", "due_at", "ended_at", "version"),
)


def case_of(row: Row[Any]) -> Case:
    """Return the value of a row of `cases`."""
    fields = {name: getattr(row, name) for name in _AS_IT_IS}
    return Case(
        id=row.id,
        kind=CaseKind(row.kind),
        state=CaseState(row.state),
        brief=json.loads(row.brief) if row.brief else None,
        window=Window(row.window_start, row.window_end) if row.window_start else None,
        **fields,
    )


def step_of(row: Row[Any]) -> Step:
    """Return the value of a row of `case_steps`."""
    return Step(row.at, StepKind(row.kind), row.by, json.loads(row.detail))


def add_case(session: Session, case: Case, first: Step, **kept: Any) -> Case:
    """Keep a new case with what is kept beside it; returns it with its number."""
    made: Any = session.execute(insert(cases), _fields(case) | kept)
    added = replace(case, id=int(made.inserted_primary_key[0]))
    _add_steps(session, added, (first,))
    return added


def save_case(session: Session, before: Case, change: CaseChange) -> Case:
    """Store what an act did to `before`: state and chain. Raises Overtaken where it is not `before` any more."""
    if not change.steps:
        return before
    after = replace(change.after, version=before.version + 1)
    mine = (cases.c.id == before.id, cases.c.version == before.version)
    if changed(session.execute(update(cases).where(*mine).values(_fields(after)))) != 1:
        raise Overtaken
    _add_steps(session, after, change.steps)
    return after


def steps_of(session: Session, case_id: int) -> list[Step]:
    """Return the chain of a case, in order."""
    query = select(case_steps).where(case_steps.c.case_id == case_id).order_by(case_steps.c.id)
    return [step_of(row) for row in session.execute(query)]


def forget_conversation(session: Session, conversation_id: str) -> None:
    """Cut the cases of a conversation loose from it, and wipe what they have of its words."""
    mine = update(cases).where(cases.c.conversation == conversation_id)
    session.execute(mine.values(conversation=None, brief=None, version=cases.c.version + 1))


def _add_steps(session: Session, case: Case, steps: tuple[Step, ...]) -> None:
    for step in steps:
        detail = json.dumps(step.detail, ensure_ascii=False)
        row = {"case_id": case.id, "at": step.at, "kind": step.kind.value, "by": step.by, "detail": detail}
        session.execute(insert(case_steps), row)


def _fields(case: Case) -> dict[str, Any]:
    fields = {name: getattr(case, name) for name in _AS_IT_IS}
    brief = json.dumps(case.brief, ensure_ascii=False) if case.brief else None
    start, end = (case.window.start, case.window.end) if case.window else (None, None)
    states = {"kind": case.kind.value, "state": case.state.value, "brief": brief}
    return fields | states | {"window_start": start, "window_end": end}
