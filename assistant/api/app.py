"""The web application: routes, and the threads that answer, deliver and keep the index up with the database."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from assistant.api import (
    accessibility,
    answers,
    case_page,
    cases,
    chat,
    conversations,
    counters,
    demo,
    desk,
    desk_cases,
    desk_history,
    desk_page,
    desk_stream,
    desk_suggestions,
    embedding,
    feedback,
    handover,
    page_sections,
    pages,
    problems,
    scripts,
    staff,
)
from assistant.api.door import Door
from assistant.api.headers import Packed, SafeHeaders
from assistant.api.limits import BodyLimit
from assistant.api.origins import CitizenOrigins
from assistant.api.stopping import when_told_to_stop
from assistant.bootstrap import Service
from assistant.commands.health import checks
from assistant.conversations.delivery import Delivery
from assistant.settings import Settings
from knowledge.index_lock import IndexBusy

log = logging.getLogger(__name__)

_FOLLOW_SECONDS = 0.5


def from_environment() -> FastAPI:
    """Return the application for the installation that the environment describes; every process makes its own."""
    return create_app(Service(Settings.from_environment()))


def create_app(service: Service, *, works: bool = True) -> FastAPI:
    """Return the application for one installation; with `works` this process also answers conversations."""
    delivery = Delivery(service.log)
    background = service.background(works=works)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        follower = threading.Thread(target=_follow, args=(service, stop), name="index-follower", daemon=True)
        follower.start()
        delivery.start(asyncio.get_running_loop())
        background.start()
        with when_told_to_stop(delivery.stop):
            yield
        stop.set()
        delivery.stop()
        await asyncio.to_thread(background.stop)
        await asyncio.to_thread(delivery.join)
        follower.join(timeout=10)

    app = FastAPI(title="Wegwijzer", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.delivery = delivery
    problems.install(app, service.default_site)
    _include(app, service, delivery)
    app.add_middleware(Packed)
    app.add_middleware(BodyLimit)
    app.add_middleware(CitizenOrigins, service=service)
    app.add_middleware(SafeHeaders)
    _add_operations(app, service)
    return app


def _include(app: FastAPI, service: Service, delivery: Delivery) -> None:
    door = Door(service.accounts)
    routers = [
        accessibility.create_router(service),
        answers.create_router(service),
        conversations.create_router(service, delivery),
        counters.create_router(service),
        cases.create_router(service),
        case_page.create_router(service),
        handover.create_router(service),
        staff.create_router(service, door),
        desk.create_router(service, door),
        desk_cases.create_router(service, door),
        desk_stream.create_router(service, door, delivery),
        desk_history.create_router(service, door),
        desk_suggestions.create_router(service, door),
        embedding.create_router(service),
        feedback.create_router(service),
        pages.create_router(service),
        page_sections.create_router(service),
        chat.create_router(service, delivery),
        desk_page.create_router(),
        scripts.create_router(),
        *([demo.create_router(service.sites)] if service.settings.demo else []),
    ]
    # The routers say all of their routes themselves; to include them would have each route analysed a second time.
    app.router.routes.extend(route for router in routers for route in router.routes)


def _add_operations(app: FastAPI, service: Service) -> None:
    @app.get("/healthz", tags=["operations"], summary="The process is alive.")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", tags=["operations"], summary="The parts it needs work; says which do not.")
    def readyz() -> JSONResponse:
        found = checks(service)
        # Without vectors words still answer, at the stricter threshold: less good, but ready. A mail can wait.
        ready = all(check["ok"] for check in found if check["name"] not in {"vectors", "mails"})
        # Paths and versions are for the operator (`doctor`), not for whoever asks.
        parts = [{name: check[name] for name in ("name", "ok", "mend")} for check in found]
        body = {"status": "ready" if ready else "not ready", "checks": parts}
        return JSONResponse(body, status_code=200 if ready else 503)


def _follow(service: Service, stop: threading.Event) -> None:
    """Do what editors planned and follow the change log, until told to stop; one process does it at a time."""
    while True:
        try:
            for plan, why in service.revisions.run_due(datetime.now(UTC)):
                if why:
                    log.warning("what was planned for page %s was not done: %s", plan.page_id, why)
            service.index.update()
        except IndexBusy:
            pass
        # The follower must live: what went wrong is logged, and tried again.
        except Exception as error:
            log.error("the index could not follow: %s", type(error).__name__)
        if stop.wait(_FOLLOW_SECONDS):
            return
