"""How well masking does: every identifier unreadable, nothing else touched. `python -m eval.understanding.masking`.

Items stand in `masking.jsonl` (drawn from a fixed seed) and `masking_hand.jsonl` (written by hand): a text and the
spans `[start, end, kind]` that are to be masked; a text without spans holds only look-alikes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answering.clean import clean_text
from knowledge.identifiers import identifiers

SETS = tuple(Path(__file__).with_name(name) for name in ("masking.jsonl", "masking_hand.jsonl"))


@dataclass(frozen=True)
class Masked:
    """What masking did to the items: spans by kind, those that were missed, and what was masked without need."""

    items: int
    expected: Counter[str]
    missed: list[tuple[str, str, str]]
    """(id, kind, what stayed readable)"""
    needless: list[tuple[str, str, str]]
    mislabelled: list[tuple[str, str, str]]


def read(files: Iterable[Path] = SETS) -> list[dict[str, Any]]:
    """Return the items of files."""
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def measure(items: list[dict[str, Any]]) -> Masked:
    """Compare what is found in the items with what stands there."""
    result = Masked(len(items), Counter(), [], [], [])
    for item in items:
        text = item["text"]
        if clean_text(text) != text:
            raise ValueError(f"{item['id']}: the text is not clean, so the places of its spans would move.")
        found = identifiers(text)
        wanted = {(start, end): kind for start, end, kind in item["spans"]}
        result.expected.update(wanted.values())
        for (start, end), kind in wanted.items():
            covering = [one for one in found if one.start <= start and end <= one.end]
            if not covering:
                result.missed.append((item["id"], kind, text[start:end]))
            elif covering[0].kind != kind:
                result.mislabelled.append((item["id"], f"{kind} as {covering[0].kind}", text[start:end]))
        for one in found:
            if (one.start, one.end) not in wanted:
                result.needless.append((item["id"], one.kind, text[one.start : one.end]))
    return result


def main() -> None:
    """Print the figures."""
    found = measure(read())
    missed = Counter(kind for _, kind, _ in found.missed)
    for kind, expected in sorted(found.expected.items()):
        print(f"{kind:16} {expected - missed[kind]:4} of {expected:4} masked")
    everything = sum(found.expected.values())
    print(f"{found.items} items: {everything - len(found.missed)} of {everything} identifiers masked,", end=" ")
    print(f"{len(found.needless)} needlessly, {len(found.mislabelled)} under another name")
    for name in ("missed", "needless", "mislabelled"):
        for item, kind, written in getattr(found, name):
            print(f"  {name}: {item} {kind}: {written}")


if __name__ == "__main__":
    main()
