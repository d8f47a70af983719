"""A citizen of a drill: sends each message until it is acknowledged, and follows the stream over every cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

QUESTIONS = ("hallo", "Kids-ID aanvragen", "bedankt", "Wat breng ik mee voor een Kids-ID?", "wie ben je")


class Refused(Exception):  # noqa: N818 - named for what is the case
    """The service said no; `seconds` is when to come back, None where that is of no use."""

    def __init__(self, status: int, seconds: float | None) -> None:
        super().__init__(str(status))
        self.status, self.seconds = status, seconds


@dataclass
class Figures:
    """What happened, counted."""

    tries: int = 0
    failed: int = 0
    cuts: int = 0
    refusals: Counter[int] = field(default_factory=Counter)


class Citizen:
    """Somebody who sends messages until each is acknowledged, and follows the stream over every cut."""

    def __init__(self, number: int, port: int, figures: Figures, pause: float) -> None:
        self.number, self._port, self._figures, self._pause = number, port, figures, pause
        self._random = random.Random(number)  # noqa: S311 - chance, not secrets
        self.id = self.token = ""
        self.acknowledged: dict[str, tuple[int, str]] = {}
        self.given_up: set[str] = set()
        self.heard: list[dict[str, Any]] = []
        self.wrong: list[str] = []

    async def talk(self, stop: asyncio.Event) -> None:
        """Begin, then say something now and then until told to stop."""
        opened = await self._until_done("/conversations", {}, None)
        self.id, self.token = opened["id"], opened["token"]
        follower = asyncio.create_task(self._follow())
        number = 0
        while not stop.is_set():
            number += 1
            await self._say(f"c{number}", f"{self._random.choice(QUESTIONS)}", stop)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._pause * (0.5 + self._random.random()))
        self.follower = follower

    async def _say(self, client_id: str, words: str, stop: asyncio.Event) -> None:
        body = {"client_id": client_id, "text": words}
        path = f"/conversations/{self.id}/messages"
        twice = self._random.random() < 0.2
        sent = [self._until_done(path, body, stop) for _ in range(1 + twice)]
        for answer in await asyncio.gather(*sent):
            if not answer:
                self.given_up.add(client_id)
            elif self.acknowledged.setdefault(client_id, (answer["seq"], words)) != (answer["seq"], words):
                self.wrong.append(f"{client_id} has two numbers")
        if client_id in self.acknowledged:
            self.given_up.discard(client_id)

    async def _until_done(self, path: str, body: dict[str, Any], stop: asyncio.Event | None) -> dict[str, Any]:
        """Post until it is acknowledged; {} if it never was when everything stopped."""
        while True:
            self._figures.tries += 1
            try:
                return await asyncio.wait_for(self._post(path, body), timeout=20)
            except Refused as refused:
                self._figures.refusals[refused.status] += 1
                if refused.seconds is None and refused.status < 500:
                    raise
                wait = refused.seconds or 0.5
            except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                self._figures.failed += 1
                wait = 0.5 + self._random.random() * 0.5
            if stop is not None and stop.is_set():
                return {}
            await asyncio.sleep(wait)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = b""
        content = json.dumps(body).encode()
        async for part in self._request("POST", path, [f"Content-Length: {len(content)}"], content):
            answer += part
        return _parsed(answer)

    async def events(self) -> list[dict[str, Any]]:
        """Read the whole log over a new connection."""
        for _ in range(20):
            try:
                answer = b""
                async for part in self._request("GET", f"/conversations/{self.id}/events?after=0", []):
                    answer += part
                found: list[dict[str, Any]] = _parsed(answer)["events"]
                return found
            except (OSError, ValueError, Refused):
                await asyncio.sleep(0.5)
        raise RuntimeError("the log could not be read")

    async def _follow(self) -> None:
        while True:
            last = self.heard[-1]["seq"] if self.heard else 0
            headers = ["Accept: text/event-stream", f"Last-Event-ID: {last}"]
            rest, heard = b"", False
            try:
                async for part in self._request("GET", f"/conversations/{self.id}/events", headers):
                    heard = True
                    *lines, rest = (rest + part).split(b"\n")
                    for line in lines:
                        if line.startswith(b"data: "):
                            self._hear(json.loads(line[6:]))
            except (OSError, ValueError):
                pass
            self._figures.cuts += heard
            await asyncio.sleep(0.3 + self._random.random() * 0.5)

    def _hear(self, event: dict[str, Any]) -> None:
        if event["seq"] is None:
            return
        last = self.heard[-1]["seq"] if self.heard else 0
        if event["seq"] != last + 1:
            self.wrong.append(f"the stream came from {last} to {event['seq']}")
        self.heard.append(event)

    async def _request(self, method: str, path: str, headers: list[str], content: bytes = b"") -> AsyncIterator[bytes]:
        """One request over a connection of its own; yields the bytes of the response, without chunk sizes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        head = [f"{method} /api/v1{path} HTTP/1.1", "Host: x", "Connection: close", "Content-Type: application/json"]
        head += [*headers, *([f"Authorization: Bearer {self.token}"] if self.token else []), "", ""]
        try:
            writer.write("\r\n".join(head).encode() + content)
            while part := await reader.read(65536):
                yield part
        finally:
            writer.close()


def _parsed(answer: bytes) -> dict[str, Any]:
    """The JSON of a whole response. Raises ValueError for half a one, Refused."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int((lines[0].split() or ["", "0"])[1]) if lines[0] else 0
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if not status or len(body) < int(fields.get("content-length", "0")):
        raise ValueError("half a response")
    if status >= 400:
        raise Refused(status, float(fields["retry-after"]) if "retry-after" in fields else None)
    found: dict[str, Any] = json.loads(body)
    return found
