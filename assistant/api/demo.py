"""`/demo/{site}`: made-up pages of sample sites with the widget; also on a port of their own, as somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.answering.contacts import site_contacts
from assistant.api.problems import Problem, caller_language, install
from assistant.api.scripts import template_text
from assistant.api.views import render
from assistant.sites import Site

_TRY = {
    "regio": (
        "Ik verhuis naar Gent, wat moet ik doen?",
        "Hoeveel kost een nieuwe identiteitskaart?",
        "hij ademt niet meer",
    ),
    "agentschap": ("Mijn identiteitskaart is gestolen", "Je déménage, que dois-je faire ?", "Waar kan ik dansen?"),
    "gemeente": (
        "Wat breng ik mee voor een Kids-ID?",
        "Ben verhuisd en parkeerkaart en huisdier",
        "Waar is het loket?",
    ),
}


def create_router(sites: Mapping[str, Site], service: str = "") -> APIRouter:
    """Return the routes; `service` is the origin of the service where it is another one than that of the pages."""
    router = APIRouter(prefix="/demo", include_in_schema=False)
    samples = {site.id: site for site in sites.values() if site.sample}
    there = service or "'self'"
    policy = (
        f"default-src 'none'; script-src {there}; connect-src {there}; style-src 'self'; img-src 'self'; "
        f"frame-src {there}; base-uri 'none'; form-action 'none'"
    )

    @router.get("")
    def demo() -> Response:
        return RedirectResponse(f"/demo/{next(iter(samples))}")

    @router.get("/page.css")
    def css() -> Response:
        return Response(template_text("demo.css"), media_type="text/css")

    @router.get("/{site}")
    def page(request: Request, site: str, language: str = "", frame: bool = False) -> HTMLResponse:
        if site not in samples:
            raise Problem(404, "not_found")
        own = samples[site]
        shown = own.language_or_default(language or caller_language(request))
        context = {
            "language": shown,
            "site": own,
            "sites": samples,
            "service": service,
            "contacts": site_contacts(own, datetime.now(UTC), shown),
            "questions": _TRY.get(site, ()),
            "frame": frame,
        }
        return HTMLResponse(render("demo.html", context), headers={"Content-Security-Policy": policy})

    return router


def demo_app(sites: Mapping[str, Site], default: Site, service: str) -> FastAPI:
    """Return the application of a second port, on which the pages are those of somebody else."""
    app = FastAPI(title="Demo", docs_url=None, redoc_url=None, openapi_url=None)
    install(app, default)
    app.include_router(create_router(sites, service))

    @app.get("/")
    def start() -> Response:
        return RedirectResponse("/demo")

    return app
