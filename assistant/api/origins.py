"""Which pages of others may use the service: by site, none but our own unless the site file names them."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.problems import Problem
from assistant.bootstrap import Service
from assistant.sites import Site

_FOR_CITIZENS = (
    "/api/v1/conversations",
    "/api/v1/resume",
    "/api/v1/counters",
    "/api/v1/widget",
    "/api/v1/cases",
    "/api/v1/pages",
)
_METHODS = ("GET", "POST", "PATCH", "DELETE")
_HEADERS = ("Authorization", "Content-Type", "Last-Event-ID", "Accept-Language")
_AN_HOUR = 3600


def origins_of(service: Service, site: Site) -> tuple[str, ...]:
    """Return the origins of others whose pages may show a site; the demo shows the sample sites."""
    demo = service.settings.demo
    return (*site.embed.origins, *((demo,) if demo and site.sample else ()))


def check_origin(service: Service, request: Request, site: Site) -> None:
    """Let a page begin only with a site that may stand on it. Raises Problem 403."""
    origin = request.headers.get("origin")
    if origin is None or _is_ours(request, origin) or origin.lower() in origins_of(service, site):
        return
    raise Problem(403, "origin", origin=origin[:200])


def _is_ours(request: Request, origin: str) -> bool:
    # Behind a proxy that ends TLS we see another scheme than the browser: the host tells.
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


class CitizenOrigins:
    """CORS for what citizens use, without cookies: a token opens a conversation. Staff use our own pages alone."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        allowed = sorted({origin for site in service.sites.values() for origin in origins_of(service, site)})
        self._with_cors = CORSMiddleware(
            app,
            allow_origins=allowed,
            allow_methods=_METHODS,
            allow_headers=_HEADERS,
            expose_headers=("Retry-After",),
            max_age=_AN_HOUR,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        citizen = any(path == one or path.startswith(f"{one}/") for one in _FOR_CITIZENS)
        await (self._with_cors if citizen else self._app)(scope, receive, send)
