"""From the log to open streams: one thread reads what is new and hands it to the event loop for all of them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from datetime import UTC, datetime
from time import monotonic

from assistant.conversations.shapes import event_json, typing_json
from assistant.conversations.subscriptions import Delivered, DeskSubscription, Subscription, delivered
from assistant.domain.conversation import Author, EventType, Status
from assistant.store.log import Entry, Log, Ring

_BATCH, _LOOK_BACK = 500, 5.0

log = logging.getLogger(__name__)


class Delivery:
    """Follows the log for all streams of one process: no thread and no query for each."""

    def __init__(self, log_: Log) -> None:
        self._log = log_
        self._bell = threading.Event()
        log_.hear(self._hear)
        self._stopping = threading.Event()
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._desks: set[DeskSubscription] = set()
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

    def open_desk(self) -> DeskSubscription:
        """Return what is delivered to an agent from now on."""
        desk = DeskSubscription()
        if self._stopping.is_set():
            desk.end()
        self._desks.add(desk)
        return desk

    def close_desk(self, desk: DeskSubscription) -> None:
        """Deliver nothing more to it."""
        self._desks.discard(desk)

    def _hear(self, ring: Ring) -> None:
        """Wake only for a conversation that somebody follows here; the others are passed over later, all at once."""
        if ring.conversation_id and ring.conversation_id not in self._subscriptions and not self._desks:
            return
        if not ring.conversation_id and self._loop is not None and not self._stopping.is_set():
            self._loop.call_soon_threadsafe(self._refresh_desks)
        if ring.typing:
            if self._loop is not None and not self._stopping.is_set():
                self._loop.call_soon_threadsafe(self._types, ring)
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
            if self._desks:
                self._loop.call_soon_threadsafe(self._tell_desks, entries)
            self._position = entries[-1].position
        return len(entries) == _BATCH and not self._stopping.is_set()

    def _fan_out(self, wrapped: list[tuple[str, list[Delivered]]]) -> None:
        for conversation_id, deliveries in wrapped:
            for subscription in self._subscriptions.get(conversation_id, ()):
                for one in deliveries:
                    subscription.put(one)

    def _tell_desks(self, entries: list[Entry]) -> None:
        for desk in self._desks:
            for entry in entries:
                desk.hear(entry)

    def _refresh_desks(self) -> None:
        for desk in self._desks:
            desk.refresh()

    def _types(self, ring: Ring) -> None:
        event = typing_json(datetime.now(UTC), Author(ring.typing))
        for subscription in self._subscriptions.get(ring.conversation_id, ()):
            subscription.put(delivered(None, event, after=None))
        for desk in self._desks:
            desk.hear_typing(ring)

    def _end(self, conversation_id: str) -> None:
        for subscription in self._subscriptions.get(conversation_id, ()):
            subscription.end()

    def _end_all(self) -> None:
        for conversation_id in list(self._subscriptions):
            self._end(conversation_id)
        for desk in self._desks:
            desk.end()


def _wrapped(entry: Entry) -> list[Delivered]:
    event = entry.event
    found = [delivered(event.seq, event_json(event))]
    asked = event.type is EventType.MESSAGE and event.author is Author.CITIZEN
    if asked and event.status is Status.BOT:
        # A question to the assistant is work for it from this moment on, whichever process does it.
        found.append(delivered(None, typing_json(event.at), after=event.seq))
    return found
