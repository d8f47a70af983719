"""The kill drill: citizens talk while the processes that serve them are killed, one after another.

`python -m tests.drills.conversations --kills 100 --conversations 200 [--database sqlite|postgresql]` prints a
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
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.assistant.building import FEW, fill, open_home
from tests.assistant.serving import free_port
from tests.drills.citizen import Citizen, Figures
from tests.drills.proxying import RoundRobinProxy
from tests.postgres import NoPostgres, postgres_server

REPOSITORY = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "import assistant.cli; assistant.cli.main()"]
ANSWER_SECONDS = 10
"""Shorter than by default, so that what a killed process had leased is taken over while the drill runs."""
SETTLE = 60
"""Seconds without an event after which nothing more is waited for: longer than a lease and an answer take."""
_TO_LOSE = 8
"""So many messages more are acknowledged before the next kill."""


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
    for number in range(1, kills + 1):
        # Where nothing was said since the last kill, there is nothing to lose.
        await _until_said(citizens, _count(citizens) + _TO_LOSE)
        # The last is the worker, if there is one: it is the first to go.
        victim = processes[-number % len(processes)]
        victim.kill()
        tell(f"kill {number}/{kills}: {victim.name}; {_count(citizens)} messages acknowledged so far")
        await asyncio.sleep(chance.random() * 1.5)
        victim.start()
        await victim.up()
        await asyncio.sleep(1 + chance.random() * 2)
    # On a busy machine the processes were hardly up between two kills: let the citizens say what they came to say.
    await _until_said(citizens, conversations)
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
    """Wait until every conversation is as promised, or nothing has come any more for a while; returns the logs."""
    began, logs = time.monotonic(), {}
    waiting, moved, heard = list(citizens), began, -1
    while waiting and time.monotonic() - moved < SETTLE:
        for citizen in list(waiting):
            logs[citizen.number] = await citizen.events()
            if not faults(citizen, logs[citizen.number]):
                waiting.remove(citizen)
        if heard != (heard := sum(len(citizen.heard) for citizen in citizens)):
            moved = time.monotonic()
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


async def _until_said(citizens: list[Citizen], messages: int) -> None:
    """Wait until so many messages are acknowledged, or a while has passed."""
    ends = time.monotonic() + SETTLE
    while _count(citizens) < messages and time.monotonic() < ends:
        await asyncio.sleep(0.1)


def _count(citizens: list[Citizen]) -> int:
    return sum(len(citizen.acknowledged) for citizen in citizens)


@contextmanager
def installation(database: str, home: Path) -> Iterator[list[Process]]:
    """The processes of a filled installation: three that serve and a worker on PostgreSQL, or one on SQLite.

    Raises NoPostgres.
    """
    told = {"WEGWIJZER_ANSWER_SECONDS": str(ANSWER_SECONDS), "WEGWIJZER_EMBEDDER": "ngram"}
    with ExitStack() as stack:
        if database == "postgresql":
            url = stack.enter_context(postgres_server()).new_database()
            told |= {"WEGWIJZER_KNOWLEDGE_URL": url, "WEGWIJZER_CONVERSATIONS_URL": url}
        fill(open_home(home, **told), *FEW)
        others = {name: value for name, value in os.environ.items() if not name.startswith("WEGWIJZER_")}
        environment = others | told | {"WEGWIJZER_HOME": str(home)}
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
    parser.add_argument("--pause", type=float, default=20.0, help="seconds between two messages of a citizen")
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
