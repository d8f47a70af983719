"""The scripts and style sheets of the pages, ours alone, and what they are given: settings, words of a language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.answering.clean import MAX_LENGTH
from assistant.api.bundle import bundled
from assistant.api.problems import Problem
from assistant.messages import messages, text
from assistant.sites import Site

BUNDLES = {"citizen.js": "citizen/citizen.js", "page.js": "citizen/page.js"}
"""What is served as one file, and the module that it begins with."""
_MEDIA = {"js": "text/javascript", "css": "text/css"}
_TABLES = ("talk", "authors", "widget", "person")
_WORDS = (
    *(
        f"page.{key}"
        for key in ("disclosure", "empty", "input", "language", "new_question", "person", "sample", "send")
    ),
    *(f"page.{key}" for key in ("send", "skip", "title", "too_long")),
    "access.title",
    "conversation.wiped",
    "counter.appointment",
    "counter.days",
    "escalation.asked_for_person",
)
_REPLY_TABLES = ("sections", "levels")
_REPLY_WORDS = (
    *(f"answer.{key}" for key in ("counter", "easy", "partial", "source", "source_text", "sources", "updated_on")),
    *(f"answer.{key}" for key in ("more", "no_more", "no_more_now", "valid_on", "who", "why", "word_for_word")),
    *(f"answer.{key}" for key in ("step_back", "step_next", "step_of", "steps_all", "steps_one")),
    "page.from_computer",
    "page.person",
    "widget.hide",
    "widget.related",
    "signpost.after_danger",
    "clarification.other",
    "talk.long_reply",
)


def create_router() -> APIRouter:
    """Return the routes of the files; a browser asks each time whether its copy is still the one of this program."""
    router = APIRouter(include_in_schema=False)

    @router.get("/widget/{path:path}")
    def widget(request: Request, path: str) -> Response:
        if path not in BUNDLES and path not in widget_files():
            raise Problem(404, "not_found")
        return _served(request, path)

    return router


@cache
def template_text(name: str) -> str:
    """Return the text of a template or a style sheet beside the templates."""
    return resources.files("assistant").joinpath("templates", name).read_text("utf-8")


@cache
def widget_files() -> frozenset[str]:
    """Return the scripts and style sheets of the package `widget`, as paths in it."""
    return frozenset(_files(resources.files("widget"), ""))


def _files(folder: Traversable, path: str) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{path}{entry.name}/")
        elif entry.name.rpartition(".")[2] in _MEDIA:
            yield path + entry.name


def _served(request: Request, path: str) -> Response:
    content, tag = _file(path)
    # A module is asked for with CORS by a page of another origin; there is nothing secret in it.
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_MEDIA[path.rpartition(".")[2]], headers=headers)


def settings_of_talk(site: Site, language: str, *, chosen: bool, mails: bool) -> dict[str, Any]:
    """Return what the scripts must know; `chosen` says whether the citizen chose the language of the page."""
    return {
        "site": site.id,
        "name": site.name,
        "languages": list(site.languages),
        "language": language,
        "chosen": chosen,
        "max": MAX_LENGTH,
        "phone": site.phone.number,
        "file": text("talk.log", language),
        "mails": mails,
        "feedback": site.embed.feedback,
        "municipality": site.scope.municipality,
    }


def words_of_talk(site: Site, language: str) -> dict[str, str]:
    """Return the words that the scripts show around the conversation."""
    words = words_in(language, _TABLES, _WORDS)
    days = max(1, round(site.patience.keep.total_seconds() / 86_400))
    return words | {"conversation.privacy": text("conversation.privacy", language, days=days)}


def words_of_replies(languages: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the words inside a reply by language: a reply may be in another language than the page around it."""
    return {language: words_in(language, _REPLY_TABLES, _REPLY_WORDS) for language in languages}


def words_in(language: str, tables: tuple[str, ...], keys: tuple[str, ...]) -> dict[str, str]:
    """Return all words of some tables, and some words of others, as "table.name" -> words."""
    return {key: value for key, value in messages(language).items() if key.split(".")[0] in tables or key in keys}


@cache
def _file(path: str) -> tuple[bytes, str]:
    bundle = BUNDLES.get(path)
    content = bundled(bundle).encode() if bundle else resources.files("widget").joinpath(*path.split("/")).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'
