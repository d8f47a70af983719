"""Real processes of the program on loopback: servers that are asked, commands that change something."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

_PROGRAM = [sys.executable, "-c", "import assistant.cli; assistant.cli.main()"]
_REPOSITORY = Path(__file__).parents[1]
_DEADLINE = 90.0


class Server:
    """`wegwijzer serve` on one home."""

    def __init__(self, address: str, process: subprocess.Popen[bytes]) -> None:
        self._http, self._process = httpx2.Client(base_url=address, timeout=30, verify=False), process

    @property
    def is_ready(self) -> bool:
        assert self._process.poll() is None, f"the server ended with {self._process.returncode}"
        try:
            return self._http.get("/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    def ask(self, question: str) -> dict[str, Any]:
        """Return the reply to a question; there always is one."""
        response = self._http.post("/api/v1/answers", json={"question": question, "language": "nl"})
        assert response.status_code == 200, response.text
        return dict(response.json())

    def sources(self, question: str) -> set[str]:
        """The ids of the pages that a reply quotes or offers."""
        reply = self.ask(question)
        return {one["source_id"] for one in (*reply["citations"], *reply["options"])}


def environment(home: Path, **settings: str) -> dict[str, str]:
    """What a process of one home finds in its environment."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("WEGWIJZER_", "CHROMA_"))}
    # The embedder that the tests of homes use: a model would have to be loaded by every process.
    return given | {"WEGWIJZER_HOME": str(home), "WEGWIJZER_EMBEDDER": "ngram"} | settings


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Server]:
    """Serve a home until the end of the block; it must still be there then, and have said nothing of a crash."""
    port, told = free_port(), home.parent / f"{home.name}.{time.monotonic_ns()}.log"
    command = [*_PROGRAM, "serve", "--port", str(port)]
    with told.open("wb") as log:
        process = subprocess.Popen(command, cwd=_REPOSITORY, env=environment(home, **settings), stderr=log)
    try:
        server = Server(f"http://127.0.0.1:{port}", process)
        until(lambda: server.is_ready)
        yield server
        assert process.poll() is None, told.read_text("utf-8")
    finally:
        process.terminate()
        process.wait(_DEADLINE)
    assert "Traceback" not in told.read_text("utf-8"), told.read_text("utf-8")


def command(home: Path, *words: str | Path, **settings: str) -> str:
    """Run a command in a process of its own, which must do well, and return what it prints."""
    done = subprocess.run(
        [*_PROGRAM, *map(str, words)],
        cwd=_REPOSITORY,
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=_DEADLINE,
    )
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def until(reached: Callable[[], bool], deadline: float = _DEADLINE) -> float:
    """Wait until something is the case; return how many seconds it took."""
    started = time.monotonic()
    while not reached():
        assert time.monotonic() - started < deadline, "it did not come to that in time"
        time.sleep(0.05)
    return time.monotonic() - started
