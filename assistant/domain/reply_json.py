"""One reply as the JSON object of the interface: every key always present, null or [] where there is nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, assert_never

from assistant.domain.reply import Answer, Clarification, Escalation, Reply, Signpost, Statement

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
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {**asdict(statement), "kind": statement.kind.value}
