"""A case: a call-back or a ticket, who has it, how far it is, and the chain of what was done. Values alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from knowledge.errors import NamedFailure

CITIZEN, CLOCK = "citizen", "clock"
"""Who does something, where it is nobody of the staff."""


class CaseKind(StrEnum):
    """What was promised: to call back, or to answer in writing."""

    CALLBACK = "callback"
    TICKET = "ticket"


class CaseState(StrEnum):
    """How far it is. `waiting` is for the citizen or for somebody else; in `solved` the citizen is asked."""

    OPEN = "open"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"


ENDED = frozenset({CaseState.SOLVED, CaseState.CLOSED})


class StepKind(StrEnum):
    """What is kept in the chain of a case."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    REFERRED = "referred"
    ATTEMPT = "attempt"
    NOTE = "note"
    MOVED = "moved"
    DUE = "due"
    STATE = "state"
    ANSWERED = "answered"


class Outcome(StrEnum):
    """What came of an attempt to reach the citizen."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"


class CaseLetter(StrEnum):
    """What the citizen is to be told by mail, where an address is known."""

    CONFIRMED = "confirmed"
    MOVED = "moved"
    NOT_REACHED = "not_reached"
    SOLVED = "solved"


class CaseRefusal(StrEnum):
    """Why something cannot be done with a case now."""

    ENDED = "case_ended"
    NOT_A_CALLBACK = "not_a_callback"
    NOT_ASKED = "not_asked"
    MOVED_TOO_OFTEN = "moved_too_often"
    ALREADY_THERE = "already_there"
    NO_OWNER = "no_owner"


class CaseOutOfTurn(NamedFailure):
    """Something is done with a case that cannot be done now; `refusal` says why. Nothing has changed."""

    def __init__(self, refusal: CaseRefusal) -> None:
        super().__init__(f"Not now: {refusal.value.replace('_', ' ')}.")
        self.refusal = refusal


@dataclass(frozen=True)
class Window:
    """The time in which somebody is called."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Case:
    """What holds now. `conversation` and `brief` are gone when the citizen erased the conversation."""

    id: int
    reference: str
    kind: CaseKind
    site: str
    language: str
    created_at: datetime
    due_at: datetime
    conversation: str | None = None
    consent: str = "full"
    brief: dict[str, Any] | None = None
    window: Window | None = None
    has_email: bool = False
    state: CaseState = CaseState.OPEN
    team: str | None = None
    owner: str | None = None
    attempts: int = 0
    missed: int = 0
    """How many attempts in a row did not reach the citizen, since the moment was last chosen."""
    moves: int = 0
    """How often the citizen chose another moment."""
    asks: bool = False
    """Whether the citizen is asked if it is solved, and has not answered."""
    ended_at: datetime | None = None
    version: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more is to be done unless somebody opens it again."""
        return self.state in ENDED


@dataclass(frozen=True)
class Step:
    """One line of the chain: who did what, when; only ever added."""

    at: datetime
    kind: StepKind
    by: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseChange:
    """What one act does, to be stored whole or not at all; without steps it changes nothing."""

    after: Case
    steps: tuple[Step, ...] = ()
    letter: CaseLetter | None = None


CaseAct = Callable[[Case], CaseChange]
