"""Files of IPDC and LPDC: every shape is read, and what cannot be read is refused with its place."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ingest.report import RecordError, Refusal, SourceError
from ingest.sources.ipdc import find_files, read_records, source_id
from tests.ingest.records import record, write

TITLE = "http://purl.org/dc/terms/title"
EXPANDED = [
    {
        "@id": "https://example.org/id/public-service/7",
        "@type": ["https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#InstancePublicServiceSnapshot"],
        TITLE: [{"@language": "nl", "@value": "Verhuizen"}],
    }
]


def read(file: Path) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """The records and the refusals of a file."""
    found = [entry for _, entry in read_records(file)]
    return (
        [entry for entry in found if isinstance(entry, dict)],
        [entry for entry in found if isinstance(entry, Refusal)],
    )


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(
    ("name", "content", "titles"),
    [
        ("lines.jsonl", [record("1"), record("2")], 2),
        ("lines.ndjson", [record("1")], 1),
        ("page.jsonl", [{"member": [record("1"), record("2")]}, record("3")], 3),
        ("one.json", record("1"), 1),
        ("list.json", [record("1"), record("2")], 2),
        ("page.json", {"@type": "EventStream", "member": [record("1"), record("2")]}, 2),
        ("page_of_one.json", {"@type": "EventStream", "member": record("1")}, 1),
        ("empty_page.json", {"@type": "EventStream", "member": []}, 0),
        ("expanded.json", EXPANDED, 1),
    ],
)
def test_every_shape_of_file_gives_its_records(
    tmp_path: Path, name: str, content: object, titles: int, suffix: str
) -> None:
    records, refused = read(write(tmp_path, name + suffix, content))
    assert len([one for one in records if "naam" in one]) == titles
    assert refused == []


def test_an_empty_line_is_skipped_and_still_counted_in_the_place_of_what_follows(tmp_path: Path) -> None:
    file = write(tmp_path, "a.jsonl", json.dumps(record()).encode() + b"\n\n  \n" + json.dumps(record("2")).encode())
    assert [where for where, _ in read_records(file)] == ["a.jsonl:1", "a.jsonl:4"]


def test_a_record_in_a_list_is_found_back_by_its_number(tmp_path: Path) -> None:
    file = write(tmp_path, "a.json", [record("1"), record("2")])
    assert [where for where, _ in read_records(file)] == ["a.json#1", "a.json#2"]


def test_folders_are_searched_in_depth_and_other_files_in_them_are_left_alone(tmp_path: Path) -> None:
    deep = write(tmp_path, "b/c/deep.jsonl.gz", [record()])
    top = write(tmp_path, "top.json", record())
    write(tmp_path, "b/readme.txt", b"no records here")
    assert find_files([tmp_path]) == [deep, top]
    assert find_files([top, tmp_path / "b"]) == [top, deep]


def test_an_empty_folder_gives_no_files(tmp_path: Path) -> None:
    assert find_files([tmp_path]) == []


def test_a_path_that_is_not_there_or_of_another_kind_stops_the_import_and_says_what_to_give(tmp_path: Path) -> None:
    good = write(tmp_path, "good.json", record())
    table = write(tmp_path, "table.csv", b"a;b")
    assert find_files([good]) == [good]
    with pytest.raises(SourceError, match=r"nowhere\.json does not exist\. Give a file or a folder"):
        find_files([good, tmp_path / "nowhere.json"])
    with pytest.raises(SourceError, match=r"table\.csv is not one of \.json, \.jsonl"):
        find_files([good, table])


def test_a_line_that_is_not_json_is_refused_by_number_and_the_others_are_read(tmp_path: Path) -> None:
    good = json.dumps(record()).encode()
    records, refused = read(write(tmp_path, "a.jsonl", good + b'\n{"naam": oops}\n' + good))
    assert len(records) == 2
    assert [(one.record, one.field) for one in refused] == [("a.jsonl:2", "line")]
    assert "Not valid JSON" in refused[0].why
    assert "character 10" in refused[0].why


def test_a_document_that_is_not_json_is_refused_with_line_and_column(tmp_path: Path) -> None:
    records, refused = read(write(tmp_path, "a.json", b'{\n "naam": oops}'))
    assert records == []
    assert [(one.record, one.field) for one in refused] == [("a.json", "file")]
    assert "line 2, column 10" in refused[0].why


def test_entries_that_are_no_objects_are_refused_one_by_one(tmp_path: Path) -> None:
    records, refused = read(write(tmp_path, "a.json", [record(), "text", 5, None, []]))
    assert len(records) == 1
    assert [one.record for one in refused] == ["a.json#2", "a.json#3", "a.json#4", "a.json#5"]
    assert "Expected a service object, found str." in refused[0].why


def test_a_truncated_archive_gives_what_came_through_and_asks_for_a_new_copy(tmp_path: Path) -> None:
    lines = "".join(f"{json.dumps(record(str(number)))}\n" for number in range(3000)).encode()
    whole = gzip.compress(lines)
    assert len(read(write(tmp_path, "whole.jsonl.gz", whole))[0]) == 3000
    records, refused = read(write(tmp_path, "half.jsonl.gz", whole[: len(whole) // 2]))
    assert 0 < len(records) < 3000
    assert [(one.record, one.field) for one in refused] == [("half.jsonl.gz", "file")]
    assert refused[0].why.endswith("Fetch or export it again.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.jsonl.gz", b"no archive at all"),
        ("latin.json", b'{"naam": "caf\xe9"}'),
        ("cut.json.gz", gzip.compress(b"{}", mtime=0)[:12]),
    ],
)
def test_a_file_that_cannot_be_decoded_is_refused_and_asks_for_a_new_copy(
    tmp_path: Path, name: str, content: bytes
) -> None:
    records, refused = read(write(tmp_path, name, content))
    assert records == []
    assert [one.field for one in refused] == ["file"]
    assert refused[0].why.endswith("Fetch or export it again.")


def test_the_lines_around_one_that_is_not_utf8_are_read(tmp_path: Path) -> None:
    good = json.dumps(record()).encode()
    records, refused = read(write(tmp_path, "a.jsonl", good + b'\n{"naam": "caf\xe9"}\n' + good))
    assert len(records) == 2
    assert [one.record for one in refused] == ["a.jsonl:2"]


@pytest.mark.parametrize("line", [b"[" * 100_000, b"1" * 5_000])
def test_json_that_no_reader_can_hold_is_refused_and_the_others_are_read(tmp_path: Path, line: bytes) -> None:
    good = json.dumps(record()).encode()
    records, refused = read(write(tmp_path, "a.jsonl", good + b"\n" + line + b"\n" + good))
    assert (len(records), [(one.record, one.field) for one in refused]) == (2, [("a.jsonl:2", "line")])


def deep(levels: int) -> dict[str, Any]:
    """An object in an object in an object …"""
    found: dict[str, Any] = {}
    for _ in range(levels):
        found = {"a": found}
    return found


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"kosten": [{"naam": {"nl": "Half \ud83d"}}]}, "kosten[0].naam.nl", "half a character"),
        ({"metadata": {"half \ud83d": 1}}, "metadata.'half \\ud83d'", "half a character"),
        ({"metadata": deep(200)}, "metadata", "levels deep"),
    ],
)
def test_a_record_that_cannot_be_stored_is_refused_by_field_and_the_others_are_read(
    tmp_path: Path, fields: dict[str, Any], field: str, why: str
) -> None:
    records, refused = read(write(tmp_path, "a.json", [record("1"), record("2", **fields), record("3")]))
    assert [one["productnummer"] for one in records] == ["1", "3"]
    assert [(one.record, one.field) for one in refused] == [("a.json#2", field)]
    assert why in refused[0].why


@pytest.mark.parametrize("page", [{"@type": "EventStream"}, {"@type": ["https://w3id.org/tree#Node"], "view": {}}])
def test_a_page_of_a_stream_without_members_gives_nothing(tmp_path: Path, page: dict[str, Any]) -> None:
    assert read(write(tmp_path, "a.json", page)) == ([], [])


def test_linked_data_without_a_service_is_refused_once(tmp_path: Path) -> None:
    site = {"@id": "http://x/1", "@type": ["http://schema.org/WebSite"], TITLE: [{"@value": "x"}]}
    records, refused = read(write(tmp_path, "a.json", [site, {**site, "@id": "http://x/2"}]))
    assert (records, [(one.record, one.field) for one in refused]) == ([], [("a.json", "@type")])
    assert "public service" in refused[0].why


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"productnummer": "215", "productID": "8", "isVersionOf": "http://x/9", "@id": "http://x/10"}, "215"),
        ({"productID": 8, "isVersionOf": "http://x/9", "@id": "http://x/10"}, "8"),
        ({"productnummer": " \t", "productID": " 8 "}, "8"),
        ({"productnummer": "", "isVersionOf": "http://x/9/", "@id": "http://x/10"}, "9"),
        ({"isVersionOf": {"@id": "http://x/9"}, "@id": "http://x/10"}, "9"),
        ({"isVersionOf": "", "@id": "http://x/10", "id": "11"}, "10"),
        ({"id": "11"}, "11"),
    ],
)
def test_the_id_is_the_product_number_before_the_version_and_the_address(
    fields: dict[str, object], expected: str
) -> None:
    assert source_id(fields, "a.json") == expected


@pytest.mark.parametrize("fields", [{}, {"productnummer": None, "@id": "/"}, {"isVersionOf": 5}])
def test_a_record_without_any_id_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(RecordError) as refused:
        source_id(fields, "a.json")
    assert (refused.value.refusal.record, refused.value.refusal.field) == ("a.json", "productnummer")
