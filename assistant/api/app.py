"""The web application: routes, headers, and the thread that keeps the index up with the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from assistant.api import answers, pages, problems
from assistant.bootstrap import Service
from assistant.commands.health import checks
from knowledge.index import IndexBusy

log = logging.getLogger(__name__)

_FOLLOW_SECONDS = 0.5
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(service: Service) -> FastAPI:
    """Return the application for one installation."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        follower = threading.Thread(target=_follow, args=(service, stop), name="index-follower", daemon=True)
        follower.start()
        yield
        stop.set()
        follower.join(timeout=10)

    app = FastAPI(title="Wegwijzer", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app, service.default_site)
    app.include_router(answers.create_router(service))
    app.include_router(pages.create_router(service))

    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.get("/healthz", tags=["operations"], summary="The process is alive.")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", tags=["operations"], summary="The parts it needs work; says which do not.")
    def readyz() -> JSONResponse:
        found = checks(service)
        # Without vectors words still answer, at the stricter threshold: less good, but ready.
        ready = all(check["ok"] for check in found if check["name"] != "vectors")
        # Paths and versions are for the operator (`doctor`), not for whoever asks.
        parts = [{name: check[name] for name in ("name", "ok", "mend")} for check in found]
        body = {"status": "ready" if ready else "not ready", "checks": parts}
        return JSONResponse(body, status_code=200 if ready else 503)

    return app


def _follow(service: Service, stop: threading.Event) -> None:
    """Follow the change log until told to stop; one process does it at a time, the others only read."""
    while True:
        try:
            service.index.update()
        except IndexBusy:
            pass
        # The follower must live: what went wrong is logged, and tried again.
        except Exception as error:
            log.error("the index could not follow: %s", type(error).__name__)
        if stop.wait(_FOLLOW_SECONDS):
            return
