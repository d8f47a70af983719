"""`POST /api/v1/answers`: one question, one reply, nothing kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, field_validator

from assistant.answering.clean import MAX_LENGTH
from assistant.answering.draft import Question
from assistant.api.problems import PROBLEM
from assistant.api.wishes import wished_language, wished_moment, wished_site
from assistant.bootstrap import Service
from assistant.domain.reply_json import to_json


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
    return Question(
        body.question,
        wished_site(service, body.site),
        wished_moment(body.at),
        wished_language(body.language),
        body.municipality,
    )
