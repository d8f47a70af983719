"""The history as a file: CSV for a spreadsheet, one line an event, or JSON, one line a conversation."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from assistant.conversations.shapes import moment
from assistant.conversations.words import presentable
from assistant.store.history import Past, PastEvent

Exported = Iterable[tuple[Past, list[PastEvent]]]

_OF_CONVERSATION = ("id", "site", "language", "municipality", "status", "created_at")
_OF_EVENT = ("seq", "at", "type", "author", "agent", "status", "kind", "reason", "sources", "text")
COLUMNS = (*(f"conversation_{name}" for name in _OF_CONVERSATION), *_OF_EVENT)
"""Columns of the CSV; in JSON the same names, without `conversation_`, on two levels."""
_FORMULA = frozenset("=+-@|%＝＋－＠")
_MARK = "\ufeff"
"""Without it a spreadsheet takes the file for one in the alphabet of its own country."""


def csv_lines(found: Exported) -> Iterator[str]:
    """Yield the lines, the names of the columns first. No cell can be taken for a formula."""
    yield _MARK + _csv([COLUMNS])
    for past, told in _masked(found):
        conversation = [_cell(_plain(getattr(past, name))) for name in _OF_CONVERSATION]
        yield _csv([*conversation, *(_cell(_plain(getattr(event, name))) for name in _OF_EVENT)] for event in told)


def json_lines(found: Exported) -> Iterator[str]:
    """Yield one object a conversation, its events within."""
    for past, told in _masked(found):
        conversation = {name: _plain(getattr(past, name)) for name in _OF_CONVERSATION}
        events = [
            {name: _plain(value) for name, value in asdict(event).items()} | {"sources": list(event.sources)}
            for event in told
        ]
        yield json.dumps(conversation | {"events": events}, ensure_ascii=False) + "\n"


FORMATS: dict[str, tuple[str, Callable[[Exported], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_lines),
    "jsonl": ("application/x-ndjson", json_lines),
}
"""Each with its media type."""


def _masked(found: Exported) -> Exported:
    """Also what an agent wrote to a citizen leaves without personal identifiers; a citizen's words are kept so."""
    for past, told in found:
        yield past, [replace(one, text=presentable(one.text)) if one.agent else one for one in told]


def _plain(value: Any) -> Any:
    """Return a value as text or number."""
    if isinstance(value, tuple):
        return " ".join(value)
    return moment(value) if hasattr(value, "tzinfo") else value


def _cell(value: Any) -> Any:
    """Return what a spreadsheet shows as it is: a text that would be reckoned gets an apostrophe before it."""
    if isinstance(value, str) and value.lstrip()[:1] in _FORMULA:
        return f"'{value}"
    return value


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
