"""What a source deleted is withdrawn: whatever the deletion looks like, and whatever comes before or after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.report import ImportReport
from ingest.sync import import_ipdc
from knowledge.pages import PageState
from knowledge.store.pages import Pages
from tests.ingest.conftest import AT
from tests.ingest.records import Record, record, write

INSTANCE = "https://ipdc.example/id/instantie/5b57"
AS = "https://www.w3.org/ns/activitystreams#"
EARLIER, MOMENT, LATER = (f"2024-05-0{day}T00:00:00Z" for day in (1, 2, 3))
KINDS: list[Record] = [
    {"@type": "Delete", "object": INSTANCE, "generatedAtTime": MOMENT},
    {"@type": ["as:Delete"], "as:object": {"@id": INSTANCE}, "as:published": MOMENT},
    {"@type": f"{AS}Delete", f"{AS}object": {"@id": INSTANCE, "@type": "Tombstone", "deleted": MOMENT}},
    {"@type": "Tombstone", "@id": INSTANCE, "deleted": MOMENT},
    {
        "@type": "as:Tombstone",
        "@id": "https://x.example/snapshot/9",
        "isVersionOf": INSTANCE,
        "generatedAtTime": MOMENT,
    },
    {"type": "Tombstone", "id": INSTANCE, "deleted": MOMENT},
    {"@type": "Delete", "object": {"productnummer": "215"}, "generatedAtTime": MOMENT},
]


class Source:
    """A source system that gives its records as a page of a stream."""

    def __init__(self, pages: Pages, folder: Path) -> None:
        self.pages, self._folder = pages, folder

    def give(self, *members: Any, dry_run: bool = False) -> ImportReport:
        file = write(self._folder, "page.json", {"@type": "EventStream", "member": list(members)})
        return import_ipdc(self.pages, [file], AT, dry_run=dry_run)

    def state(self, number: str = "215") -> str:
        found = self.pages.find(number)
        return found.state if found else ""


@pytest.fixture
def source(pages: Pages, tmp_path: Path) -> Source:
    return Source(pages, tmp_path)


def service(moment: str = EARLIER, **fields: Any) -> Record:
    return record("215", isVersionOf=INSTANCE, generatedAtTime=moment, **fields)


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.withdrawn, len(report.refused)


@pytest.mark.parametrize("deletion", KINDS)
def test_a_deletion_withdraws_the_page_that_was_imported_before(source: Source, deletion: Record) -> None:
    source.give(service())
    assert counts(source.give(deletion, dry_run=True)) == (0, 0, 0, 1, 0)
    assert counts(source.give(deletion)) == (0, 0, 0, 1, 0)
    assert source.state() == PageState.WITHDRAWN
    found = source.pages.find("215")
    assert found is not None
    assert (found.service.title, found.revision) == ({"nl": "Parkeerkaart 215"}, 2)
    assert counts(source.give(deletion)) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize("deletion", KINDS)
def test_a_deletion_counts_against_older_snapshots_beside_it(source: Source, deletion: Record) -> None:
    source.give(deletion, service())
    assert source.state() != PageState.PUBLISHED
    source.give(service())
    assert source.state() != PageState.PUBLISHED


def test_what_was_deleted_comes_back_with_a_newer_snapshot_only(source: Source) -> None:
    source.give(service())
    assert counts(source.give(KINDS[0], service(LATER))) == (0, 1, 0, 0, 0)
    assert counts(source.give(KINDS[0])) == (0, 0, 1, 0, 0)
    assert source.state() == PageState.PUBLISHED


def test_a_snapshot_of_the_moment_of_its_deletion_is_gone_in_either_order(source: Source) -> None:
    source.give(KINDS[0], service(MOMENT))
    assert source.state() == PageState.WITHDRAWN


def test_a_deletion_of_what_was_never_here_keeps_older_snapshots_out(source: Source) -> None:
    unnumbered = {key: value for key, value in service().items() if key != "productnummer"}
    assert counts(source.give(KINDS[0])) == (0, 0, 0, 1, 0)
    assert counts(source.give(unnumbered)) == (0, 0, 1, 0, 0)
    assert source.state("5b57") == PageState.WITHDRAWN


@pytest.mark.parametrize("field", ["generatedAtTime", "object"])
def test_a_deletion_must_say_what_and_when(source: Source, field: str) -> None:
    source.give(service())
    report = source.give({key: value for key, value in KINDS[0].items() if key != field})
    assert counts(report) == (0, 0, 0, 0, 1)
    assert source.state() == PageState.PUBLISHED


def test_a_deletion_in_expanded_form_is_read(source: Source, tmp_path: Path) -> None:
    source.give(service())
    dates = [{"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": MOMENT}]
    file = write(tmp_path, "a.json", [{"@id": INSTANCE, "@type": [f"{AS}Tombstone"], f"{AS}deleted": dates}])
    assert counts(import_ipdc(source.pages, [file], AT)) == (0, 0, 0, 1, 0)
