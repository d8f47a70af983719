"""What the assistant would answer, for the agent who decides, and what the agent says would have been right."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from assistant.accounts.engine import Login
from assistant.answering.clean import MAX_LENGTH
from assistant.api.door import Door, store_nothing
from assistant.api.problems import PROBLEM, Problem
from assistant.assist.suggestions import Suggestion
from assistant.bootstrap import Service
from assistant.domain.conversation import Author
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

    @router.post(
        "/conversations/{id}/corrections",
        summary="Say which page answers what the citizen asked: from then on people may ask for it so.",
    )
    def correct(id: str, body: Correction, login: Login = Depends(door.somebody)) -> dict[str, bool]:
        conversation, handover = service.desk.see(login.account, id)
        said = [one for one in service.desk.events(handover) if one.seq == body.seq and one.author is Author.CITIZEN]
        if not said:
            raise Problem(404, "no_answer")
        if body.page_id not in service.pages.headers([body.page_id]):
            raise Problem(404, "unknown_service")
        return {"counts": service.learning.corrected(conversation, said[0], body.page_id, login.account.username)}

    return router


class Correction(BaseModel):
    """The citizen's message, and the page that answers it."""

    seq: int
    page_id: str = Field(max_length=200)


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
