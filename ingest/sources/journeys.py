"""The journey of a life event, as the front matter of its page tells it: who does each step, and at what level."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ingest.report import RecordError
from knowledge.services import AuthorityLevel, JourneyStep

LIFE_EVENTS = (
    *("birth", "moving", "first_job", "unemployment", "illness"),
    *("separation", "death", "renovating", "business", "newcomer"),
)
"""cv:LifeEvent: the events that pages tell the whole journey of."""
_TEXTS = ("authority", "level", "page")


def read_journey(name: str, front: dict[str, Any], items: list[str], pages: Collection[str]) -> tuple[JourneyStep, ...]:
    """Return the steps in the front matter of the page `name`, one for each of its `items` under Stappen.

    `pages` are the slugs that a step may lead to. Raises RecordError with the step that is wrong.
    """
    event, tables = front.get("life_event", ""), front.get("steps", [])
    if event and event not in LIFE_EVENTS:
        raise RecordError(name, "life_event", f"Expected one of {', '.join(LIFE_EVENTS)}, found {event}.")
    if bool(event) != bool(tables):
        raise RecordError(name, "steps", "A page with a life_event has steps, and no other page has.")
    if tables and len(tables) != len(items):
        raise RecordError(name, "steps", f"There are {len(tables)} steps, and {len(items)} items under Stappen.")
    return tuple(
        _step(name, f"Step {number}", table, item, pages)
        for number, (table, item) in enumerate(zip(tables, items, strict=False), start=1)
    )


def _step(name: str, which: str, table: dict[str, Any], item: str, pages: Collection[str]) -> JourneyStep:
    authority, level, page = (table.get(key, "") for key in _TEXTS)
    outside = table.get("outside", False)
    if not all(isinstance(one, str) for one in (authority, level, page)) or not isinstance(outside, bool):
        raise RecordError(name, "steps", f"{which}: expected texts, and true or false for outside.")
    if not authority:
        raise RecordError(name, "steps", f"{which} names no body: authority is empty.")
    if not item.startswith(authority):
        raise RecordError(name, "steps", f"{which} is of {authority}, and its item opens otherwise: {item}")
    if level not in set(AuthorityLevel):
        raise RecordError(name, "steps", f"{which} has the level {level!r}: expected {', '.join(AuthorityLevel)}.")
    if outside != (level == AuthorityLevel.THIRD_PARTY):
        raise RecordError(name, "steps", f"{which}: outside goes with the level third_party, and with no other.")
    if page and page not in pages:
        raise RecordError(name, "steps", f"{which} leads to {page}, and there is no {page}.nl.md.")
    return JourneyStep(authority, AuthorityLevel(level), page, outside)
