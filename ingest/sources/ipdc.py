"""IPDC and LPDC service descriptions from files and folders (`.json`, `.jsonl`, each also as `.gz`)."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.report import RecordError, Refusal, SourceError
from ingest.sources.jsonld import compact, is_expanded

_SUFFIXES = (".json", ".jsonl", ".json.gz", ".jsonl.gz", ".ndjson", ".ndjson.gz")


def find_files(paths: list[Path]) -> list[Path]:
    """Return the files to read, folders searched in depth, in a stable order.

    Raises SourceError for a path that does not exist or a file of another kind.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.is_file() and file.name.endswith(_SUFFIXES))
        elif not path.exists():
            raise SourceError(f"{path} does not exist. Give a file or a folder with {', '.join(_SUFFIXES)} files.")
        elif not path.name.endswith(_SUFFIXES):
            raise SourceError(f"{path.name} is not one of {', '.join(_SUFFIXES)}.")
        else:
            found.append(path)
    return found


def read_records(file: Path) -> Iterator[tuple[str, dict[str, Any] | Refusal]]:
    """Yield (where it stood, record or refusal) for each service record of one file, whatever its shape.

    Shapes: one record a line, one record, a list of records, an LDES page with `member`, expanded JSON-LD. A line or
    file that cannot be read becomes a refusal; what was read before it stays.
    """
    try:
        if ".jsonl" in file.name or ".ndjson" in file.name:
            yield from _lines(file)
        else:
            yield from _document(file)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        yield file.name, Refusal(file.name, "file", f"The file cannot be read ({error}). Fetch or export it again.")


def _lines(file: Path) -> Iterator[tuple[str, dict[str, Any] | Refusal]]:
    with _open(file) as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            where = f"{file.name}:{number}"
            try:
                yield from _records(json.loads(line), where)
            except json.JSONDecodeError as error:
                yield where, Refusal(where, "line", f"Not valid JSON: {error.msg} at character {error.colno}.")


def _document(file: Path) -> Iterator[tuple[str, dict[str, Any] | Refusal]]:
    with _open(file) as stream:
        text = stream.read()
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        why = f"Not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        yield file.name, Refusal(file.name, "file", why)
        return
    yield from _records(document, file.name)


def _records(document: Any, where: str) -> Iterator[tuple[str, dict[str, Any] | Refusal]]:
    if is_expanded(document):
        document = compact(document)
    elif isinstance(document, dict) and isinstance(document.get("member"), list | dict):
        member = document["member"]
        document = member if isinstance(member, list) else [member]
    entries = document if isinstance(document, list) else [document]
    for number, entry in enumerate(entries, start=1):
        place = where if len(entries) == 1 else f"{where}#{number}"
        if isinstance(entry, dict):
            yield place, entry
        else:
            yield place, Refusal(place, "record", f"Expected a service object, found {type(entry).__name__}.")


def source_id(record: dict[str, Any], where: str) -> str:
    """Return the source's own id: `productnummer`, else `productID`, else the last part of `isVersionOf` or `@id`."""
    for key in ("productnummer", "productID"):
        if record.get(key):
            return str(record[key])
    for key in ("isVersionOf", "@id", "id"):
        value = record.get(key)
        if isinstance(value, dict):
            value = value.get("@id")
        if isinstance(value, str) and value.strip("/"):
            return value.rstrip("/").rsplit("/", 1)[-1]
    raise RecordError(where, "productnummer", "No productnummer, productID, isVersionOf or @id: the record has no id.")


def _open(file: Path) -> Any:
    return gzip.open(file, "rt", encoding="utf-8") if file.name.endswith(".gz") else file.open(encoding="utf-8")
