"""A stream is followed to its last page, its newest snapshots are published, and only what changed is fetched again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from ingest.report import ImportReport, SourceError
from ingest.sources.ldes import Stream
from ingest.sync import import_ipdc
from knowledge.pages import PageState
from knowledge.store.pages import Pages
from knowledge.store.streams import Streams
from tests.ingest.conftest import AT
from tests.ingest.ldes_server import StreamServer, page
from tests.ingest.records import Record, record, write
from tests.ingest.stream_state import MemoryState


class Reader:
    """Imports the stream of the server into an empty home, without ever waiting."""

    def __init__(self, server: StreamServer, pages: Pages, streams: Streams, home: Path) -> None:
        self.server, self.pages, self._streams = server, pages, streams
        self.folder = home / "streams"
        self.waits: list[float] = []

    def stream(self, path: str = "/0") -> Stream:
        return Stream(self.server.url + path, self._streams, self.folder, sleep=self.waits.append)

    def read(self, path: str = "/0", *, dry_run: bool = False) -> ImportReport:
        self.server.forget()
        return import_ipdc(self.pages, [self.stream(path)], AT, dry_run=dry_run)

    def title(self, number: str = "1") -> str:
        found = self.pages.find(number)
        assert found is not None
        return found.service.title["nl"]

    def spools(self) -> list[Path]:
        return [one for one in self.folder.iterdir() if one.is_dir()] if self.folder.is_dir() else []


@pytest.fixture
def reader(server: StreamServer, pages: Pages, streams: Streams, home: Path) -> Reader:
    return Reader(server, pages, streams, home)


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.withdrawn, len(report.refused)


def snapshot(day: int, title: str, number: str = "1", **fields: object) -> Record:
    return record(number, generatedAtTime=f"2024-05-{day:02}T00:00:00Z", naam={"nl": title}, **fields)


def test_every_page_of_a_stream_is_read_once_from_wherever_one_begins(reader: Reader) -> None:
    reader.server.serve_chain([record("1")], [record("2")], [record("3"), record("4")], [])
    assert counts(reader.read("/2")) == (4, 0, 0, 0, 0)
    assert sorted(reader.server.requests) == ["/0", "/1", "/2", "/3"]
    assert [agent.partition("/")[0] for agent in reader.server.agents] == ["Wegwijzer"]
    assert reader.spools() == []


def test_pages_in_a_circle_are_read_once(reader: Reader) -> None:
    reader.server.serve("/0", page(record("1"), to=["/1", "/0", "/0#x", f"{reader.server.url}/0"]))
    reader.server.serve("/1", page(record("2"), to=["/0"]))
    assert counts(reader.read()) == (2, 0, 0, 0, 0)
    assert reader.server.requests == ["/0", "/1"]


def test_the_newest_snapshot_counts_whatever_the_order_of_the_pages(reader: Reader) -> None:
    reader.server.serve_chain([snapshot(2, "Nieuw")], [snapshot(3, "Nieuwst")], [snapshot(1, "Oud")])
    assert counts(reader.read()) == (1, 0, 0, 0, 0)
    found = reader.pages.find("1")
    assert found is not None
    assert (found.service.title["nl"], found.revision) == ("Nieuwst", 1)


def test_an_archived_snapshot_withdraws_its_page(reader: Reader) -> None:
    reader.server.serve_chain([snapshot(1, "Kaart")])
    reader.read()
    reader.server.serve_chain([snapshot(1, "Kaart"), snapshot(2, "Kaart", gearchiveerd=True)])
    assert counts(reader.read()) == (0, 0, 0, 1, 0)
    assert reader.pages.counts() == {PageState.WITHDRAWN: 1}


def test_nothing_is_fetched_or_parsed_that_did_not_change(reader: Reader) -> None:
    reader.server.serve_chain([record("1")], [record("2")], [record("3")])
    reader.read()
    again = reader.read()
    assert (counts(again), again.stream_pages_unchanged) == ((0, 0, 0, 0, 0), 3)
    assert sorted(reader.server.answers) == [("/0", 304), ("/1", 304), ("/2", 304)]


def test_a_changed_page_is_read_again_and_the_pages_behind_unchanged_ones_are_still_found(reader: Reader) -> None:
    reader.server.serve_chain([record("1")], [record("2")], [record("3")])
    reader.read()
    reader.server.serve("/2", page(record("3"), record("4"), to=["/1", "/3"]))
    reader.server.serve("/3", page(record("5"), to=["/2"]))
    again = reader.read()
    assert (counts(again), again.stream_pages_unchanged) == ((2, 0, 1, 0, 0), 2)
    assert sorted(reader.server.answers) == [("/0", 304), ("/1", 304), ("/2", 200), ("/3", 200)]


def test_a_page_that_never_changes_is_not_asked_for_again(reader: Reader) -> None:
    forever = {"Cache-Control": "public, max-age=604800, immutable"}
    reader.server.serve("/0", page(record("1"), to=["/1"]), headers=forever)
    reader.server.serve("/1", page(record("2"), to=["/0", "/2"]), headers=forever)
    reader.server.serve("/2", page(record("3"), to=["/1"]))
    assert reader.read().stream_pages_unchanged == 0
    assert reader.read().stream_pages_unchanged == 3
    assert reader.server.answers == [("/2", 304)]


def test_a_page_that_became_immutable_without_changing_is_remembered_as_that(reader: Reader) -> None:
    served = reader.server.serve("/0", page(record("1")))
    reader.read()
    served.headers["Cache-Control"] = "immutable"
    reader.read()
    assert reader.server.answers == [("/0", 304)]
    reader.read()
    assert reader.server.answers == []


@pytest.mark.parametrize("validator", ["Wed, 21 Oct 2026 07:28:00 GMT", ""])
def test_a_server_without_etags_is_read_again_only_where_it_changed(reader: Reader, validator: str) -> None:
    reader.server.serve("/0", page(record("1"), to=["/1"]), validator=validator)
    reader.server.serve("/1", page(record("2")), validator=validator)
    reader.read()
    assert counts(reader.read()) == (0, 0, 0, 0, 0)
    assert [status for _, status in reader.server.answers] == [304 if validator else 200] * 2
    reader.server.serve("/1", page(record("2"), record("3")), validator="")
    assert counts(reader.read()) == (1, 0, 1, 0, 0)


def test_another_server_is_not_read_and_the_report_names_it(reader: Reader) -> None:
    links = ["http://localhost:5000/1", "https://127.0.0.1/1", "/1"]
    reader.server.serve("/0", page(record("1"), to=links))
    reader.server.serve("/1", page(record("2"), to=links[:1]))
    report = reader.read()
    assert counts(report) == (2, 0, 0, 0, 2)
    assert [(one.record, one.field) for one in report.refused] == [(link, "page") for link in links[:2]]
    assert all("another server" in one.why and reader.server.url in one.why for one in report.refused)
    assert [one.record for one in reader.read().refused] == links[:2]


def test_a_page_that_stays_ill_is_refused_and_the_rest_goes_on(reader: Reader) -> None:
    reader.server.serve_chain([record("1")], [record("2")], [record("3")])
    ill = reader.server.serve("/1", page(record("2"), to=["/0", "/2"]), *[reader.server.status(503)] * 5)
    report = reader.read()
    assert counts(report) == (1, 0, 0, 0, 1)
    assert (report.refused[0].record, report.refused[0].field) == (f"{reader.server.url}/1", "page")
    assert "status 503, 5 times in a row. Import again later" in report.refused[0].why
    assert counts(reader.read()) == (2, 0, 0, 0, 0)
    ill.faults += [reader.server.status(503)] * 5
    reader.server.serve("/2", page(record("3"), record("4")))
    assert counts(reader.read()) == (1, 0, 1, 0, 1), "the links of the ill page are known from before"


def test_the_first_page_must_be_there(reader: Reader) -> None:
    with pytest.raises(SourceError, match="status 404"):
        reader.read("/nowhere")
    assert (reader.pages.page_ids(), reader.pages.imports()) == ([], [])
    reader.server.serve("/login", "<html>", headers={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(SourceError, match="text/html"):
        reader.read("/login")


def test_a_name_and_password_do_not_belong_in_the_address(reader: Reader) -> None:
    url = reader.server.url.replace("://", "://jan:geheim@")
    with pytest.raises(SourceError, match="password") as failure:
        import_ipdc(reader.pages, [Stream(url, MemoryState(), reader.folder)], AT)
    assert "geheim" not in str(failure.value)


def test_a_refused_record_is_named_by_the_address_of_its_page(reader: Reader) -> None:
    reader.server.serve_chain([record("1")], [record("2"), record("3", kosten=["5 euro"])])
    assert [one.record for one in reader.read().refused] == [f"{reader.server.url}/1#2"]


def test_files_and_streams_are_one_import(reader: Reader, tmp_path: Path) -> None:
    reader.server.serve_chain([snapshot(2, "Nieuw")], [record("2")])
    file = write(tmp_path, "a.json", [snapshot(1, "Oud"), record("3")])
    assert counts(import_ipdc(reader.pages, [file, reader.stream()], AT)) == (3, 0, 0, 0, 0)
    assert reader.title() == "Nieuw"


def test_a_dry_run_fetches_and_leaves_nothing_behind(reader: Reader) -> None:
    reader.server.serve_chain([record("1")], [record("2")])
    assert counts(reader.read(dry_run=True)) == (2, 0, 0, 0, 0)
    assert (reader.pages.page_ids(), reader.pages.imports(), reader.folder.exists()) == ([], [], False)
    assert counts(reader.read()) == (2, 0, 0, 0, 0)
    assert [status for _, status in reader.server.answers] == [200, 200]


class TestAnImportThatBrokeOff:
    """What was fetched waits in the spool; nothing of it was published."""

    @pytest.fixture
    def broken(self, reader: Reader) -> Reader:
        """An import that had fetched everything and then ended."""
        reader.server.serve_chain([record("1")], [record("2")])
        with pytest.raises(KeyboardInterrupt), reader.stream().changes("ipdc-2"):
            raise KeyboardInterrupt
        return reader

    def test_goes_on_from_what_was_fetched(self, broken: Reader) -> None:
        assert (broken.pages.page_ids(), len(broken.spools())) == ([], 1)
        assert counts(broken.read()) == (2, 0, 0, 0, 0)
        assert (broken.server.requests, broken.spools()) == ([], [])
        broken.read()
        assert [status for _, status in broken.server.answers] == [304, 304]

    def test_reads_what_changed_meanwhile_the_time_after(self, broken: Reader) -> None:
        broken.server.serve("/1", page(record("2", naam={"nl": "Nieuw"})))
        broken.read()
        assert broken.title("2") == "Parkeerkaart 2"
        broken.read()
        assert broken.title("2") == "Nieuw"

    def test_fetches_again_what_is_a_day_old(self, broken: Reader) -> None:
        for file in broken.spools()[0].iterdir():
            os.utime(file, (time.time() - 90_000,) * 2)
        broken.read()
        assert broken.server.requests == ["/0", "/1"]

    @pytest.mark.parametrize("damage", [lambda file: file.write_bytes(file.read_bytes()[:30]), Path.unlink])
    def test_fetches_again_what_was_damaged(self, broken: Reader, damage: Callable[[Path], None]) -> None:
        for file in broken.spools()[0].iterdir():
            damage(file)
        assert counts(broken.read()) == (2, 0, 0, 0, 0)
        assert broken.server.requests == ["/0", "/1"]

    def test_asks_whether_it_changed_where_the_page_was_imported_after_all(self, reader: Reader) -> None:
        reader.server.serve_chain([record("1")])
        with reader.stream().changes("ipdc-2") as changes:
            kept = [(file, file.read_bytes(), file.with_suffix(".page").read_bytes()) for file, _ in changes.files]
        for file, body, said in kept:
            file.parent.mkdir()
            file.write_bytes(body)
            file.with_suffix(".page").write_bytes(said)
        reader.read()
        assert reader.server.answers == [("/0", 304)]
        assert reader.spools() == []


def test_two_imports_of_one_stream_do_not_run_at_once(reader: Reader) -> None:
    reader.server.serve_chain([record("1")])
    reader.read()
    lock = next(reader.folder.glob("*.lock"))
    with FileLock(lock), pytest.raises(SourceError, match="another process"):
        reader.read()
    assert counts(reader.read()) == (0, 0, 0, 0, 0)


def test_a_newer_importer_reads_everything_again(reader: Reader) -> None:
    reader.server.serve("/0", page(record("1")), headers={"Cache-Control": "immutable"})
    reader.read()
    with reader.stream().changes("ipdc-3", dry_run=True) as changes:
        assert len(changes.files) == 1


def test_a_stream_of_expanded_pages_is_read(reader: Reader) -> None:
    def node(**values: object) -> Record:
        return {"@id": "https://ipdc.example/id/instantie/a", **values}

    tree, dc = "https://w3id.org/tree#", "http://purl.org/dc/terms/"
    service = node(
        **{
            "@type": ["https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#InstancePublicServiceSnapshot"],
            f"{dc}title": [{"@language": "nl", "@value": "Kaart"}],
            f"{dc}description": [{"@language": "nl", "@value": "Een kaart."}],
        }
    )
    relation = [{f"{tree}node": [{"@id": "/1"}]}]
    reader.server.serve("/0", [{"@id": "/0", f"{tree}relation": relation, f"{tree}member": [service]}])
    reader.server.serve("/1", {"@id": "/1", "@type": f"{tree}Node", f"{tree}member": []})
    assert counts(reader.read()) == (1, 0, 0, 0, 0)
    assert reader.title("a") == "Kaart"


@pytest.mark.parametrize(
    ("folder", "at", "expected"),
    [
        ("ipdc_stub/instance_snapshots", ("http://hostname", "/doc/instancesnapshot?pageNumber=1"), (5, 0, 0, 1, 0)),
        ("ipdc/ldes_pages", ("http://localhost:5000", "/all"), (59, 0, 0, 0, 10)),
    ],
)
def test_the_real_pages_are_followed(
    reader: Reader, shared_data: Path, folder: str, at: tuple[str, str], expected: tuple[int, ...]
) -> None:
    host, first = at
    paths = reader.server.play(shared_data / folder, host)
    # Of the real catalogue we have five pages out of thousands: their neighbours are not there.
    reader.server.serve("/all", page(to=paths))
    report = reader.read(first)
    assert counts(report) == expected
    assert all("status 404" in one.why for one in report.refused)
