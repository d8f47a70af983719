"""What the import tests share: the pages of an empty home, and one import of the real catalogue."""

from __future__ import annotations

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


@pytest.fixture(scope="session")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RealImport:
    """The real catalogue, imported once into a home of its own."""
    settings = Settings.from_environment({"WEGWIJZER_HOME": str(tmp_path_factory.mktemp("real"))})
    pages = Service(settings).pages
    report = import_ipdc(pages, [shared_data / "ipdc" / "services_raw.jsonl.gz"], AT)
    return RealImport(report, list(pages.get(pages.page_ids()).values()))
