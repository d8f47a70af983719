"""Errors as RFC 9457 problem documents, in the caller's language, with a way to a person."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from assistant.answering.clean import MAX_LENGTH
from assistant.api.limits import MAX_BODY
from assistant.messages import text
from assistant.sites import Site
from assistant.store.rows import NotThere
from knowledge.language import LANGUAGES

PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457), in the caller's language.",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}
"""How OpenAPI describes an error."""


class Problem(Exception):  # noqa: N818 - the name of RFC 9457
    """A request that cannot be served; `key` names the words, `values` fill them, `more` is told beside them."""

    def __init__(
        self,
        status: int,
        key: str,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        **values: object,
    ) -> None:
        """`more` are members of the document beside its words."""
        super().__init__(key)
        self.status, self.key, self.headers, self.values = status, key, headers or {}, values
        self.more = more or {}


def install(app: FastAPI, site: Site) -> None:
    """Turn every error of `app` into a problem document."""

    @app.exception_handler(Problem)
    def _problem(request: Request, problem: Problem) -> JSONResponse:
        words = text(f"problem.{problem.key}", caller_language(request), **problem.values)
        response = respond(request, problem.status, words, **problem.more)
        response.headers.update(problem.headers)
        return response

    @app.exception_handler(NotThere)
    def _not_there(request: Request, _error: NotThere) -> JSONResponse:
        # The same words for what never was, what was erased, and what belongs to somebody else.
        return respond(request, 404, text("problem.no_conversation", caller_language(request)))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"field": ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]), "why": one["msg"]}
            for one in error.errors()
        ]
        detail = _invalid_words(errors[0]["field"], caller_language(request))
        # What was sent is not repeated: it may hold personal data.
        return respond(request, 422, detail, errors=jsonable_encoder(errors))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        return respond(request, error.status_code, _http_words(error, caller_language(request)))

    @app.exception_handler(Exception)
    def _server(request: Request, _error: Exception) -> Response:
        language = caller_language(request)
        words = text("problem.server", language, phone=site.phone.number)
        if request.url.path.startswith("/api/"):
            return respond(request, 500, words)
        # A citizen's page that fails still shows the phone, without the templates that may have failed.
        page = f'<!doctype html><html lang="{language}"><title>{escape(site.name)}</title><p>{escape(words)}</p>'
        return HTMLResponse(page, status_code=500)


def _http_words(error: HTTPException, language: str) -> str:
    match error.status_code:
        case 404:
            return text("problem.not_found", language)
        case 405:
            return text("problem.method", language)
        case 413:
            return text("problem.too_large", language, max=MAX_BODY)
        case _:
            return str(error.detail)


def _invalid_words(field: str, language: str) -> str:
    """What is wrong with a request, in the caller's language; the library's own English stays in `errors`."""
    if field == "question":
        return text("problem.question_required", language, max=MAX_LENGTH)
    if field == "text":
        return text("problem.message_required", language, max=MAX_LENGTH)
    if field == "client_id":
        return text("problem.client_id", language, max=64)
    if field == "near":
        return text("problem.near", language, max=100)
    if field == "address":
        return text("problem.bad_address", language)
    if field == "at":
        return text("problem.bad_moment", language)
    return text("problem.invalid", language, field=field, why="").strip()


def respond(request: Request, status: int, detail: str, **more: Any) -> JSONResponse:
    """Return a problem document."""
    body = {"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status, "detail": detail, **more}
    headers = {"Content-Language": caller_language(request)}
    return JSONResponse(body, status_code=status, headers=headers, media_type="application/problem+json")


def caller_language(request: Request) -> str:
    """Return the most wished language of Accept-Language (RFC 9110) that has words, Dutch otherwise."""
    wished: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.partition(";q=")
        code = tag.strip().lower().split("-")[0]
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if code in LANGUAGES:
            wished.append((-weight, code))
    # The first of the most wished ones: sorting is stable.
    return min(wished, key=lambda wish: wish[0])[1] if wished else "nl"


_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Server Error",
    503: "Service Unavailable",
}
