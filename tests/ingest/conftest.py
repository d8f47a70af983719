"""What the import tests share: the pages and streams of an empty home, a server, one import of the real catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.bootstrap import Service
from assistant.settings import Settings
from ingest.report import ImportReport
from ingest.sync import import_ipdc
from knowledge.pages import Page
from knowledge.store.pages import Pages
from knowledge.store.streams import Streams
from tests.ingest.ldes_server import StreamServer, stream_server

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class RealImport:
    """What importing the real catalogue gave; the pages are too much to show where a test fails."""

    report: ImportReport
    pages: list[Page] = field(repr=False)


@pytest.fixture
def pages(service: Service) -> Pages:
    """The pages of an empty home."""
    return service.pages


@pytest.fixture
def streams(service: Service) -> Streams:
    """What is known of streams in an empty home."""
    return Streams(service.database)


@pytest.fixture
def server() -> Iterator[StreamServer]:
    """A server of stream pages."""
    with stream_server() as server:
        yield server


@pytest.fixture(scope="session")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RealImport:
    """The real catalogue, imported once into a home of its own."""
    settings = Settings.from_environment({"WEGWIJZER_HOME": str(tmp_path_factory.mktemp("real"))})
    pages = Service(settings).pages
    report = import_ipdc(pages, [shared_data / "ipdc" / "services_raw.jsonl.gz"], AT)
    return RealImport(report, list(pages.get(pages.page_ids()).values()))
