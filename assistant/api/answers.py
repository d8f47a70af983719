"""`POST /api/v1/answers`: one question, one reply, nothing kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, field_validator

from assistant.answering.clean import MAX_LENGTH
from assistant.answering.draft import MOMENTS, Question
from assistant.api.problems import PROBLEM, Problem
from assistant.bootstrap import Service
from assistant.domain.reply_json import to_json
from knowledge.language import LANGUAGES


class QuestionBody(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=MAX_LENGTH, description="The citizen's words.")
    language: str | None = Field(None, description="Language of the reply; default: that of the question.")
    site: str | None = Field(None, description="Site that answers.")
    municipality: str | None = Field(None, max_length=100, description="The citizen's municipality.")
    at: datetime | None = Field(None, description="Clock of the answer (hours, holidays, validity); default: now.")

    @field_validator("question")
    @classmethod
    def _has_words(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the question has no words")
        return value


def create_router(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1", tags=["answers"])

    @router.post("/answers", summary="Answer one question; nothing is kept.", responses={422: PROBLEM})
    def answer(body: QuestionBody) -> dict[str, Any]:
        return to_json(service.assistant.answer(_question(service, body)))

    return router


def _question(service: Service, body: QuestionBody) -> Question:
    if body.site is not None and body.site not in service.sites:
        raise Problem(422, "unknown_site", site=body.site)
    if body.language is not None and body.language not in LANGUAGES:
        raise Problem(422, "unknown_language", language=body.language)
    at = body.at or datetime.now(UTC)
    if not MOMENTS[0] <= at.year <= MOMENTS[1]:
        raise Problem(422, "bad_moment")
    return Question(
        body.question,
        service.sites[body.site] if body.site else service.default_site,
        at if at.tzinfo else at.replace(tzinfo=ZoneInfo("Europe/Brussels")),
        body.language,
        body.municipality,
    )
