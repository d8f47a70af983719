"""`GET /api/v1/widget`: what the widget of a site shows in a language: its words, its contacts, its colour."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from assistant.answering.contacts import site_contacts
from assistant.api.origins import check_origin
from assistant.api.problems import PROBLEM, caller_language
from assistant.api.scripts import settings_of_talk, words_of_replies, words_of_talk
from assistant.api.wishes import wished_language, wished_site
from assistant.bootstrap import Service
from assistant.messages import text


def create_router(service: Service) -> APIRouter:
    """Return the route."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((403, 422), PROBLEM)
    router = APIRouter(prefix="/api/v1", tags=["conversations"], responses=problems)

    @router.get("/widget", summary="What the widget of a site shows in a language.")
    def widget(
        request: Request, response: Response, site: str | None = None, language: str | None = None
    ) -> dict[str, Any]:
        own = wished_site(service, site)
        check_origin(service, request, own)
        # Hours go by: what is open is as of now.
        response.headers["Cache-Control"] = "no-cache"
        shown = own.language_or_default(wished_language(language) or caller_language(request))
        return {
            "settings": settings_of_talk(own, shown, chosen=False, mails=service.settings.mail is not None),
            "title": text("page.title", shown, org=own.name),
            "sample": own.sample,
            "style": {"brand": own.style.accent, "logo": own.style.logo},
            "contacts": [asdict(contact) for contact in site_contacts(own, datetime.now(UTC), shown)],
            "words": words_of_talk(own, shown),
            "replies": words_of_replies(own.languages),
        }

    return router
