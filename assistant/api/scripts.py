"""The scripts of the page, ours alone, and what they are given: its settings and the words of its language."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.answering.clean import MAX_LENGTH
from assistant.api.problems import Problem
from assistant.messages import messages, text
from assistant.sites import Site

SCRIPTS = (
    "talk.js",
    "announcer.js",
    "dom.js",
    "kept.js",
    "menu.js",
    "outbox.js",
    "reply.js",
    "service.js",
    "state_line.js",
    "stream.js",
    "transcript.js",
)
_TABLES = ("talk", "authors")
_WORDS = ("page.empty", "page.too_long", "page.person_question", "conversation.wiped")
_REPLY_TABLES = ("sections", "levels")
_REPLY_WORDS = (
    *(f"answer.{key}" for key in ("counter", "partial", "source", "sources", "updated_on", "valid_on", "who")),
    "page.from_computer",
    "signpost.after_danger",
    "clarification.other",
    "talk.long_reply",
)


def create_router() -> APIRouter:
    """Return the route of the scripts; a browser asks each time whether its copy is still the one of this program."""
    router = APIRouter(prefix="/static", include_in_schema=False)

    @router.get("/{name}.js")
    def script(request: Request, name: str) -> Response:
        if f"{name}.js" not in SCRIPTS:
            raise Problem(404, "not_found")
        content, tag = _script(f"{name}.js")
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/javascript", headers=headers)

    return router


def settings_of_talk(site: Site, language: str, *, chosen: bool) -> dict[str, Any]:
    """Return what the scripts must know; `chosen` says whether the citizen chose the language of the page."""
    return {
        "site": site.id,
        "language": language,
        "chosen": chosen,
        "max": MAX_LENGTH,
        "phone": site.phone.number,
        "file": text("talk.log", language),
    }


def words_of_talk(site: Site, language: str) -> dict[str, str]:
    """Return the words that the scripts show around the conversation."""
    words = _words(language, _TABLES, _WORDS)
    days = max(1, round(site.patience.keep.total_seconds() / 86_400))
    return words | {"conversation.privacy": text("conversation.privacy", language, days=days)}


def words_of_replies(site: Site) -> dict[str, dict[str, str]]:
    """Return the words inside a reply by language: a reply may be in another language than the page around it."""
    return {language: _words(language, _REPLY_TABLES, _REPLY_WORDS) for language in site.languages}


def _words(language: str, tables: tuple[str, ...], keys: tuple[str, ...]) -> dict[str, str]:
    return {key: value for key, value in messages(language).items() if key.split(".")[0] in tables or key in keys}


@cache
def _script(name: str) -> tuple[bytes, str]:
    content = resources.files("assistant").joinpath("templates", name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'
