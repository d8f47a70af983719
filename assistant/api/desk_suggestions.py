"""`/api/v1/desk/conversations/{id}/suggestions`: what the assistant would answer, for the agent who decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from assistant.accounts.account import Role
from assistant.accounts.engine import Login
from assistant.answering.clean import MAX_LENGTH
from assistant.api.door import Door, store_nothing
from assistant.api.problems import PROBLEM
from assistant.assist.suggestions import Suggestion
from assistant.bootstrap import Service
from assistant.domain.conversation import Conversation, Event, Status
from assistant.domain.reply_json import to_json
from assistant.store.rows import NotThere

Seen = Callable[[Login, str], tuple[Conversation, list[Event]]]
"""The conversation of an id and the events that this log-in may see. Raises NotThere."""


def create_router(service: Service, door: Door, seen: Seen) -> APIRouter:
    """Return the routes; `seen` says who may see what of a conversation."""
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
        conversation, events = seen(login, id)
        if question.strip():
            return _json(service.suggestions.to_question(conversation, question))
        return _json(service.suggestions.to_newest(conversation, events))

    return router


def seen_by_its_agent(service: Service) -> Seen:
    """Return who may see what: the agent who has a conversation, and the supervisors of its site, all of it."""

    def seen(login: Login, conversation_id: str) -> tuple[Conversation, list[Event]]:
        found = service.conversation_store.find(conversation_id)
        if found is None or not _may_see(login, found):
            raise NotThere
        return found, service.conversation_store.events(conversation_id)

    return seen


def _may_see(login: Login, conversation: Conversation) -> bool:
    account = login.account
    theirs = conversation.status is Status.WITH_AGENT and conversation.agent == account.username
    has = theirs and account.may(Role.AGENT, conversation.site)
    return has or account.may(Role.SUPERVISOR, conversation.site)


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
