"""`GET /api/v1/pages/{page_id}`: all that a page tells, by section, for who wants to read on after an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request

from assistant.answering.replies import page_title
from assistant.api.pages import pages_shown
from assistant.api.problems import PROBLEM, Problem, caller_language
from assistant.api.wishes import wished_language
from assistant.bootstrap import Service


def create_router(service: Service) -> APIRouter:
    """Return the route."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((404, 422), PROBLEM)
    router = APIRouter(prefix="/api/v1", tags=["conversations"], responses=problems)

    @router.get("/pages/{page_id}", summary="What a page that citizens may see tells, in a language that it has.")
    def page(request: Request, page_id: str, language: str | None = None) -> dict[str, Any]:
        found = pages_shown(service, [page_id], datetime.now(UTC)).get(page_id)
        if found is None:
            raise Problem(404, "not_found")
        own, wished = found.service, wished_language(language) or caller_language(request)
        shown = next((code for code in (wished, "nl") if code in own.languages), own.languages[0])
        return {
            "page_id": page_id,
            "revision": found.revision,
            "title": page_title(own, shown),
            "language": shown,
            "updated_on": found.updated_on.date().isoformat(),
            "easy": own.easy.get(shown),
            "sections": [
                {
                    "kind": section.kind.value,
                    "heading": section.heading,
                    "sentences": [sentence.text for sentence in section.sentences],
                }
                for section in own.sections
                if section.language == shown
            ],
        }

    return router
