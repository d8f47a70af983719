"""The kill drill: citizens talk while the processes that serve them are killed, one after another.

`python -m tests.journeys.conversation_drill --kills 100 --conversations 200 [--database sqlite|postgresql]` prints a
log and, at the end, the figures; it ends with 1 if anything was lost, doubled, out of order or left unanswered.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.assistant.serving import free_port
from tests.journeys.proxying import RoundRobinProxy
from tests.postgres import NoPostgres, postgres_server

REPOSITORY = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "import assistant.cli; assistant.cli.main()"]
ANSWER_SECONDS = 5
"""Shorter than by default, so that what a killed process had leased is taken over while the drill runs."""
QUESTIONS = ("hallo", "Kids-ID aanvragen", "bedankt", "Wat breng ik mee voor een Kids-ID?", "wie ben je")
SETTLE = 180


@dataclass
class Process:
    """One process of the service that can be killed and started again."""

    name: str
    words: list[str]
    environment: dict[str, str]
    port: int | None = None
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(
            [*PROGRAM, *self.words], env=self.environment, cwd=REPOSITORY, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        if self.running is not None:
            self.running.kill()
            self.running.wait()

    async def up(self) -> None:
        """Wait until it serves; a worker is given the time to start."""
        ends = time.monotonic() + 120
        while self.port is not None and time.monotonic() < ends:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.1)
        if self.port is None:
            await asyncio.sleep(2)


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
                wait = 0.2 + self._random.random() * 0.5
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
            await asyncio.sleep(0.1 + self._random.random() * 0.3)

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


def faults(citizen: Citizen, log: list[dict[str, Any]]) -> list[str]:
    """Everything that is wrong with a conversation, in words; empty where every promise was kept."""
    found = list(citizen.wrong)
    if [event["seq"] for event in log] != list(range(1, len(log) + 1)):
        found.append("the log has a gap")
    asked = [event for event in log if event["author"] == "citizen"]
    stored = Counter(event["client_id"] for event in asked)
    found += [f"{client_id} is stored {times} times" for client_id, times in stored.items() if times != 1]
    kept = {event["client_id"]: (event["seq"], event["text"]) for event in asked}
    found += [
        f"{key} was acknowledged and is lost" for key, value in citizen.acknowledged.items() if kept.get(key) != value
    ]
    strangers = set(kept) - set(citizen.acknowledged) - citizen.given_up
    found += [f"{key} was never sent" for key in strangers]
    replies = [event["in_reply_to"] for event in log if event["author"] == "assistant" and event["type"] == "message"]
    if replies != [event["seq"] for event in asked]:
        found.append(f"questions {[event['seq'] for event in asked]} have answers {replies}")
    heard = [(event["seq"], event["text"]) for event in citizen.heard]
    if heard != [(event["seq"], event["text"]) for event in log]:
        found.append(f"the stream told {len(heard)} of {len(log)} events")
    return [f"citizen {citizen.number}: {one}" for one in found]


async def drill(
    processes: list[Process], *, kills: int, conversations: int, pause: float, cut_after: float | None, tell: Any
) -> dict[str, Any]:
    """Run it; returns the figures, with `faults` in words."""
    started, figures, chance = time.monotonic(), Figures(), random.Random(7)  # noqa: S311
    for process in processes:
        process.start()
    for process in processes:
        await process.up()
    tell(f"{len(processes)} processes are up after {time.monotonic() - started:.1f} s")
    proxy = RoundRobinProxy([process.port for process in processes if process.port], cut_after)
    port, stop = await proxy.start(), asyncio.Event()
    citizens = [Citizen(number, port, figures, pause) for number in range(conversations)]
    talking = [asyncio.create_task(citizen.talk(stop)) for citizen in citizens]
    await asyncio.sleep(2)
    for number in range(1, kills + 1):
        victim = processes[number % len(processes)]
        victim.kill()
        tell(f"kill {number}/{kills}: {victim.name}; {_count(citizens)} messages acknowledged so far")
        await asyncio.sleep(chance.random() * 1.5)
        victim.start()
        await victim.up()
        await asyncio.sleep(1 + chance.random() * 2)
    stop.set()
    await asyncio.gather(*talking)
    tell(f"all is sent: {_count(citizens)} messages; waiting for the last answers")
    found, longest = await _settled(citizens, tell)
    for citizen in citizens:
        citizen.follower.cancel()
    await proxy.stop()
    return _report(citizens, found, figures) | {
        "kills": kills,
        "settled_s": round(longest, 1),
        "seconds": round(time.monotonic() - started, 1),
    }


async def _settled(citizens: list[Citizen], tell: Any) -> tuple[dict[int, list[dict[str, Any]]], float]:
    """Wait until every conversation is as promised, or the time is over; returns the logs."""
    began, logs = time.monotonic(), {}
    waiting = list(citizens)
    while waiting and time.monotonic() - began < SETTLE:
        for citizen in list(waiting):
            logs[citizen.number] = await citizen.events()
            if not faults(citizen, logs[citizen.number]):
                waiting.remove(citizen)
        await asyncio.sleep(0.5)
    tell(f"{len(citizens) - len(waiting)} of {len(citizens)} conversations are as promised")
    return logs, time.monotonic() - began


def _report(citizens: list[Citizen], logs: dict[int, list[dict[str, Any]]], figures: Figures) -> dict[str, Any]:
    events = [event for log in logs.values() for event in log]
    replies = [event["reply"] for event in events if event.get("reply")]
    return {
        "conversations": len(citizens),
        "acknowledged": _count(citizens),
        "unacknowledged": sum(len(citizen.given_up) for citizen in citizens),
        "replies": len(replies),
        "handed_over_unanswered": sum(reply["reason"] == "component_failed" for reply in replies),
        "notices": sum(event["type"] == "notice" for event in events),
        "tries": figures.tries,
        "tries_failed": figures.failed,
        "refusals": dict(figures.refusals),
        "streams_resumed": figures.cuts,
        "faults": [one for citizen in citizens for one in faults(citizen, logs[citizen.number])],
    }


def _count(citizens: list[Citizen]) -> int:
    return sum(len(citizen.acknowledged) for citizen in citizens)


@contextmanager
def installation(database: str, home: Path) -> Iterator[list[Process]]:
    """The processes of a filled installation: three that serve and a worker on PostgreSQL, or one on SQLite.

    Raises NoPostgres.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEGWIJZER_")}
    environment |= {"WEGWIJZER_HOME": str(home), "WEGWIJZER_ANSWER_SECONDS": str(ANSWER_SECONDS)}
    with ExitStack() as stack:
        if database == "postgresql":
            url = stack.enter_context(postgres_server()).new_database()
            environment |= {"WEGWIJZER_KNOWLEDGE_URL": url, "WEGWIJZER_CONVERSATIONS_URL": url}
        subprocess.run([*PROGRAM, "ingest", "sample"], env=environment, cwd=REPOSITORY, check=True, capture_output=True)
        ports = [free_port() for _ in range(3 if database == "postgresql" else 1)]
        processes = [Process(f"api-{port}", ["serve", "--port", str(port)], environment, port) for port in ports]
        if database == "postgresql":
            processes.append(Process("worker", ["worker"], environment))
        try:
            yield processes
        finally:
            for process in processes:
                process.kill()


def main() -> None:
    """Run the drill in full size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--pause", type=float, default=6.0, help="seconds between two messages of a citizen")
    parser.add_argument("--cut", type=float, default=30.0, help="seconds after which the proxy cuts a connection")
    given = parser.parse_args()
    began = time.monotonic()

    def tell(line: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {line}", flush=True)

    with tempfile.TemporaryDirectory() as home:
        try:
            with installation(given.database, Path(home)) as processes:
                run = drill(
                    processes,
                    kills=given.kills,
                    conversations=given.conversations,
                    pause=given.pause,
                    cut_after=given.cut,
                    tell=tell,
                )
                found = asyncio.run(run)
        except NoPostgres as reason:
            print(reason)
            sys.exit(2)
    print(json.dumps(found, indent=2))
    sys.exit(1 if found["faults"] else 0)


if __name__ == "__main__":
    main()
