"""IPDC and LPDC service descriptions from files and folders (`.json`, `.jsonl`, each also as `.gz`)."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from ingest.report import RecordError, Refusal, SourceError
from ingest.sources.hypermedia import members_of
from ingest.sources.jsonld import compact, is_expanded

_SUFFIXES = (".json", ".jsonl", ".json.gz", ".jsonl.gz", ".ndjson", ".ndjson.gz")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_DEEPEST = 50
"""Levels of objects and lists in one record; the model needs six."""

Entry = dict[str, Any] | Refusal


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


def read_records(file: Path, name: str = "") -> Iterator[tuple[str, Entry]]:
    """Yield (where it stood, record or refusal) for each service record of one file, whatever its shape.

    Shapes: one record a line, one record, a list of records, a page of a stream, expanded JSON-LD. A line, record or
    file that cannot be read or stored becomes a refusal; what was read before it stays. `name` is what refusals call
    the file, if not by its own name.
    """
    name = name or file.name
    try:
        if ".jsonl" in file.name or ".ndjson" in file.name:
            yield from _lines(file, name)
        else:
            yield from _document(file, name)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        yield name, Refusal(name, "file", f"The file cannot be read ({error}). Fetch or export it again.")


def _lines(file: Path, name: str) -> Iterator[tuple[str, Entry]]:
    with _open(file) as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            where = f"{name}:{number}"
            try:
                document = parse_json(line.decode("utf-8"))
            except UnicodeDecodeError as error:
                yield where, Refusal(where, "line", f"Not valid UTF-8 at byte {error.start + 1}. Export it again.")
            except json.JSONDecodeError as error:
                yield where, Refusal(where, "line", f"Not valid JSON: {error.msg} at character {error.colno}.")
            else:
                yield from _records(document, where)


def _document(file: Path, name: str) -> Iterator[tuple[str, Entry]]:
    with _open(file) as stream:
        text = stream.read().decode("utf-8")
    try:
        document = parse_json(text)
    except json.JSONDecodeError as error:
        why = f"Not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        yield name, Refusal(name, "file", why)
        return
    yield from _records(document, name)


def parse_json(text: str) -> Any:
    """Return the JSON in `text`; raises JSONDecodeError, also for what is JSON and too large to hold."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise json.JSONDecodeError("objects and lists nested too deep", text, 0) from None
    except ValueError:
        raise json.JSONDecodeError("a number with too many digits", text, 0) from None


def _records(document: Any, where: str) -> Iterator[tuple[str, Entry]]:
    members = members_of(document)
    if is_expanded(document):
        # A member may be only named in the page, and then stands beside it: what stands there comes last and counts.
        document = compact([*(members or []), *document])
        if not document and members is None:
            yield where, Refusal(where, "@type", "None of these nodes is a public service.")
    elif members is not None:
        document = compact(members) if is_expanded(members) else members
    entries = document if isinstance(document, list) else [document]
    for number, entry in enumerate(entries, start=1):
        place = where if len(entries) == 1 else f"{where}#{number}"
        if isinstance(entry, dict):
            yield place, _flaw(entry, place) or entry
        else:
            yield place, Refusal(place, "record", f"Expected a service object, found {type(entry).__name__}.")


def _flaw(record: dict[str, Any], where: str) -> Refusal | None:
    """Return why this record could not be stored as it is, None for almost every record."""
    waiting: list[tuple[str, Any, int]] = [("", record, 0)]
    while waiting:
        field, value, depth = waiting.pop()
        if isinstance(value, str):
            if not value.isascii() and _HALF_CHARACTER.search(value):
                return Refusal(where, field, "Holds half a character (a lone surrogate). Correct it at the source.")
            continue
        if depth > _DEEPEST:
            return Refusal(where, field.split(".")[0], f"Objects and lists are nested over {_DEEPEST} levels deep.")
        if isinstance(value, list):
            waiting += [(f"{field}[{i}]", one, depth + 1) for i, one in enumerate(value)]
        elif isinstance(value, dict):
            prefix = f"{field}." if field else ""
            for key, one in value.items():
                if not key.isascii() and _HALF_CHARACTER.search(key):
                    return Refusal(where, f"{prefix}{key!a}", "The name of this field holds half a character.")
                waiting.append((f"{prefix}{key}", one, depth + 1))
    return None


def source_id(record: dict[str, Any], where: str) -> str:
    """Return the source's own id: `productnummer`, else `productID`, else the last part of `isVersionOf` or `@id`.

    Raises RecordError where there is none, or a number that is no text.
    """
    for key in ("productnummer", "productID"):
        value = record.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise RecordError(where, key, f"Expected text, found {type(value).__name__}.")
        if number := str(value or "").strip():
            return number
    if instance := instance_id(record):
        return instance
    raise RecordError(where, "productnummer", "No productnummer, productID, isVersionOf or @id: the record has no id.")


def instance_id(record: dict[str, Any]) -> str:
    """Return the last part of the IRI of what this is a snapshot of (`isVersionOf`, else `@id`), or ""."""
    for key in ("isVersionOf", "@id", "id"):
        value = record.get(key)
        if isinstance(value, dict):
            value = value.get("@id")
        if isinstance(value, str) and value.strip("/ "):
            return value.strip().rstrip("/").rsplit("/", 1)[-1]
    return ""


def _open(file: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(file, "rb")) if file.name.endswith(".gz") else file.open("rb")
