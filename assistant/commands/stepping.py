"""One answering step alone: what it makes of a question, as `wegwijzer step NAME "text"` shows it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from assistant.answering.draft import Draft
from assistant.answering.mask import mask_text
from assistant.domain.reply_json import to_json
from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from assistant.answering.draft import Question
    from assistant.bootstrap import Service

_MAY_END = {"danger", "intent", "split", "decide"}
"""Steps that the ones after them do without: they would end here what is to be looked at there."""


def run_step(service: Service, question: Question, name: str) -> dict[str, Any]:
    """Return the draft or the reply after a step and those that it needs, personal data masked. Raises NamedFailure."""
    steps = service.assistant.steps
    if name not in steps:
        raise NamedFailure(f"step: {name!r} is not one of {', '.join(steps)}.")
    draft = Draft(question, question.text, question.site.language_or_default(question.language))
    for one, step in steps.items():
        if one in _MAY_END and one != name:
            continue
        result = step(draft)
        if not isinstance(result, Draft):
            return {"step": one, "draft": None, "reply": to_json(result)}
        draft = result
        if one == name:
            break
    shown = draft if draft.masking_done else replace(draft, text=mask_text(draft.text))
    return {"step": name, "draft": _as_json(shown), "reply": None}


def _as_json(draft: Draft) -> dict[str, Any]:
    composed = draft.composed
    return {
        "text": draft.text,
        "language": draft.language,
        "masked": draft.masked,
        "wish": asdict(draft.wish) if draft.wish else None,
        "candidates": [
            {
                "source_id": one.page.source_id,
                "language": one.hit.language,
                "score": one.hit.score,
                "lexical": one.hit.lexical,
                "share": one.hit.share,
                "cosine": one.hit.cosine,
            }
            for one in draft.candidates
        ],
        "statements": [asdict(one) for one in composed.statements] if composed else [],
        "citations": [asdict(one) for one in composed.citations] if composed else [],
        "missing": list(composed.missing) if composed else [],
        "confidence": draft.confidence,
    }
