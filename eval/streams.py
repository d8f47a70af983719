"""Open event streams on one process: how fast events arrive, memory and threads. `python -m eval.streams [STREAMS]`.

Streams are read by this process, over real connections on loopback; a message is delivered when its event has arrived,
counted from the moment at which it was dated in the service. Both processes share this machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

_PROGRAM = Path(sys.executable).with_name("wegwijzer")
_STREAMS, _MESSAGES, _PER_SECOND, _AT_ONCE = 2000, 600, 20, 50


@dataclass
class Citizen:
    """One conversation with its stream: the events that arrived, and how late (ms)."""

    id: str
    token: str
    seen: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    cuts: int = 0


class Client:
    """Just enough HTTP for thousands of connections."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        """Post JSON over a connection of its own."""
        content = json.dumps(body).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        head = [f"POST /api/v1{path} HTTP/1.1", "Host: x", "Connection: close", "Content-Type: application/json"]
        head += [f"Content-Length: {len(content)}", *([f"Authorization: Bearer {token}"] if token else []), "", ""]
        writer.write("\r\n".join(head).encode() + content)
        answer = await reader.read()
        writer.close()
        status, _, rest = answer.partition(b"\r\n")
        if b" 20" not in status:
            raise RuntimeError(f"{path}: {status.decode()}")
        return dict(json.loads(rest.partition(b"\r\n\r\n")[2]))

    async def follow(self, citizen: Citizen, opened: asyncio.Semaphore) -> None:
        """Read a stream for ever; come back where it was cut."""
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            last = citizen.seen[-1] if citizen.seen else 0
            head = [f"GET /api/v1/conversations/{citizen.id}/events HTTP/1.1", "Host: x", "Accept: text/event-stream"]
            head += [f"Authorization: Bearer {citizen.token}", f"Last-Event-ID: {last}", "", ""]
            writer.write("\r\n".join(head).encode())
            await reader.readuntil(b"retry: ")
            opened.release()
            async for line in reader:
                if line.startswith(b"data: "):
                    _arrived(citizen, json.loads(line[6:]))
            citizen.cuts += 1
            writer.close()


def main() -> None:
    """Print the figures as JSON."""
    streams = int(sys.argv[1]) if len(sys.argv) > 1 else _STREAMS
    with tempfile.TemporaryDirectory() as home, _served(Path(home)) as (port, process):
        print(json.dumps(asyncio.run(_measure(port, process, streams)), indent=2))


async def _measure(port: int, process: int, streams: int) -> dict[str, Any]:
    client, before = Client(port), _status(process)
    started = time.perf_counter()
    citizens = await _begin(client, streams)
    began = time.perf_counter() - started
    opened = asyncio.Semaphore(0)
    started = time.perf_counter()
    followers = [asyncio.create_task(client.follow(citizen, opened)) for citizen in citizens]
    for _ in followers:
        await opened.acquire()
    connected = time.perf_counter() - started
    await _talk(client, citizens)
    steady = [late for one in citizens for late in one.late]
    for citizen in citizens:
        citizen.late.clear()
    await _burst(client, citizens[: min(len(citizens), 500)])
    after = _status(process)
    for follower in followers:
        follower.cancel()
    ordered = all(one.seen == list(range(1, len(one.seen) + 1)) for one in citizens)
    return {
        "streams": streams,
        "begin_s": round(began, 1),
        "connect_s": round(connected, 1),
        "steady": _figures(steady) | {"messages": _MESSAGES, "per_second": _PER_SECOND},
        "burst": _figures([late for one in citizens for late in one.late]) | {"messages": min(len(citizens), 500)},
        "in_order_without_gap": ordered,
        "cut": sum(one.cuts for one in citizens),
        "memory_mib": {"before": before[0], "after": after[0]},
        "threads": {"before": before[1], "after": after[1]},
    }


async def _begin(client: Client, streams: int) -> list[Citizen]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def begin() -> Citizen:
        async with gate:
            opened = await client.post("/conversations", {})
            return Citizen(opened["id"], opened["token"])

    return list(await asyncio.gather(*(begin() for _ in range(streams))))


async def _talk(client: Client, citizens: list[Citizen]) -> None:
    """Send a message now and then to one citizen after another, and wait until all is there."""
    chosen = cycle(citizens)
    sent = []
    for number in range(_MESSAGES):
        citizen = next(chosen)
        sent.append(asyncio.create_task(_say(client, citizen, f"steady-{number}")))
        await asyncio.sleep(1 / _PER_SECOND)
    await _all_answered(sent)


async def _burst(client: Client, citizens: list[Citizen]) -> None:
    """Everybody says something at once."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def say(citizen: Citizen) -> int:
        async with gate:
            return await _say(client, citizen, "burst")

    await _all_answered([asyncio.create_task(say(citizen)) for citizen in citizens])


async def _say(client: Client, citizen: Citizen, client_id: str) -> int:
    body = {"client_id": client_id, "text": "hallo"}
    seq = (await client.post(f"/conversations/{citizen.id}/messages", body, citizen.token))["seq"]
    while not citizen.seen or citizen.seen[-1] <= seq:
        await asyncio.sleep(0.05)
    return int(seq)


async def _all_answered(sent: list[asyncio.Task[int]]) -> None:
    _, waiting = await asyncio.wait(sent, timeout=180)
    if waiting:
        raise RuntimeError(f"{len(waiting)} messages were not answered in 180 s")
    for one in sent:
        one.result()


def _arrived(citizen: Citizen, event: dict[str, Any]) -> None:
    if event["seq"] is not None:
        citizen.seen.append(event["seq"])
        citizen.late.append((datetime.now(UTC) - datetime.fromisoformat(event["at"])).total_seconds() * 1000)


def _figures(late: list[float]) -> dict[str, Any]:
    cuts = statistics.quantiles(late, n=100)
    found = {"p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98], "max_ms": max(late)}
    return {"events": len(late), **{name: round(value, 1) for name, value in found.items()}}


def _status(process: int) -> tuple[int, int]:
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    found = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    return round(int(found["VmRSS"][0]) / 1024), int(found["Threads"][0])


@contextmanager
def _served(home: Path) -> Iterator[tuple[int, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = os.environ | {"WEGWIJZER_HOME": str(home)}
    subprocess.run([_PROGRAM, "ingest", "sample"], env=environment, check=True, capture_output=True)  # noqa: S603
    running = subprocess.Popen([_PROGRAM, "serve", "--port", str(port)], env=environment)  # noqa: S603
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if running.poll() is not None:
                    raise RuntimeError("the service did not start") from None
                time.sleep(0.2)
        yield port, running.pid
    finally:
        running.terminate()
        running.wait(timeout=60)


if __name__ == "__main__":
    main()
