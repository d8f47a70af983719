"""Cases as the JSON of the interface, and what goes wrong with them as problems that name the slot or the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from math import ceil
from typing import Any, TypeVar

from assistant.api.problems import Problem
from assistant.cases.addresses import BadAddress
from assistant.cases.contact import BadPhone
from assistant.cases.references import EXAMPLE, BadReference
from assistant.cases.windows import BadWindow
from assistant.domain.case import Case, CaseOutOfTurn, Step, Window
from assistant.store.access import TooManyTries
from assistant.store.case_limits import TooManyCases
from assistant.store.cases import NoCase
from knowledge.errors import NamedFailure

Done = TypeVar("Done")

REFUSALS = (BadPhone, BadAddress, BadWindow, BadReference, TooManyCases, TooManyTries, NoCase, CaseOutOfTurn)
"""What `problem_of` has words for."""
_SLOTS = {BadPhone: "bad_phone", BadAddress: "bad_address", BadWindow: "bad_window"}


def problem_of(error: NamedFailure) -> Problem:
    """Return the problem that a refusal becomes; one about what was filled in names the `slot`, others the `reason`."""
    match error:
        case BadPhone() | BadAddress() | BadWindow():
            return Problem(422, _SLOTS[type(error)], more={"slot": error.slot})
        case BadReference():
            return Problem(404, "reference_typo", more={"reason": "reference_typo"}, example=EXAMPLE)
        case TooManyCases():
            wait = {"Retry-After": str(error.seconds)}
            return Problem(429, "too_many_cases", headers=wait, hours=ceil(error.seconds / 3600))
        case TooManyTries():
            wait = {"Retry-After": str(error.seconds)}
            return Problem(429, "too_many_tries", headers=wait, seconds=error.seconds)
        case CaseOutOfTurn():
            return Problem(409, error.refusal.value, more={"reason": error.refusal.value})
        case _:
            return Problem(404, "no_case", more={"reason": "no_case"})


def done(act: Callable[[], Done]) -> Done:
    """Return what an act returns. Raises Problem where it is refused."""
    try:
        return act()
    except REFUSALS as error:
        raise problem_of(error) from None


def case_json(case: Case, owner: str) -> dict[str, Any]:
    """Return a case as its citizen sees it; `owner` is the name of the body, never of a person."""
    return {
        "reference": case.reference,
        "kind": case.kind.value,
        "state": case.state.value,
        "created_at": moment(case.created_at),
        "due_at": moment(case.due_at),
        "window": window_json(case.window),
        "attempts": case.attempts,
        "owner": owner,
        "question_solved": case.asks,
    }


def desk_json(case: Case, now: datetime) -> dict[str, Any]:
    """Return a case as staff see it in a list."""
    return {
        "reference": case.reference,
        "kind": case.kind.value,
        "state": case.state.value,
        "site": case.site,
        "team": case.team,
        "owner": case.owner,
        "language": case.language,
        "created_at": moment(case.created_at),
        "due_at": moment(case.due_at),
        "ended_at": moment(case.ended_at) if case.ended_at else None,
        "late": not case.ended and case.due_at < now,
        "window": window_json(case.window),
        "attempts": case.attempts,
        "missed": case.missed,
        "has_email": case.has_email,
        "question_solved": case.asks,
        "conversation_id": case.conversation,
        "question": (case.brief or {}).get("question"),
    }


def chain_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Return the chain of a case: who did what, when."""
    return [step.detail | {"at": moment(step.at), "kind": step.kind.value, "by": step.by} for step in steps]


def window_json(window: Window | None) -> dict[str, str] | None:
    """Return a moment to be called, as the interface gives it."""
    return {"start": moment(window.start), "end": moment(window.end)} if window else None


def moment(at: datetime) -> str:
    """Return a moment in UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
