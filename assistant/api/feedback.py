"""`POST /api/v1/conversations/{id}/feedback`: whether an answer helped, where the site follows it up."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.conversations import Token
from assistant.api.problems import PROBLEM, Problem
from assistant.bootstrap import Service
from assistant.clock import now
from assistant.conversations.words import masked_line
from assistant.store.feedback import Feedback

_LONGEST = 1000


class Reason(StrEnum):
    """What is wrong with an answer."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"


class Said(BaseModel):
    """What a citizen says of an answer."""

    model_config = ConfigDict(extra="forbid")

    seq: int = Field(ge=1, le=2**31 - 1, description="Number of the answer.")
    useful: bool
    reason: Reason | None = None
    comment: str | None = Field(None, max_length=_LONGEST, description="Personal data in it is masked.")


def create_router(service: Service) -> APIRouter:
    """Return the route."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 409, 422), PROBLEM)
    router = APIRouter(prefix="/api/v1/conversations/{id}", tags=["conversations"], responses=problems)

    @router.post("/feedback", status_code=204, summary="Whether an answer helped; saying it again replaces it.")
    def feedback(id: str, body: Said, token: Token) -> None:
        conversation = service.conversations.opened(id, token)
        site = service.conversations.site_of(conversation)
        if site is None or not site.embed.feedback:
            # What nobody reads is not asked for, and not kept.
            raise Problem(409, "no_feedback")
        reason = body.reason.value if body.reason and not body.useful else None
        comment = masked_line(body.comment, _LONGEST) or ""
        if not service.feedback.keep(Feedback(id, body.seq, now(), body.useful, reason, comment)):
            raise Problem(422, "no_answer")

    return router
