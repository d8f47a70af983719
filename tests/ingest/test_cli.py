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
from knowledge.store.streams import Streams
from tests.ingest.ldes_server import StreamServer
from tests.ingest.records import record, write


class Shell:
    """Runs the import commands on one installation."""

    def __init__(self, service: Service, streams: Streams) -> None:
        self._service, self._streams = service, streams

    def run(self, *arguments: str) -> Result:
        streams = self._streams, self._service.settings.home / "streams"
        app = create_app(lambda: (self._service.pages, self._service.index, self._service.terms), lambda: streams)
        return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def shell(service: Service, streams: Streams) -> Shell:
    return Shell(service, streams)


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


def test_files_and_streams_are_given_together(shell: Shell, file: str, server: StreamServer) -> None:
    server.serve_chain([record("4")], [record("5"), record("6", naam=None)])
    result = shell.run("ipdc", file, f"{server.url}/0")
    assert result.stdout.startswith("4 new, 0 changed, 0 unchanged, 0 withdrawn, 2 refused in ")
    assert f"refused {server.url}/1#2: naam: " in result.stderr


def test_a_stream_needs_an_installation_that_remembers_it(service: Service, server: StreamServer) -> None:
    app = create_app(lambda: (service.pages, service.index, service.terms))
    assert isinstance(CliRunner().invoke(app, ["ipdc", f"{server.url}/0"]).exception, SourceError)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_warnings_of_the_model_stand_beside_refusals(shell: Shell, file: str, shared_data: Path) -> None:
    result = shell.run("ipdc", file, "--shacl", str(shared_data / "ipdc_model"), "--json")
    warnings = json.loads(result.stdout)["warnings"]
    assert {"record": "a.json#1", "field": "creatie", "why": "The model requires this, and it is missing."} in warnings
    shown = shell.run("ipdc", file, "--shacl", str(shared_data / "ipdc_model"))
    assert "warning a.json#2: creatie: The model requires this, and it is missing." in shown.stderr
    assert " 1 refused, " in shown.stdout
