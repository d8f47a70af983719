"""A Chroma server of the tests' own: `chroma run` on loopback, stopped, emptied and started again at will."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.processes import free_port

_DEADLINE = 60.0


class NoChroma(Exception):  # noqa: N818 - named for what is the case
    """The server does not start here; the message says why."""


class ChromaServer:
    """A server that keeps its port and its folder over stops and starts."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoChroma."""
        program = Path(sys.executable).with_name("chroma")
        if not program.is_file():
            raise NoChroma("there is no program chroma beside this Python")
        command = [program, "run", "--path", self._folder / "data", "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder
        )
        until = time.monotonic() + _DEADLINE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise NoChroma(f"chroma run does not answer on loopback (exit status {self._process.poll()})")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it accept connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def lose_everything(self) -> None:
        """Forget all that it holds; it must be stopped."""
        shutil.rmtree(self._folder / "data")

    def collections(self) -> set[str]:
        """The names of its collections."""
        path = "api/v2/tenants/default_tenant/databases/default_database/collections"
        return {one["name"] for one in httpx2.get(f"{self.url}/{path}", verify=False).raise_for_status().json()}

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/api/v2/heartbeat", timeout=5, verify=False).status_code == 200
        except httpx2.TransportError:
            return False


@contextmanager
def chroma_server() -> Iterator[ChromaServer]:
    """Start a server that is gone afterwards. Raises NoChroma."""
    folder = Path(tempfile.mkdtemp(prefix="chroma-"))
    server = ChromaServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
