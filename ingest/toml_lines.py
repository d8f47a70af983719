"""Where a key stands in TOML text: tomllib says it of errors only, and whoever mends a file wants to know the line."""

from __future__ import annotations

import json
import re

_HEADER = re.compile(r"\[+\s*(.*?)\s*\]+\s*(?:#.*)?")


def place(name: str, text: str, key: str, table: str = "") -> str:
    """Return `name:line` of a key of a file (or of the table that is called so); `name` where it is not found.

    It is the first line in its table that opens with the key; `table` is empty for a key before or without any.
    """
    inside = not table
    for number, line in enumerate(text.split("\n"), start=1):
        opening = line.strip()
        if header := _HEADER.fullmatch(opening):
            if not table and header[1] in _spellings(key):
                return f"{name}:{number}"
            inside = header[1] in _spellings(table)
        elif inside and any(re.match(rf"{re.escape(word)}\s*[=.]", opening) for word in _spellings(key)):
            return f"{name}:{number}"
    return name


def _spellings(key: str) -> tuple[str, ...]:
    return key, json.dumps(key, ensure_ascii=False), f"'{key}'"
