"""`/cases`: without scripts a citizen follows, moves or cancels a request; its reference is posted, in no address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from assistant.api.case_shapes import REFUSALS, problem_of
from assistant.api.cases import NO_STORE, source_of
from assistant.api.pages import page_context, site_of
from assistant.api.problems import caller_language
from assistant.api.views import render
from assistant.bootstrap import Service
from assistant.cases.case_letters import promise, window_line
from assistant.cases.references import EXAMPLE
from assistant.cases.windows import read_start
from assistant.domain.case import Case
from assistant.messages import text

_SHOWN = 100
"""Characters of what was typed that are shown again."""


class CaseForm(BaseModel):
    """What the forms of the page send."""

    reference: str = ""
    act: str = ""
    window: str = ""
    language: str = ""
    site: str = ""


def create_router(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/cases")
    def start(request: Request, language: str = "", site: str = "") -> HTMLResponse:
        return _page(page_context(service, site_of(service, site), language or caller_language(request)))

    @router.post("/cases")
    def follow(request: Request, asked: Annotated[CaseForm, Form()]) -> HTMLResponse:
        context = page_context(service, site_of(service, asked.site), asked.language or caller_language(request))
        case, said = None, ""
        try:
            case = service.cases.seen(asked.reference, source_of(request))
            if asked.act in (acts := _acts(service, case, asked.window)):
                case, said = acts[asked.act](), text(f"case.done_{asked.act}", context["language"])
        except REFUSALS as refused:
            problem = problem_of(refused)
            error = text(f"problem.{problem.key}", context["language"], **problem.values)
            return _page(
                context | {"error": error, "typed": asked.reference[:_SHOWN]},
                _view(service, case, context),
                problem.status,
            )
        return _page(context, _view(service, case, context) | {"said": said})

    return router


def _acts(service: Service, case: Case, window: str) -> dict[str, Callable[[], Case]]:
    cases = service.cases
    return {
        "move": lambda: cases.move(case, read_start(window)),
        "cancel": lambda: cases.cancel(case),
        "yes": lambda: cases.answer(case, solved=True),
        "no": lambda: cases.answer(case, solved=False),
    }


def _view(service: Service, case: Case | None, context: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of a case, nothing where there is none."""
    if case is None:
        return {}
    language = context["language"]
    site = service.sites.get(case.site, service.default_site)
    offered = [(one.start.isoformat(), window_line(one, site, language)) for one in service.cases.windows(case)]
    return {
        "case": case,
        "promise": "" if case.ended else promise(case, site, language),
        "body": site.name,
        "windows": [one for one in offered if case.window is None or one[0] != case.window.start.isoformat()],
        "days": max(1, site.patience.keep.days),
    }


def _page(context: dict[str, Any], view: dict[str, Any] | None = None, status: int = 200) -> HTMLResponse:
    shown = {"case": None, "said": "", "example": EXAMPLE} | context | (view or {})
    return HTMLResponse(render("case.html", shown), status_code=status, headers=NO_STORE)
