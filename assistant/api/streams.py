"""Server-sent events: what was missed from the log, then what is new as it comes; resumed with Last-Event-ID."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from time import monotonic

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from assistant.conversations.delivery import Delivery
from assistant.conversations.engine import BATCH, Conversations
from assistant.conversations.shapes import event_json, typing_json
from assistant.conversations.subscriptions import Delivered, Subscription, delivered
from assistant.domain.conversation import Conversation, Event, Status

_RETRY_MS = 2000
_HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent: proxies cut what is silent."""
_LIFE = 600.0
"""Seconds after which a stream ends; the client comes back, and its token is looked at again."""
_PATIENCE = 30.0
"""Seconds that a reader may leave us waiting with a full connection."""
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

log = logging.getLogger(__name__)


class EventStream(StreamingResponse):
    """One open stream. Its subscription is gone when the response is, however it ends."""

    media_type = "text/event-stream"

    def __init__(self, talk: Talk, subscription: Subscription) -> None:
        self._talk, self._subscription = talk, subscription
        super().__init__(talk.lines(subscription), headers=_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def patiently(message: Message) -> None:
            async with asyncio.timeout(_PATIENCE):
                await send(message)

        try:
            await super().__call__(scope, receive, patiently)
        except TimeoutError:
            log.info("a stream ended: its reader does not read")
        finally:
            self._talk.leave(self._subscription)


class Talk:
    """A conversation as one client follows it, from the event after `after`."""

    def __init__(
        self, conversations: Conversations, delivery: Delivery, conversation_id: str, token: str, after: int
    ) -> None:
        self._conversations, self._delivery = conversations, delivery
        self._id, self._token, self._last = conversation_id, token, after
        self._caught_up: tuple[Conversation, list[Event]] | None = None

    async def open(self) -> EventStream:
        """Return the stream. Raises NotThere."""
        # First subscribed, then read: what comes between is in both, and shown once.
        subscription = self._delivery.subscribe(self._id)
        try:
            conversation, _ = self._caught_up = await self._read(self._last)
        except BaseException:
            self.leave(subscription)
            raise
        self._last = min(self._last, conversation.last_seq)
        return EventStream(self, subscription)

    def leave(self, subscription: Subscription) -> None:
        """Follow no more."""
        self._delivery.unsubscribe(self._id, subscription)

    async def lines(self, subscription: Subscription) -> AsyncIterator[str]:
        """Yield the stream as text."""
        yield f"retry: {_RETRY_MS}\n\n"
        async for line in self._missed():
            yield line
        ends = monotonic() + _LIFE
        while monotonic() < ends:
            try:
                found = await subscription.next(_HEARTBEAT)
            except TimeoutError:
                yield ": \n\n"
                continue
            if found is None or (found.seq is not None and found.seq > self._last + 1):
                # Ended, or something between was not delivered: the client comes back and gets it from the log.
                return
            if found.seq is None and found.after in {None, self._last}:
                yield _line(found)
            elif found.seq is not None and found.seq > self._last:
                self._last = found.seq
                yield _line(found)

    async def _missed(self) -> AsyncIterator[str]:
        while self._caught_up is not None:
            conversation, events = self._caught_up
            for event in events:
                self._last = event.seq
                yield _line(delivered(event.seq, event_json(event)))
            self._caught_up = await self._read(self._last) if len(events) == BATCH else None
            if self._caught_up is None and conversation.status is Status.BOT and conversation.unanswered is not None:
                yield _line(delivered(None, typing_json(conversation.active_at)))

    async def _read(self, after: int) -> tuple[Conversation, list[Event]]:
        return await run_in_threadpool(self._conversations.read, self._id, self._token, after)


def _line(found: Delivered) -> str:
    number = f"id: {found.seq}\n" if found.seq is not None else ""
    return f"{number}data: {found.data}\n\n"
