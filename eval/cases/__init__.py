"""Written cases: what a citizen says and what a right reply is; the README tells how they were made.

A case belongs to a split by its first service, so that nothing is fitted, calibrated and tested on one service.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.domain.reply import ClarificationReason, EscalationReason, SignpostReason
from knowledge.errors import NamedFailure
from knowledge.services import SectionKind

FOLDER = Path(__file__).parent
LANGUAGES = ("nl", "fr", "de", "en", "tr", "ar", "uk", "pl", "ro", "es")
OVER = ("sample", "ipdc")
SPLITS = ("fit", "calibrate", "test")
DECISIONS = ("answer", "clarification", "escalation", "signpost")
_REASONS = {reason.value for kind in (ClarificationReason, EscalationReason, SignpostReason) for reason in kind}
_TEXTS = ("id", "over", "language", "kind", "question")
_LISTS = ("turns", "services", "facts", "decision")
_FIELDS = {*_TEXTS, *_LISTS, "section", "reason"}


class CaseKind(StrEnum):
    """What a case tries."""

    SINGLE = "single"
    FOLLOW_UP = "follow_up"
    SWITCH = "switch"
    BACK = "back"
    CORRECTION = "correction"
    SEVERAL = "several"
    UNANSWERABLE = "unanswerable"
    NEAR_MISS = "near_miss"
    VAGUE = "vague"
    TYPO = "typo"
    DIALECT = "dialect"
    CAPITALS = "capitals"
    INTENT = "intent"


@dataclass(frozen=True)
class Case:
    """What was said before (`turns`), what is asked, and what a right reply to it is."""

    id: str
    over: str
    """The catalogue that is asked: "sample" or "ipdc"."""
    language: str
    kind: CaseKind
    turns: tuple[str, ...]
    question: str
    services: tuple[str, ...]
    """The right service first, then what is right too; of `several` every service that is asked after."""
    section: SectionKind | None
    facts: tuple[str, ...]
    """Words or amounts that stand on the page and in a right answer."""
    decision: tuple[str, ...]
    """Every kind of reply that is right."""
    reason: str | None


def load(over: str | None = None, language: str | None = None, split: str | None = None) -> list[Case]:
    """Return the cases, all or of one catalogue, language or split. Raises NamedFailure with file, line and field."""
    for name, value, known in (("over", over, OVER), ("language", language, LANGUAGES), ("split", split, SPLITS)):
        if value not in (None, *known):
            raise NamedFailure(f"{name}: {value} is not one of {', '.join(known)}.")
    return [
        case
        for case in read_cases(sorted(FOLDER.glob("*.jsonl")))
        if over in (None, case.over) and language in (None, case.language) and split in (None, split_of(case))
    ]


def split_of(case: Case) -> str:
    """Return "fit" (40 %), "calibrate" (30 %) or "test" (30 %): by the first service, else by the id of the case."""
    share = int.from_bytes(sha256((case.services or (case.id,))[0].encode()).digest()[:8]) / 2**64
    return SPLITS[0] if share < 0.4 else SPLITS[1] if share < 0.7 else SPLITS[2]


def read_cases(files: Iterable[Path]) -> list[Case]:
    """Return the cases of JSONL files. Raises NamedFailure with file, line and field of the first that is wrong."""
    cases: dict[str, Case] = {}
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            try:
                case = _case(json.loads(line))
                _hold(case.id not in cases, "id", f"{case.id} is already there")
            except ValueError as error:
                raise NamedFailure(f"{file.name}:{number}: {error}") from None
            cases[case.id] = case
    return list(cases.values())


def _case(row: Any) -> Case:
    _hold(isinstance(row, dict), "line", "must be a JSON object")
    _hold(set(row) == _FIELDS, "line", f"missing or unknown: {', '.join(sorted(map(str, set(row) ^ _FIELDS)))}")
    for name in _TEXTS:
        _hold(isinstance(row[name], str) and row[name].strip() != "", name, "must be a text that is not empty")
    for name in _LISTS:
        good = isinstance(row[name], list) and all(isinstance(one, str) and one for one in row[name])
        _hold(good, name, "must be a list of texts that are not empty")
    _known("over", row["over"], OVER)
    _known("language", row["language"], LANGUAGES)
    _known("kind", row["kind"], [kind.value for kind in CaseKind])
    _known("section", row["section"], [None, *SectionKind])
    _known("reason", row["reason"], [None, *_REASONS])
    _hold(row["decision"] != [], "decision", "must name at least one kind of reply")
    for one in row["decision"]:
        _known("decision", one, DECISIONS)
    _hold("answer" not in row["decision"] or row["services"] != [], "services", "an answer needs its service")
    texts: dict[str, Any] = {name: row[name] for name in (*_TEXTS, "reason")}
    lists: dict[str, Any] = {name: tuple(row[name]) for name in _LISTS}
    section = SectionKind(row["section"]) if row["section"] else None
    return Case(**texts | lists | {"kind": CaseKind(row["kind"]), "section": section})


def _known(name: str, value: object, known: Iterable[object]) -> None:
    _hold(value in list(known), name, f"{value!r} is not known")


def _hold(good: bool, name: str, message: str) -> None:
    if not good:
        raise ValueError(f"{name}: {message}.")
