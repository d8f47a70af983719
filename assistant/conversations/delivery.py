"""From the log to open streams: one thread reads what is new and hands it to the event loop for all of them."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections import defaultdict
from dataclasses import dataclass
from time import monotonic
from typing import Any

from assistant.conversations.shapes import event_json, typing_json
from assistant.domain.conversation import Author, EventType, Status
from assistant.store.log import Entry, Log, Ring

_BATCH, _LOOK_BACK = 500, 5.0
_MOST = 100
"""Events that may wait for a slow reader; then its stream ends, and it comes back with Last-Event-ID."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivered:
    """What goes to a stream: JSON, with the sequence number of the event.

    What is in no log has none; it holds only right `after` the event with that number.
    """

    seq: int | None
    data: str
    after: int = 0


class Subscription:
    """What waits for one stream. It is used in the event loop only."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Delivered | None] = asyncio.Queue(_MOST)
        self.ended = False

    @property
    def waiting(self) -> int:
        """How much waits to be read."""
        return self._waiting.qsize()

    async def next(self, timeout: float) -> Delivered | None:
        """Return what comes next; None where the stream is to end. Raises TimeoutError after so many seconds."""
        async with asyncio.timeout(timeout):
            return None if self.ended else await self._waiting.get()

    def put(self, delivered: Delivered) -> None:
        if not self.ended:
            try:
                self._waiting.put_nowait(delivered)
            except asyncio.QueueFull:
                self.end()

    def end(self) -> None:
        """Let the stream end at once, whatever waits: nothing is lost, the log has it."""
        self.ended = True
        if self._waiting.full():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)


class Delivery:
    """Follows the log for all streams of one process: no thread and no query for each."""

    def __init__(self, log_: Log) -> None:
        self._log = log_
        self._bell = threading.Event()
        log_.hear(self._hear)
        self._stopping = threading.Event()
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._position: int | None = None

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return sum(len(found) for found in self._subscriptions.values())

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to follow the log, from its end, for streams of this loop."""
        self._loop = loop
        self._thread.start()

    def stop(self) -> None:
        """End all streams; safe to call from anywhere, more than once, also in a signal handler."""
        self._stopping.set()
        self._bell.set()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end_all)

    def join(self) -> None:
        """Wait for the thread."""
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def subscribe(self, conversation_id: str) -> Subscription:
        """Return what is delivered of a conversation from now on. Read the log after this: nothing is missed."""
        subscription = Subscription()
        if self._stopping.is_set():
            subscription.end()
        self._subscriptions[conversation_id].add(subscription)
        return subscription

    def unsubscribe(self, conversation_id: str, subscription: Subscription) -> None:
        """Deliver nothing more to it."""
        found = self._subscriptions[conversation_id]
        found.discard(subscription)
        if not found:
            del self._subscriptions[conversation_id]

    def _hear(self, ring: Ring) -> None:
        """Wake only for a conversation that somebody follows here; the others are passed over later, all at once."""
        if ring.conversation_id and ring.conversation_id not in self._subscriptions:
            return
        if ring.gone and self._loop is not None and not self._stopping.is_set():
            self._loop.call_soon_threadsafe(self._end, ring.conversation_id)
        self._bell.set()

    def _run(self) -> None:
        looked = monotonic()
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                if self._position is None:
                    self._position = self._log.last_position()
                while self._hand_over(self._position):
                    pass
                if monotonic() - looked > _LOOK_BACK:
                    # An older copy of the database may have been put in the place of this one.
                    self._position, looked = min(self._position, self._log.last_position()), monotonic()
            # Streams wait as long as the database is away; then they get what they missed.
            except Exception as error:
                log.error("the log cannot be followed: %s", type(error).__name__)
                if self._position is None and self._loop is not None:
                    # From where to follow is not known yet; a stream that is open already might miss something.
                    self._loop.call_soon_threadsafe(self._end_all)
            self._bell.wait(self._log.pause)

    def _hand_over(self, position: int) -> bool:
        entries = self._log.after(position, _BATCH)
        if entries and self._loop is not None and not self._stopping.is_set():
            # Whoever subscribes after this look reads what is here from the log.
            heard = [entry for entry in entries if entry.conversation_id in self._subscriptions]
            self._loop.call_soon_threadsafe(self._fan_out, [(one.conversation_id, _wrapped(one)) for one in heard])
            self._position = entries[-1].position
        return len(entries) == _BATCH and not self._stopping.is_set()

    def _fan_out(self, wrapped: list[tuple[str, list[Delivered]]]) -> None:
        for conversation_id, deliveries in wrapped:
            for subscription in self._subscriptions.get(conversation_id, ()):
                for delivered in deliveries:
                    subscription.put(delivered)

    def _end(self, conversation_id: str) -> None:
        for subscription in self._subscriptions.get(conversation_id, ()):
            subscription.end()

    def _end_all(self) -> None:
        for conversation_id in list(self._subscriptions):
            self._end(conversation_id)


def delivered(seq: int | None, event: dict[str, Any], after: int = 0) -> Delivered:
    """Return an event as it goes to a stream."""
    return Delivered(seq, json.dumps(event, ensure_ascii=False, separators=(",", ":")), after)


def _wrapped(entry: Entry) -> list[Delivered]:
    event = entry.event
    found = [delivered(event.seq, event_json(event))]
    asked = event.type is EventType.MESSAGE and event.author is Author.CITIZEN
    if asked and event.status is Status.BOT:
        # A question to the assistant is work for it from this moment on, whichever process does it.
        found.append(delivered(None, typing_json(event.at), after=event.seq))
    return found
