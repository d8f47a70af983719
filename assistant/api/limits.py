"""No request may be larger than a message can be: what is larger is not read."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64 * 1024
"""Bytes of a request; the longest message in any script fits."""


class BodyLimit:
    """Refuses with 413, which becomes a problem document like every other error."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        size = int(announced) if announced.isascii() and announced.isdigit() else 0

        async def receive_at_most() -> Message:
            nonlocal size
            if size > MAX_BODY:
                raise HTTPException(413)
            message = await receive()
            if not announced:
                size += len(message.get("body", b""))
                if size > MAX_BODY:
                    raise HTTPException(413)
            return message

        await self._app(scope, receive_at_most, send)
