"""`/desk`: the page on which staff take conversations over; all it shows comes from the staff API, asked by scripts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.answering.clean import MAX_LENGTH
from assistant.api.problems import caller_language
from assistant.api.scripts import words_in, words_of_replies
from assistant.api.views import render
from knowledge.language import LANGUAGES

_TABLES = ("desk", "themes")
_WORDS = (
    *(f"talk.{key}" for key in ("again", "discard", "log", "not_sent", "offline", "online", "sending", "sent")),
    "conversation.wiped",
    "page.too_long",
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}
"""No page of somebody else may show the desk in a frame of its own."""


def create_router() -> APIRouter:
    """Return the route."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/desk")
    def desk(request: Request, language: str = "") -> HTMLResponse:
        shown = language if language in LANGUAGES else caller_language(request)
        return HTMLResponse(render("desk.html", _context(shown)), headers=_HEADERS)

    return router


def _context(language: str) -> dict[str, Any]:
    return {
        "language": language,
        "languages": LANGUAGES,
        "desk_settings": {"language": language, "languages": LANGUAGES, "max": MAX_LENGTH},
        "desk_words": words_in(language, _TABLES, _WORDS),
        "reply_words": words_of_replies(LANGUAGES),
    }
