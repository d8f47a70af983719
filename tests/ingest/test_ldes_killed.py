"""An import that is killed leaves nothing half done, and the next one goes on where it stood."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.bootstrap import Service
from knowledge.pages import PageState
from knowledge.store.pages import Pages
from knowledge.store.streams import Streams
from tests.ingest.ldes_server import StreamServer
from tests.ingest.records import Record, record

PROGRAM = """
import sys
from assistant.bootstrap import Service
from assistant.settings import Settings
from ingest.cli import create_app
from knowledge.store.streams import Streams

service = Service(Settings.from_environment())
streams = Streams(service.database), service.settings.home / "streams"
create_app(lambda: (service.pages, service.index, service.terms), lambda: streams)(sys.argv[1:])
"""
ROOT = Path(__file__).parents[2]
PAGES, RECORDS = 6, 50


class Imports:
    """Imports the stream of the server into one home, each in a process of its own."""

    def __init__(self, server: StreamServer, home: Path) -> None:
        self._command = [sys.executable, "-c", PROGRAM, "ipdc", f"{server.url}/0", "--json"]
        self._environment = os.environ | {"WEGWIJZER_HOME": str(home), "PYTHONPATH": str(ROOT)}

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(self._command, env=self._environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def kill_when(self, reached: Callable[[], bool]) -> None:
        """Start an import and kill it as soon as it has `reached` a point, which must be before its end."""
        with self.start() as process:
            until = time.monotonic() + 60
            while not reached():
                assert process.poll() is None, "the import ended before it could be killed"
                assert time.monotonic() < until
                time.sleep(0.002)
            process.kill()
        assert process.returncode == -signal.SIGKILL

    def finish(self) -> dict[str, object]:
        """Run an import to its end and return its report."""
        with self.start() as process:
            output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        report = json.loads(output)
        assert isinstance(report, dict)
        return report


@pytest.fixture
def imports(server: StreamServer, home: Path, streams: Streams) -> Imports:
    server.serve_chain(*[[_record(place, number) for number in range(RECORDS)] for place in range(PAGES)])
    return Imports(server, home)


def _record(place: int, number: int) -> Record:
    """Each service stands on every page, newest on the last; on the first page there is its history only."""
    text = " ".join(f"<p>Zin {sentence} van de kaart.</p>" for sentence in range(20))
    fields = {"naam": {"nl": f"Stand {place}"}, "beschrijving": {"nl": text}}
    return record(
        str(number + RECORDS * max(0, place - 1)), generatedAtTime=f"2024-05-0{place + 1}T00:00:00Z", **fields
    )


def titles(pages: Pages) -> dict[str, str]:
    found = pages.get(pages.page_ids()).values()
    assert all(one.state is PageState.PUBLISHED for one in found)
    return {one.source_id: one.service.title["nl"] for one in found}


EXPECTED = {str(number): f"Stand {1 + number // RECORDS}" for number in range(RECORDS * (PAGES - 1))}


def test_killed_while_fetching_it_goes_on_with_the_missing_pages(
    imports: Imports, server: StreamServer, pages: Pages, home: Path
) -> None:
    asked, go_on = threading.Event(), threading.Event()
    server.pages["/3"].faults.append(server.hang(asked, go_on))
    imports.kill_when(asked.is_set)
    go_on.set()
    assert pages.page_ids() == [], "nothing is published before everything is fetched"
    assert server.requests == ["/0", "/1", "/2", "/3"]
    server.forget()
    assert imports.finish()["new"] == len(EXPECTED)
    assert server.requests == ["/3", "/4", "/5"]
    assert titles(pages) == EXPECTED
    assert [one for one in (home / "streams").iterdir() if one.is_dir()] == []


def test_killed_while_publishing_it_goes_on_without_fetching(
    imports: Imports, server: StreamServer, pages: Pages, service: Service
) -> None:
    imports.kill_when(lambda: len(pages.page_ids()) > 0)
    published = titles(pages)
    assert 0 < len(published) < len(EXPECTED)
    assert published.items() <= EXPECTED.items(), "what is published is the newest of its kind"
    server.forget()
    report = imports.finish()
    assert (report["new"], report["unchanged"]) == (len(EXPECTED) - len(published), len(published))
    assert (server.requests, titles(pages)) == ([], EXPECTED)
    assert imports.finish()["unchanged"] == 0
    assert {status for _, status in server.answers} == {304}
