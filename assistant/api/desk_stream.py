"""`/api/v1/desk/stream`: one stream of server-sent events for all that an agent follows.

`desk` is the whole desk: at once, when it changed (at most once a second), and now and then; `message` and `typing` are
of the agent's own conversations. What a reader missed is in the desk that comes first; ask for the conversation again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from assistant.accounts.engine import Login
from assistant.api.desk import staff_of_a_desk
from assistant.api.desk_views import desk_json
from assistant.api.door import Door
from assistant.api.problems import Problem
from assistant.bootstrap import Service
from assistant.conversations.delivery import Delivery
from assistant.conversations.subscriptions import DeskSubscription

_LIFE = 600.0
_AGAIN = 15.0
"""Seconds after which the desk is sent again though nothing was heard: waits grow, colleagues leave."""
_AT_MOST = 1.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def create_router(service: Service, door: Door, delivery: Delivery) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
    who = staff_of_a_desk(service, door)

    @router.get("/stream", summary="The desk as it changes (server-sent events).")
    async def stream(request: Request) -> StreamingResponse:
        login = await run_in_threadpool(who, request)
        return _DeskStream(service, door, request, login, delivery)

    return router


class _DeskStream(StreamingResponse):
    """One open stream of an agent; its subscription is gone when the response is."""

    media_type = "text/event-stream"

    def __init__(self, service: Service, door: Door, request: Request, login: Login, delivery: Delivery) -> None:
        self._service, self._door, self._request, self._login = service, door, request, login
        self._delivery, self._desk = delivery, delivery.open_desk()
        super().__init__(self._lines(self._desk), headers=_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._delivery.close_desk(self._desk)

    async def _lines(self, desk: DeskSubscription) -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        ends, sent = monotonic() + _LIFE, 0.0
        while monotonic() < ends:
            if desk.stale or monotonic() - sent >= _AGAIN:
                await asyncio.sleep(max(0.0, sent + _AT_MOST - monotonic()))
                desk.stale, sent = False, monotonic()
                found = await run_in_threadpool(self._look)
                if found is None:
                    return
                yield f"event: desk\ndata: {json.dumps(found, ensure_ascii=False)}\n\n"
                desk.follow(frozenset(one["conversation_id"] for one in found["mine"]))
            try:
                heard = await desk.next(_AGAIN)
            except TimeoutError:
                continue
            if heard is None:
                return
            if heard.data:
                yield heard.data

    def _look(self) -> dict[str, Any] | None:
        """Return the desk, None where its agent is logged in no more."""
        try:
            return desk_json(self._service, self._door.somebody(self._request))
        except Problem:
            return None
