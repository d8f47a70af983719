"""What is done to responses as they leave: headers that all of them carry, and the packing of what a page loads."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


_PACKED = ("/widget/", "/api/v1/widget")
"""Scripts, styles and words: they hold nothing of a citizen, so that their packed size tells nothing of one."""


class Packed:
    """Sends packed what every page with the help loads; the rest, streams among it, passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain, self._packing = app, GZipMiddleware(app, minimum_size=1000, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        packs = scope["type"] == "http" and scope["path"].startswith(_PACKED)
        await (self._packing if packs else self._plain)(scope, receive, send)


class SafeHeaders:
    """Forbids a browser what our pages do not need; bodies are not touched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
