"""`/accessibility`: how far the help keeps to WCAG 2.2, criterion by criterion, with the tests that look at it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.api.pages import page_context, site_of
from assistant.api.problems import caller_language
from assistant.api.views import render
from assistant.bootstrap import Service


@dataclass(frozen=True)
class Criterion:
    """A success criterion of WCAG 2.2 at level A or AA: held by tests, judged by hand, both, or about nothing here."""

    number: str
    name: str
    level: str
    tests: tuple[str, ...] = ()
    by_eye: bool = False

    @property
    def checked(self) -> str:
        """Return how it was checked: tests, eye, both (tests hold a part) or none (there is nothing of that kind)."""
        if self.tests:
            return "both" if self.by_eye else "tests"
        return "eye" if self.by_eye else "none"


@cache
def criteria() -> tuple[Criterion, ...]:
    """Return all success criteria of levels A and AA, in their order."""
    table = tomllib.loads(resources.files("assistant.api").joinpath("accessibility.toml").read_text("utf-8"))
    return tuple(
        Criterion(number, one["name"], one["level"], tuple(one.get("tests", ())), one.get("by_eye", False))
        for number, one in table.items()
    )


def create_router(service: Service) -> APIRouter:
    """Return the route."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/accessibility")
    def statement(request: Request, language: str = "", site: str = "") -> HTMLResponse:
        context = page_context(service, site_of(service, site), language or caller_language(request))
        return HTMLResponse(render("accessibility.html", context | _view()))

    return router


def _view() -> dict[str, Any]:
    found = criteria()
    counts = {how: sum(one.checked == how for one in found) for how in ("tests", "both", "eye", "none")}
    return {"criteria": found, "counts": counts, "said": {test: _said(test) for one in found for test in one.tests}}


def _said(test: str) -> str:
    """What a test holds, as a sentence: its name is one."""
    words = test.partition("::")[2].removeprefix("test_").replace("_", " ")
    return words[0].upper() + words[1:]
