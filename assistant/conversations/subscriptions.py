"""What waits for one open stream: of a citizen's tab, or of an agent's desk."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from assistant.conversations.shapes import event_json
from assistant.domain.conversation import Author, EventType
from assistant.store.log import Entry, Ring

_MOST = 100
"""Events that may wait for a slow reader; then its stream ends, and it comes back with Last-Event-ID."""


@dataclass(frozen=True)
class Delivered:
    """What goes to a stream: JSON, with the sequence number of the event.

    What is in no log has none; it holds only right `after` the event with that number (None: at once, or not).
    """

    seq: int | None
    data: str
    after: int | None = 0


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


class DeskSubscription(Subscription):
    """What waits for the stream of an agent: what is said in their conversations, and whether the desk changed."""

    def __init__(self) -> None:
        super().__init__()
        self._mine: frozenset[str] = frozenset()
        self._lately: deque[Entry] = deque(maxlen=_MOST)
        self.stale = True
        """Whether the desk must be looked at again: somebody began to wait, was taken, or left."""

    def follow(self, mine: frozenset[str]) -> None:
        """Tell from now on what is said in these; also what was said since the last time in one that came since."""
        came, self._mine = mine - self._mine, mine
        lately = [entry for entry in self._lately if entry.conversation_id in came]
        self._lately.clear()
        for entry in lately:
            self._say(entry)

    def hear(self, entry: Entry) -> None:
        """Take an event of the log, if it matters to a desk."""
        event = entry.event
        mine = entry.conversation_id in self._mine
        if event.type is EventType.STATUS or mine:
            self.refresh()
        if mine:
            self._say(entry)
        else:
            self._lately.append(entry)

    def hear_typing(self, ring: Ring) -> None:
        """Take that a citizen types, if the conversation is this agent's."""
        if ring.conversation_id in self._mine and ring.typing == Author.CITIZEN:
            self._tell("typing", {"conversation_id": ring.conversation_id})

    def refresh(self) -> None:
        """Have the desk looked at again."""
        if not self.stale:
            self.stale = True
            self.put(Delivered(None, ""))

    def _say(self, entry: Entry) -> None:
        self._tell("message", {"conversation_id": entry.conversation_id, "event": event_json(entry.event)})

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        self.put(Delivered(None, f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"))


def delivered(seq: int | None, event: dict[str, Any], after: int | None = 0) -> Delivered:
    """Return an event as it goes to a stream."""
    return Delivered(seq, json.dumps(event, ensure_ascii=False, separators=(",", ":")), after)
