"""The import commands: counts on stdout, refusals on stderr, JSON alone where it is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from assistant.bootstrap import Service
from ingest.cli import create_app
from ingest.report import SourceError
from tests.ingest.records import record, write


class Shell:
    """Runs the import commands on one installation."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def run(self, *arguments: str) -> Result:
        app = create_app(lambda: (self._service.pages, self._service.index))
        return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def shell(service: Service) -> Shell:
    return Shell(service)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A file with two good records and a broken one."""
    return str(write(tmp_path, "a.json", [record("1"), record("2", kosten=["5 euro"]), record("3")]))


def test_an_import_counts_on_stdout_and_refuses_on_stderr(shell: Shell, file: str) -> None:
    result = shell.run("ipdc", file)
    assert result.exit_code == 0
    assert result.stdout.startswith("2 new, 0 changed, 0 unchanged, 0 withdrawn, 1 refused in ")
    assert result.stderr == "refused a.json#2: kosten: Expected objects, found str.\n"


def test_json_stands_alone_on_stdout(shell: Shell, file: str) -> None:
    report = json.loads(shell.run("ipdc", file, "--json").stdout)
    assert (report["new"], report["unchanged"]) == (2, 0)
    assert [(one["record"], one["field"]) for one in report["refused"]] == [("a.json#2", "kosten")]


def test_a_dry_run_says_that_nothing_was_written(shell: Shell, file: str) -> None:
    assert shell.run("ipdc", file, "--dry-run").stdout.endswith("(nothing written)\n")
    assert json.loads(shell.run("status", "--json").stdout)["pages"] == {}
    assert "nothing written" not in shell.run("ipdc", file).stdout


def test_status_tells_the_pages_and_the_latest_imports(shell: Shell, file: str) -> None:
    shell.run("ipdc", file)
    shell.run("ipdc", file)
    status = json.loads(shell.run("status", "--json").stdout)
    assert status["pages"] == {"published": 2}
    assert status["index"]
    assert [(one["source"], one["new"], one["unchanged"]) for one in status["imports"]] == [
        ("ipdc", 0, 2),
        ("ipdc", 2, 0),
    ]
    assert "ipdc: 0 new, 0 changed, 2 unchanged, 0 withdrawn, 1 refused" in shell.run("status").stdout


def test_a_path_that_is_not_there_is_a_failure_with_a_name(shell: Shell, tmp_path: Path) -> None:
    result = shell.run("ipdc", str(tmp_path / "nowhere.json"))
    assert isinstance(result.exception, SourceError)
    assert result.stdout == ""


def test_the_sample_command_reads_the_pages_that_come_with_the_program(shell: Shell) -> None:
    report = json.loads(shell.run("sample", "--dry-run", "--json").stdout)
    assert (report["new"] > 0, report["refused"]) == (True, [])
