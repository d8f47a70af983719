"""Commands in this process, as the command line runs them, and what a script reads of them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from assistant.cli import create_app
from knowledge.errors import NamedFailure


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit status, what it printed, and what went wrong, None if nothing."""

    exit_code: int
    stdout: str
    stderr: str
    exception: BaseException | None


def run(home: Path, *words: str | Path, typed: str = "", **environment: str) -> Done:
    """Run a command on a home, with what is typed or piped."""
    exit_code, exception = 0, None
    with CliRunner().isolation(typed, {"WEGWIJZER_HOME": str(home)} | environment) as (stdout, stderr, _):
        try:
            _command_line().main(args=list(map(str, words)), prog_name="wegwijzer")
        except SystemExit as ended:
            exit_code, exception = int(ended.code or 0), ended if ended.code else None
        except Exception as error:
            exit_code, exception = 1, error
        sys.stdout.flush()
        sys.stderr.flush()
        return Done(exit_code, stdout.getvalue().decode(), stderr.getvalue().decode(), exception)


@cache
def _command_line() -> Any:
    # Made once: that takes longer than most commands.
    return get_command(create_app())


def told(home: Path, *words: str | Path, **environment: str) -> Any:
    """Run a command with --json, which must do well, and return the JSON that stands alone on stdout."""
    done = run(home, *words, "--json", **environment)
    assert done.exit_code == 0, (done.exception, done.stderr)
    return json.loads(done.stdout)


def refused(home: Path, *words: str | Path, **environment: str) -> str:
    """Run a command that must fail by name and print nothing on stdout, and return its message."""
    done = run(home, *words, **environment)
    assert isinstance(done.exception, NamedFailure), (done.exception, done.stdout)
    assert (done.exit_code, done.stdout) == (1, "")
    return str(done.exception)
