"""What does not keep to the shapes of the model is warned of, in words, and imported all the same."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from ingest.report import Refusal, SourceError
from ingest.sources.ipdc import read_records
from ingest.sources.shapes import ShaclMissing, Shapes
from ingest.sync import import_ipdc
from knowledge.store.pages import Pages
from tests.ingest.conftest import AT
from tests.ingest.records import Record, record, write

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
MODEL, THEMES = "https://model.example/ns#", "https://model.example/id/theme/"
CONTEXT = {
    "@context": {
        "InstantieSnapshot": {
            "@id": f"{MODEL}Snapshot",
            "@context": {
                "naam": {"@id": f"{MODEL}title", "@container": "@language"},
                "creatie": {"@id": f"{MODEL}created", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
                "themas": {"@id": f"{MODEL}theme", "@type": "@id", "@context": {"@base": THEMES}},
                "kosten": {"@id": f"{MODEL}cost", "@type": "@id"},
                "bevoegdeOverheden": {"@id": f"{MODEL}body", "@type": "@id"},
            },
        },
        "Kost": {
            "@id": f"{MODEL}Cost",
            "@context": {"order": {"@id": f"{MODEL}order", "@type": "http://www.w3.org/2001/XMLSchema#integer"}},
        },
    }
}
SHAPES = f"""
@prefix : <{MODEL}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass :Snapshot ; sh:property
  [ sh:path :title ; sh:minCount 1 ; sh:languageIn ("nl" "en") ; sh:uniqueLang true ],
  [ sh:path :created ; sh:datatype xsd:dateTime ; sh:maxCount 1 ],
  [ sh:path :theme ; sh:class skos:Concept ], [ sh:path :body ; sh:class :Body ] .
[] a sh:NodeShape ; sh:targetClass :Cost ; sh:property
  [ sh:path :order ; sh:minCount 1 ; sh:datatype xsd:integer ; sh:maxInclusive 9 ; sh:message "Too many." ] .
"""
CODES = f"@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <{THEMES}Wonen> a skos:Concept ."
GOOD = record(creatie="2024-05-01T00:00:00.123456789Z", themas=["Wonen"], kosten=[{"@type": "Kost", "order": 1.0}])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model, its files where the real one has them."""
    folder = tmp_path_factory.mktemp("model")
    write(folder, "shacl/instantie-shape.ttl", SHAPES.encode())
    write(folder, "jsonld/ipdc-lpdc-im.jsonld", json.dumps(CONTEXT).encode())
    write(folder, "codelists/thema.ttl", CODES.encode())
    return folder


@pytest.fixture(scope="module")
def shapes(model: Path) -> Shapes:
    return Shapes(model)


def test_a_record_that_keeps_to_the_model_is_not_warned_of(shapes: Shapes) -> None:
    assert shapes.check(GOOD, "a.json") == []


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"naam": None}, "naam", "The model requires this, and it is missing."),
        ({"naam": {"nl": "Kaart", "fr": "Carte"}}, "naam", "The model has no texts in the language fr."),
        ({"naam": {"nl": ["Kaart", "Pas"]}}, "naam", "There are several texts in one language."),
        ({"creatie": "gisteren"}, "creatie", "Expected dateTime, found 'gisteren'."),
        (
            {"creatie": ["2024-05-01T00:00:00Z", "2024-05-02T00:00:00Z"]},
            "creatie",
            "The model allows 1 of these, and",
        ),
        ({"themas": ["Wonnen"]}, "themas", "'Wonnen' is not in the code list of the model."),
        ({"kosten": [{"@type": "Kost"}]}, "order", "The model requires this, and it is missing. (in Kost)"),
        ({"kosten": [{"@type": "Kost", "order": 1.5}]}, "order", "Expected integer, found '1.5'. (in Kost)"),
        ({"kosten": [{"@type": "Kost", "order": 12}]}, "order", "Too many. (in Kost)"),
    ],
)
def test_a_warning_names_the_field_and_what_is_wrong(shapes: Shapes, fields: Record, field: str, why: str) -> None:
    found = shapes.check(GOOD | fields, "a.json#1")
    assert [(one.record, one.field) for one in found] == [("a.json#1", field)]
    assert found[0].why.startswith(why)


def test_bodies_have_no_list_and_are_not_warned_of(shapes: Shapes) -> None:
    assert shapes.check(GOOD | {"bevoegdeOverheden": ["https://x.example/id/OVO000001"]}, "a.json") == []


def test_a_member_of_staff_is_not_shown_in_a_warning(shapes: Shapes) -> None:
    (warning,) = shapes.check(GOOD | {"creatie": "jan.peeters@x.example"}, "a.json")
    assert "peeters" not in warning.why


def test_a_context_of_the_record_is_never_fetched(shapes: Shapes) -> None:
    away = {"@context": "http://192.0.2.1/context.jsonld"}
    assert shapes.check(GOOD | away | {"kosten": [away | {"@type": "Kost", "order": 1}]}, "a.json") == []


def test_a_record_that_is_no_linked_data_is_said_so(shapes: Shapes) -> None:
    (warning,) = shapes.check(GOOD | {"naam": {"@id": "x"}}, "a.json")
    assert (warning.field, "cannot be read as linked data" in warning.why) == ("record", True)


def test_only_what_is_new_or_changed_is_checked(shapes: Shapes, pages: Pages, tmp_path: Path) -> None:
    first = write(tmp_path, "a.json", [record("1", themas=["Ruimte"]), record("2", themas=["Wonen"])])
    report = import_ipdc(pages, [first], AT, shapes=shapes)
    assert [one.record for one in report.warnings] == ["a.json#1"]
    assert (report.new, report.refused) == (2, [])
    assert import_ipdc(pages, [first], AT, shapes=shapes).warnings == []


@pytest.mark.parametrize("place", ["", "shacl", "shacl/instantie-shape.ttl"])
def test_the_model_is_found_from_its_folders_and_its_file(model: Path, place: str) -> None:
    assert Shapes(model / place).check(GOOD, "a.json") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shacl/other.ttl", SHAPES.encode()),
        ("jsonld/ipdc-lpdc-im.jsonld", None),
        ("jsonld/ipdc-lpdc-im.jsonld", b"{"),
        ("jsonld/ipdc-lpdc-im.jsonld", b'{"@context": "http://192.0.2.1/context.jsonld"}'),
        ("shacl/instantie-shape.ttl", b"<a> <b>"),
        ("codelists/thema.ttl", b"<a> <b>"),
    ],
)
def test_a_model_that_is_not_whole_is_a_failure_with_a_name(tmp_path: Path, name: str, content: object) -> None:
    files = {
        "shacl/instantie-shape.ttl": SHAPES.encode(),
        "jsonld/ipdc-lpdc-im.jsonld": json.dumps(CONTEXT).encode(),
        name: content,
    }
    if "other" in name:
        del files["shacl/instantie-shape.ttl"]
    for file, text in files.items():
        if text is not None:
            write(tmp_path, file, text)
    with pytest.raises(SourceError):
        Shapes(tmp_path)


def test_without_the_library_the_extra_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(ShaclMissing, match=r"wegwijzer\[shacl\]"):
        Shapes(model)


def test_the_real_records_are_checked_with_the_real_model(shared_data: Path) -> None:
    shapes = Shapes(shared_data / "ipdc_model")
    found: Counter[str] = Counter()
    entries = list(read_records(shared_data / "ipdc" / "services_raw.jsonl.gz"))[::25]
    for where, entry in entries:
        assert not isinstance(entry, Refusal)
        found.update(one.field for one in shapes.check(entry, where))
    assert len(entries) == 36
    assert found == {"geografischToepassingsgebieden": 42, "naam": 15, "beschrijving": 14, "aangemaaktDoor": 5}
