"""Speed and memory, each beside something to compare it with in the same run: `make bench`.

Uses the real services beside the project where they are, else the sample. Times are wall times on this machine.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from assistant.bootstrap import Service
from assistant.settings import Settings
from ingest.sync import import_ipdc, import_sample

_SERVICES = Path(__file__).parents[2] / "shared" / "data" / "ipdc" / "services_raw.jsonl.gz"
_PROGRAM = Path(sys.executable).with_name("wegwijzer")
_LIBRARIES = (
    "typer pydantic sqlalchemy.orm tantivy chromadb_rust_bindings numpy Stemmer babel.dates phonenumbers stdnum.be.nn"
    " py3langid filelock"
)
_QUESTIONS = (
    "Hoe vraag ik een studietoelage aan?",
    "wat kost een rijbewijs",
    "heb ik recht op een huursubsidie?",
    "premie voor zonnepanelen",
    "wie betaalt verkeersbelasting",
    "Where can I apply for a study grant",
)


def main() -> None:
    """Print one figure a line."""
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        service = Service(Settings.from_environment({"WEGWIJZER_HOME": temporary}))
        pages = _import(service)
        _search(service)
        _cold(home)
        with _served(home) as (url, process):
            _http(url)
            print(f"memory while serving {pages} services: {_memory(process):.0f} MiB")


def _import(service: Service) -> int:
    now = datetime.now(UTC)
    if _SERVICES.is_file():
        first = import_ipdc(service.pages, [_SERVICES], now)
        again = import_ipdc(service.pages, [_SERVICES], now)
        ratio = first.seconds / again.seconds
    else:
        first, ratio = import_sample(service.pages, now), float("nan")
    count = first.new + first.withdrawn
    speed = f"{count} services in {first.seconds:.1f} s = {count / first.seconds:.0f}/s"
    print(f"import: {speed}; unchanged: {ratio:.0f}x faster")
    started = time.perf_counter()
    service.index.update()
    seconds = time.perf_counter() - started
    print(f"index: {count} services in {seconds:.1f} s = {count / seconds:.0f}/s")
    return count


def _search(service: Service) -> None:
    now = datetime.now(UTC)
    times = _times(lambda text: service.retriever.search(text, "nl", 10, now))
    print(f"retrieval: p50 {times[0]:.1f} ms, p95 {times[1]:.1f} ms")


def _cold(home: Path) -> None:
    """A cold `ask` beside the bare import of the libraries it uses, alternating, medians of five."""
    bare, ask = [], []
    for _ in range(5):
        bare.append(_run(sys.executable, "-c", f"import {_LIBRARIES.replace(chr(32), chr(44))}", home=home))
        ask.append(_run(str(_PROGRAM), "ask", _QUESTIONS[0], home=home))
    ours, theirs = statistics.median(ask), statistics.median(bare)
    print(f"ask, cold: {ours:.2f} s; bare import of its libraries: {theirs:.2f} s; ratio {ours / theirs:.2f}")


def _http(url: str) -> None:
    with httpx.Client(base_url=url, timeout=30) as client:

        def answer(text: str) -> None:
            client.post("/api/v1/answers", json={"question": text}).raise_for_status()

        times = _times(answer)
        print(f"one answer over HTTP: p50 {times[0]:.1f} ms, p95 {times[1]:.1f} ms")
        started, count = time.perf_counter(), 400
        with ThreadPoolExecutor(50) as citizens:
            list(citizens.map(answer, (_QUESTIONS[number % len(_QUESTIONS)] for number in range(count))))
        print(f"50 citizens at once, one process: {count / (time.perf_counter() - started):.0f} answers/s, none failed")


def _times(one: Callable[[str], object], rounds: int = 30) -> tuple[float, float]:
    found = []
    for question in _QUESTIONS:
        one(question)
    for _ in range(rounds):
        for question in _QUESTIONS:
            started = time.perf_counter()
            one(question)
            found.append((time.perf_counter() - started) * 1000)
    found.sort()
    return found[len(found) // 2], found[int(len(found) * 0.95)]


def _run(*command: str, home: Path) -> float:
    started = time.perf_counter()
    environment = {**os.environ, "WEGWIJZER_HOME": str(home)}
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - our own commands
    return time.perf_counter() - started


@contextmanager
def _served(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "WEGWIJZER_HOME": str(home)}
    command = [str(_PROGRAM), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603 - our own command
        url, started = f"http://127.0.0.1:{port}", time.perf_counter()
        while time.perf_counter() - started < 60:
            try:
                if httpx.get(f"{url}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        print(f"serve: ready after {time.perf_counter() - started:.1f} s")
        try:
            yield url, process
        finally:
            process.terminate()


def _memory(process: subprocess.Popen[bytes]) -> float:
    """Resident memory in MiB (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


if __name__ == "__main__":
    main()
