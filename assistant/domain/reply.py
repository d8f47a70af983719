"""The four replies a citizen can get. `Reply` is closed: match on it with `assert_never`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.services import Link


class StatementKind(StrEnum):
    """What a sentence of an answer tells; the names are part of the interface."""

    SUMMARY = "summary"
    STEP = "step"
    CONDITION = "condition"
    EXCEPTION = "exception"
    EVIDENCE = "evidence"
    COST = "cost"
    DEADLINE = "deadline"
    WHERE = "where"
    CONTACT = "contact"
    LEGAL = "legal"
    NOTE = "note"


class ClarificationReason(StrEnum):
    """Why the assistant asks back."""

    CLOSE_CANDIDATES = "close_candidates"
    TOO_VAGUE = "too_vague"
    MUNICIPALITY_NEEDED = "municipality_needed"


class SignpostReason(StrEnum):
    """Why fixed words answer."""

    DANGER_MEDICAL = "danger_medical"
    DANGER_FIRE = "danger_fire"
    DANGER_VIOLENCE = "danger_violence"
    DANGER_SUICIDE = "danger_suicide"
    DANGER_CHILD = "danger_child"
    DANGER_POISON = "danger_poison"
    DANGER_GAS = "danger_gas"
    CRISIS = "crisis"
    GREETING = "greeting"
    THANKS = "thanks"
    ABOUT_ASSISTANT = "about_assistant"
    OPINION = "opinion"
    OTHER_COUNTRY = "other_country"
    COMPLAINT = "complaint"
    REPORT_POINT = "report_point"
    ABUSE = "abuse"
    ADVICE_DECLINED = "advice_declined"
    POLICY_PROPOSAL = "policy_proposal"
    FORM_HELP = "form_help"
    REPRESENTATION = "representation"


class EscalationReason(StrEnum):
    """Why a person or a place takes over."""

    ASKED_FOR_PERSON = "asked_for_person"
    PERSONAL_CASE = "personal_case"
    LEGAL_DISPUTE = "legal_dispute"
    MULTI_PROBLEM = "multi_problem"
    INJECTION = "injection"
    NOT_FOUND = "not_found"
    LOW_CONFIDENCE = "low_confidence"
    REPEATED_FAILURE = "repeated_failure"
    SOURCE_OUTDATED = "source_outdated"
    UNVERIFIED_STATEMENT = "unverified_statement"
    COMPONENT_FAILED = "component_failed"


@dataclass(frozen=True)
class Citation:
    """Where a sentence stands: a passage (`quote`) of one revision of one page."""

    source_id: str
    page_id: str
    revision: int
    title: str
    url: str
    language: str
    quote: str
    section: str = ""
    """What the passage tells: the kind of its statements."""


@dataclass(frozen=True)
class Statement:
    """One sentence of an answer, with the indexes (0-based) of the citations it stands in."""

    text: str
    kind: StatementKind
    language: str
    citations: tuple[int, ...]
    heading: str = ""
    translated: bool = False
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Authority:
    """Who decides, at which level of government ("federal", "flemish" …), and `via` whom one deals with it."""

    name: str
    level: str
    via: str = ""


@dataclass(frozen=True)
class Contact:
    """A human route: type phone, email, form, counter, emergency or web; `hours` in words, None where not known."""

    type: str
    label: str
    value: str
    hours: str | None = None
    open_now: bool | None = None


@dataclass(frozen=True)
class Counter:
    """A place to go to."""

    name: str
    address: str
    hours: str
    open_now: bool
    sample: bool = False


@dataclass(frozen=True)
class Option:
    """One thing the citizen may have meant; taking it answers at once."""

    id: str
    label: str
    summary: str
    authority: str
    source_id: str | None


@dataclass(frozen=True)
class _Spoken:
    """What every reply has: its words, their language, and the way to a person."""

    language: str
    text: str
    contacts: tuple[Contact, ...]
    masked_text: str
    confidence: float | None = None
    notices: tuple[str, ...] = ()
    """Sentences of our own beside what was said."""
    safety: str = ""
    """The line that `text` begins with where the question may speak of danger; empty for most."""


@dataclass(frozen=True)
class Answer(_Spoken):
    """Confident and verified: every statement stands in a cited passage."""

    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    valid_on: date | None = None
    updated_on: date | None = None
    authority: Authority | None = None
    needs_presence: bool = False
    counter: Counter | None = None
    related: tuple[Option, ...] = ()
    easy: str = ""
    """What an editor of the first citation's page wrote in easy words, in its language; empty where nobody did."""

    @property
    def completeness(self) -> str:
        return "partial" if self.missing else "full"


@dataclass(frozen=True)
class Clarification(_Spoken):
    """Likely among a few: one tap gives the answer."""

    reason: ClarificationReason = ClarificationReason.CLOSE_CANDIDATES
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Signpost(_Spoken):
    """Fixed words and routes."""

    reason: SignpostReason = SignpostReason.GREETING


@dataclass(frozen=True)
class Escalation(_Spoken):
    """Not sure, or asked: a person or a place. `detail` is for staff and logs, never for the citizen."""

    reason: EscalationReason = EscalationReason.LOW_CONFIDENCE
    detail: str = ""
    nearest: str = ""
    """A sentence that names the nearest page, empty where none was near."""
    citations: tuple[Citation, ...] = ()


Reply = Answer | Clarification | Signpost | Escalation
