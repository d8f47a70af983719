"""An import publishes what is new, leaves what is the same, and one broken record stops nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.bootstrap import Service
from ingest.report import ImportReport, SourceError
from ingest.sync import import_ipdc
from knowledge.pages import PageState
from knowledge.store.pages import Pages
from tests.ingest.conftest import AT
from tests.ingest.records import COMPLETE, Record, record, write


class Source:
    """A source system that gives its records as a file, and the pages they go to."""

    def __init__(self, pages: Pages, folder: Path) -> None:
        self.pages, self._folder = pages, folder

    def give(self, *records: Record, dry_run: bool = False) -> ImportReport:
        """Import `records` as the source gives them now."""
        return import_ipdc(self.pages, [write(self._folder, "source.json", list(records))], AT, dry_run=dry_run)

    def title(self, number: str = "1") -> str:
        page = self.pages.find(number)
        assert page is not None
        return page.service.title["nl"]


@pytest.fixture
def source(pages: Pages, tmp_path: Path) -> Source:
    return Source(pages, tmp_path)


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.withdrawn, len(report.refused)


def snapshot(moment: str, title: str) -> Record:
    return record(generatedAtTime=moment, naam={"nl": title})


def test_a_first_import_publishes_and_a_second_of_the_same_leaves_all_as_it_is(source: Source) -> None:
    assert counts(source.give(record("1"), record("2"))) == (2, 0, 0, 0, 0)
    last = source.pages.last_change()
    assert counts(source.give(record("2"), record("1"))) == (0, 0, 2, 0, 0)
    assert source.pages.last_change() == last


def test_a_changed_record_becomes_a_new_revision(source: Source) -> None:
    source.give(record("1"), record("2"))
    assert counts(source.give(record("1", naam={"nl": "Nieuw"}), record("2"))) == (0, 1, 1, 0, 0)
    page = source.pages.find("1")
    assert page is not None
    assert (page.revision, page.service.title) == (2, {"nl": "Nieuw"})


def test_an_archived_record_is_withdrawn_and_can_come_back(source: Source) -> None:
    source.give(record("1"))
    assert counts(source.give(record("1", gearchiveerd=True))) == (0, 0, 0, 1, 0)
    assert source.pages.counts() == {PageState.WITHDRAWN: 1}
    assert counts(source.give(record("1", gearchiveerd=True))) == (0, 0, 1, 0, 0)
    assert counts(source.give(record("1"))) == (0, 1, 0, 0, 0)
    assert source.pages.counts() == {PageState.PUBLISHED: 1}


def test_a_page_is_stored_with_its_sections_and_all_that_the_source_says(source: Source) -> None:
    source.give(COMPLETE)
    page = source.pages.find("215")
    assert page is not None
    assert {section.source_field for section in page.service.sections} >= {"description", "rule", "cost", "evidence"}
    assert page.service.extra["metadata"] == {"uJeVersie": "36.3.0"}
    assert page.service.contact_points[0].email == "info@loket.example"


def test_an_older_snapshot_is_left_out(source: Source) -> None:
    source.give(snapshot("2024-05-02T00:00:00Z", "Nieuw"))
    assert counts(source.give(snapshot("2024-05-01T00:00:00Z", "Oud"))) == (0, 0, 1, 0, 0)
    assert source.title() == "Nieuw"
    assert counts(source.give(snapshot("2024-05-03T00:00:00Z", "Nieuwst"))) == (0, 1, 0, 0, 0)
    assert source.title() == "Nieuwst"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_newest_of_several_snapshots_wins_in_any_order(source: Source, order: tuple[int, ...]) -> None:
    snapshots = [snapshot(f"2024-05-0{day}T00:00:00Z", f"Dag {day}") for day in (1, 2, 3)]
    assert counts(source.give(*(snapshots[place] for place in order))) == (1, 0, 0, 0, 0)
    assert source.title() == "Dag 3"


def test_the_newest_snapshot_may_stand_in_another_file(pages: Pages, tmp_path: Path) -> None:
    write(tmp_path, "a.json", snapshot("2024-05-02T00:00:00Z", "Nieuw"))
    write(tmp_path, "b.jsonl.gz", [snapshot("2024-05-01T00:00:00Z", "Oud")])
    assert counts(import_ipdc(pages, [tmp_path], AT)) == (1, 0, 0, 0, 0)
    assert Source(pages, tmp_path).title() == "Nieuw"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00.5Z"),
        ("2024-05-01T10:00:00+02:00", "2024-05-01T09:00:00Z"),
        ("", "1999-05-01T09:00:00Z"),
    ],
)
def test_the_newest_snapshot_is_the_later_moment_however_it_is_written(source: Source, older: str, newer: str) -> None:
    source.give(snapshot(newer, "Nieuw"), snapshot(older, "Oud"))
    assert source.title() == "Nieuw"


def test_a_dry_run_counts_the_same_and_writes_nothing(source: Source) -> None:
    source.give(record("1"), record("2"), record("3"))
    before = source.pages.last_change(), len(source.pages.imports())
    now = (record("1"), record("2", naam={"nl": "N"}), record("3", gearchiveerd=True), record("4"), record("5", naam=5))
    tried = source.give(*now, dry_run=True)
    assert (source.pages.last_change(), len(source.pages.imports())) == before
    assert counts(tried) == (1, 1, 1, 1, 1)
    assert counts(source.give(*now)) == counts(tried)


def test_a_dry_run_leaves_an_older_snapshot_out_as_well(source: Source) -> None:
    source.give(snapshot("2024-05-02T00:00:00Z", "Nieuw"))
    assert counts(source.give(snapshot("2024-05-01T00:00:00Z", "Oud"), dry_run=True)) == (0, 0, 1, 0, 0)


def test_more_records_than_one_transaction_holds_are_all_imported(source: Source) -> None:
    records = [record(str(number)) for number in range(60)]
    assert counts(source.give(*records)) == (60, 0, 0, 0, 0)
    assert len(source.pages.page_ids()) == 60
    assert counts(source.give(*records)) == (0, 0, 60, 0, 0)


def test_a_broken_record_is_reported_and_the_rest_goes_on(source: Source) -> None:
    broken = [record("2", kosten=["5 euro"]), {"naam": {"nl": "Zonder nummer"}}, record("4", naam=None)]
    report = source.give(record("1"), *broken, record("5"))
    assert counts(report) == (2, 0, 0, 0, 3)
    assert sorted((one.record, one.field) for one in report.refused) == [
        ("source.json#2", "kosten"),
        ("source.json#3", "productnummer"),
        ("source.json#4", "naam"),
    ]
    assert source.pages.page_ids() == ["ipdc-1", "ipdc-5"]


def test_a_record_that_breaks_later_leaves_its_page_as_it_was(source: Source) -> None:
    source.give(record("1"))
    assert counts(source.give(record("1", kosten=["5 euro"]))) == (0, 0, 0, 0, 1)
    assert source.title() == "Parkeerkaart 1"


@pytest.mark.parametrize(
    "fields", [{"naam": {"nl": "Kaart \ud83d"}}, {"eindeDienstVerlening": "9999-12-31T23:59:59-01:00"}]
)
def test_a_record_that_cannot_be_stored_stops_nothing(source: Source, fields: dict[str, object]) -> None:
    report = source.give(record("1"), record("2", **fields), record("3"))
    assert counts(report) == (2, 0, 0, 0, 1)
    assert [one.record for one in report.refused] == ["source.json#2"]


@pytest.mark.parametrize("url", ["https://x.example", {"nl": "https://x.example"}, None, 5])
def test_whatever_is_published_can_be_read_back(source: Source, url: object) -> None:
    source.give(record("1", publicatieLink={"url": url}), record("2"))
    assert len(source.pages.get(source.pages.page_ids())) == len(source.pages.page_ids()) >= 1


def test_two_numbers_that_look_alike_are_two_pages(source: Source) -> None:
    source.give(record("12/3"), record("12-3"))
    assert len(source.pages.page_ids()) == 2


def test_the_report_of_an_import_is_kept(source: Source) -> None:
    source.give(record("1"), record("2", naam=None))
    ((name, at, report),) = source.pages.imports()
    assert (name, at) == ("ipdc", AT)
    kept = json.loads(report)
    assert (kept["new"], kept["refused"][0]["field"]) == (1, "naam")
    assert kept["seconds"] >= 0


def test_progress_hears_of_every_record(pages: Pages, tmp_path: Path) -> None:
    heard: list[int] = []
    file = write(tmp_path, "a.json", [record("1"), record("2"), "broken"])
    import_ipdc(pages, [file], AT + timedelta(days=1), progress=heard.append)
    assert sum(heard) == 3


def test_a_path_that_is_not_there_stops_before_anything_is_written(source: Source, tmp_path: Path) -> None:
    good = write(tmp_path, "good.json", record())
    with pytest.raises(SourceError):
        import_ipdc(source.pages, [good, tmp_path / "nowhere.json"], AT)
    assert (source.pages.page_ids(), source.pages.imports()) == ([], [])
    assert counts(import_ipdc(source.pages, [good], AT)) == (1, 0, 0, 0, 0)


def test_what_a_source_sends_for_a_page_that_an_editor_withdrew_waits_in_review(
    source: Source, service: Service
) -> None:
    source.give(record("1"))
    service.revisions.withdraw("ipdc-1", AT, author="an")
    report = source.give(record("1", naam={"nl": "Nieuw"}))
    assert counts(report) == (0, 1, 0, 0, 0)
    assert [(one.record, one.field) for one in report.warnings] == [("ipdc-1", "page")]
    assert source.pages.counts() == {PageState.WITHDRAWN: 1}
