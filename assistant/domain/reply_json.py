"""One reply as the JSON object of the interface: every key always present, null or [] where there is nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, assert_never

from assistant.domain.reply import (
    Answer,
    Authority,
    Citation,
    Clarification,
    ClarificationReason,
    Contact,
    Counter,
    Escalation,
    EscalationReason,
    Option,
    Reply,
    Signpost,
    SignpostReason,
    Statement,
    StatementKind,
)
from knowledge.services import Link

_EMPTY: dict[str, Any] = {
    "reason": None,
    "statements": [],
    "citations": [],
    "completeness": None,
    "missing": [],
    "valid_on": None,
    "updated_on": None,
    "authority": None,
    "needs_presence": False,
    "counter": None,
    "options": [],
    "related": [],
    "easy": None,
}


def to_json(reply: Reply) -> dict[str, Any]:
    """Return `reply` in the shape of `docs/interfaces.md`."""
    common = {
        "language": reply.language,
        "text": reply.text,
        "confidence": None if reply.confidence is None else round(reply.confidence, 4),
        "contacts": [asdict(contact) for contact in reply.contacts],
        "masked_text": reply.masked_text,
        "notices": list(reply.notices),
        "safety": reply.safety or None,
    }
    match reply:
        case Answer():
            own = {"kind": "answer", **_answer(reply)}
        case Clarification():
            options = [asdict(option) for option in reply.options]
            own = {"kind": "clarification", "reason": reply.reason.value, "options": options}
        case Signpost():
            own = {"kind": "signpost", "reason": reply.reason.value}
        case Escalation():
            citations = [asdict(citation) for citation in reply.citations]
            own = {"kind": "escalation", "reason": reply.reason.value, "citations": citations}
        case _:
            assert_never(reply)
    return {"kind": own["kind"], **_EMPTY, **common, **own}


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "statements": [_statement(statement) for statement in answer.statements],
        "citations": [asdict(citation) for citation in answer.citations],
        "completeness": answer.completeness,
        "missing": list(answer.missing),
        "valid_on": answer.valid_on.isoformat() if answer.valid_on else None,
        "updated_on": answer.updated_on.isoformat() if answer.updated_on else None,
        "authority": asdict(answer.authority) if answer.authority else None,
        "needs_presence": answer.needs_presence,
        "counter": asdict(answer.counter) if answer.counter else None,
        "related": [asdict(option) for option in answer.related],
        "easy": answer.easy or None,
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {**asdict(statement), "kind": statement.kind.value}


def from_json(kept: Mapping[str, Any]) -> Reply:
    """Return the reply that `to_json` made this of, as far as a citizen sees it."""
    common: dict[str, Any] = {
        "language": kept["language"],
        "text": kept["text"],
        "contacts": tuple(Contact(**contact) for contact in kept["contacts"]),
        "masked_text": kept["masked_text"],
        "notices": tuple(kept["notices"]),
        "safety": kept.get("safety") or "",
    }
    citations = tuple(Citation(**citation) for citation in kept["citations"])
    match kept["kind"]:
        case "answer":
            return Answer(**common, **_answer_of(kept), citations=citations)
        case "clarification":
            options = tuple(Option(**option) for option in kept["options"])
            return Clarification(**common, reason=ClarificationReason(kept["reason"]), options=options)
        case "signpost":
            return Signpost(**common, reason=SignpostReason(kept["reason"]))
        case _:
            lines = kept["text"].split("\n\n")[0].split("\n")
            nearest = lines[1] if len(lines) > len(kept["contacts"]) + 1 else ""
            return Escalation(**common, reason=EscalationReason(kept["reason"]), nearest=nearest, citations=citations)


def _answer_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "statements": tuple(_statement_of(statement) for statement in kept["statements"]),
        "missing": tuple(kept["missing"]),
        "valid_on": date.fromisoformat(kept["valid_on"]) if kept["valid_on"] else None,
        "updated_on": date.fromisoformat(kept["updated_on"]) if kept["updated_on"] else None,
        "authority": Authority(**kept["authority"]) if kept["authority"] else None,
        "needs_presence": kept["needs_presence"],
        "counter": Counter(**kept["counter"]) if kept["counter"] else None,
        "related": tuple(Option(**option) for option in kept["related"]),
        # Replies that were kept before there was easy text do not have it.
        "easy": kept.get("easy") or "",
    }


def _statement_of(kept: Mapping[str, Any]) -> Statement:
    own = {"kind": StatementKind(kept["kind"]), "citations": tuple(kept["citations"])}
    return Statement(**{**kept, **own, "links": tuple(Link(**link) for link in kept["links"])})
