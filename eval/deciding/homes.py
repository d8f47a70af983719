"""The two homes that cases are over: the sample services, and the real ones where the data is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from assistant.bootstrap import Service
from assistant.settings import Settings
from ingest.report import ImportReport
from ingest.sources.sample import content_folder
from ingest.sync import import_ipdc, import_sample, import_words
from knowledge.errors import NamedFailure

MOMENT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""The clock of every question, so that two runs differ in nothing but the program."""
SAMPLE, REAL = "sample", "ipdc"


def home_over(over: str, folder: Path, records: Path | None = None, *, words: bool = True) -> Service:
    """Return an installation in `folder` with the pages that cases are over; one that is there already is brought up.

    `words` are those of citizens, which every home has that `ingest sample` made.
    Raises NamedFailure where the real services are asked for without their `records`.
    """
    service = Service(Settings.from_environment({"WEGWIJZER_HOME": str(folder)}))
    if not service.pages.page_ids():
        if over == SAMPLE:
            import_sample(service.pages, MOMENT)
        elif records is None:
            raise NamedFailure("real services: say where their records are with --ipdc FILE.")
        else:
            import_ipdc(service.pages, [records], MOMENT)
        if words:
            import_words(service.terms, content_folder() / "words", over, ImportReport())
    service.index.update()
    return service
