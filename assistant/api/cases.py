"""`/api/v1/cases/{reference}`: the citizen sees how far it is, moves or cancels it, says whether it is solved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from assistant.api.case_shapes import case_json, done, window_json
from assistant.api.problems import PROBLEM
from assistant.bootstrap import Service
from assistant.domain.case import Case, Window

NO_STORE = {"Cache-Control": "no-store"}


class WindowBody(BaseModel):
    """A moment as it was offered."""

    model_config = ConfigDict(extra="forbid")

    start: AwareDatetime
    end: AwareDatetime


class CaseWish(BaseModel):
    """What a citizen wants with a case: one of the two."""

    model_config = ConfigDict(extra="forbid")

    window: WindowBody | AwareDatetime | None = Field(None, description="Another moment, as offered, or its start.")
    solved: bool | None = Field(None, description="Whether it is solved; no opens it again.")

    @model_validator(mode="after")
    def _one(self) -> CaseWish:
        if (self.window is None) == (self.solved is None):
            raise ValueError("give either window or solved")
        return self


def wished_window(body: WindowBody | datetime) -> Window | datetime:
    """Return the moment that was chosen."""
    return Window(body.start, body.end) if isinstance(body, WindowBody) else body


def source_of(request: Request) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client else ""


def create_router(service: Service) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((404, 409, 422, 429), PROBLEM)
    router = APIRouter(prefix="/api/v1", tags=["cases"], responses=problems)
    cases = service.cases

    def opened(request: Request, reference: str) -> Case:
        return done(lambda: cases.seen(reference, source_of(request)))

    def shown(response: Response, case: Case) -> dict[str, Any]:
        response.headers.update(NO_STORE)
        body = service.sites.get(case.site, service.default_site).name
        return case_json(case, body) | {"windows": [window_json(one) for one in cases.windows(case)]}

    @router.get("/cases/{reference}", summary="How far a call-back or a ticket is; its reference is what opens it.")
    def see(request: Request, response: Response, reference: str) -> dict[str, Any]:
        return shown(response, opened(request, reference))

    @router.patch("/cases/{reference}", summary="Choose another moment for a call-back, or say whether it is solved.")
    def change(request: Request, response: Response, reference: str, body: CaseWish) -> dict[str, Any]:
        case = opened(request, reference)
        if body.window is not None:
            chosen = wished_window(body.window)
            return shown(response, done(lambda: cases.move(case, chosen)))
        return shown(response, done(lambda: cases.answer(case, solved=bool(body.solved))))

    @router.delete("/cases/{reference}", status_code=204, summary="Cancel it.")
    def cancel(request: Request, reference: str) -> None:
        case = opened(request, reference)
        done(lambda: cases.cancel(case))

    return router
