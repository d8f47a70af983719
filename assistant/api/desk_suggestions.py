"""`/api/v1/desk/conversations/{id}/suggestions`: what the assistant would answer, for the agent who decides."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from assistant.accounts.engine import Login
from assistant.answering.clean import MAX_LENGTH
from assistant.api.door import Door, store_nothing
from assistant.api.problems import PROBLEM
from assistant.assist.suggestions import Suggestion
from assistant.bootstrap import Service
from assistant.domain.reply_json import to_json


def create_router(service: Service, door: Door) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 422), PROBLEM)
    router = APIRouter(prefix="/api/v1/desk", tags=["desk"], responses=problems, dependencies=[Depends(store_nothing)])

    @router.get(
        "/conversations/{id}/suggestions",
        summary="The assistant's reply to the citizen's newest question or to another one; nothing is stored.",
    )
    def suggestions(
        id: str,
        question: Annotated[str, Query(max_length=MAX_LENGTH)] = "",
        login: Login = Depends(door.somebody),
    ) -> dict[str, Any]:
        conversation, handover = service.desk.see(login.account, id)
        if question.strip():
            return _json(service.suggestions.to_question(conversation, question))
        return _json(service.suggestions.to_newest(conversation, service.desk.events(handover)))

    return router


def _json(suggestion: Suggestion) -> dict[str, Any]:
    second = suggestion.why.second
    return {
        "seq": suggestion.seq,
        "question": suggestion.question,
        "reply": to_json(suggestion.reply) if suggestion.reply is not None else None,
        "certainty": suggestion.certainty.value,
        "why": {
            "words": list(suggestion.why.words),
            "section": suggestion.why.section,
            "second": {"title": suggestion.second_title, "page_id": second.page_id} if second else None,
        },
    }
