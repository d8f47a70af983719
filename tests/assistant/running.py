"""Commands in this process, as the command line runs them, and what a script reads of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from assistant.cli import create_app
from knowledge.errors import NamedFailure


def run(home: Path, *words: str | Path, **environment: str) -> Result:
    """Run a command on a home."""
    return CliRunner().invoke(create_app(), list(map(str, words)), env={"WEGWIJZER_HOME": str(home)} | environment)


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
