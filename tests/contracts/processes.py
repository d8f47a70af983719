"""Other processes on the same home: started, told to go on, waited for, killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_BEGIN = """
import os, sys, time
from datetime import timedelta
from pathlib import Path
from tests.knowledge.build import NOW, PASSPORT, Home, draft, service

desk, words = Home(Path(sys.argv[1]), url=sys.argv[2]), sys.argv[3:]


def wait():
    print("ready", flush=True)
    sys.stdin.readline()


"""


class OtherProcess:
    """A process that runs a script on a home; `desk` is its home, `words` are its words, `wait()` waits for `go`."""

    def __init__(self, script: str, home: Path, url: str, *words: str) -> None:
        command = [sys.executable, "-c", _BEGIN + script, str(home), url, *words]
        pipe = subprocess.PIPE
        self._run = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=REPOSITORY)

    def line(self) -> str:
        """Wait for the next line it prints."""
        assert self._run.stdout is not None
        return self._run.stdout.readline().rstrip("\n")

    def until_ready(self) -> None:
        """Wait until it waits."""
        found = self.line()
        assert found == "ready", (found, self._run.communicate(timeout=30))

    def go(self) -> None:
        """Let it go on."""
        assert self._run.stdin is not None
        self._run.stdin.write("\n")
        self._run.stdin.flush()

    def end(self, code: int = 0) -> str:
        """Wait for its end and return the rest of what it printed."""
        out, err = self._run.communicate(timeout=60)
        assert self._run.returncode == code, err
        return out

    @property
    def running(self) -> bool:
        return self._run.poll() is None

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.running:
            self._run.send_signal(signal.SIGKILL)
        self._run.communicate(timeout=60)


Start = Callable[..., OtherProcess]
"""Starts a script, with words, on the home and database of the test."""


def at_once(runs: list[OtherProcess]) -> list[str]:
    """Let processes that wait go on together; returns what each printed."""
    for run in runs:
        run.until_ready()
    for run in runs:
        run.go()
    return [run.end() for run in runs]
