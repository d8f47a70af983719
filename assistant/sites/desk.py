"""The desk of a site: when its agents answer, in which teams, and how long a citizen may wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from knowledge.calendar import OpeningHours, parse_hours
from knowledge.closing_days import ClosingDays

_MINUTES = {"unclaimed_after_minutes": 5, "silent_after_minutes": 5, "minutes_each": 8}
CALLS = 20
"""How many citizens can be called in one window, where the site does not say."""
_MOST = {"most_waiting": 30, "calls_per_window": CALLS}
_FIELDS = {"hours", "teams", "mail", *_MINUTES, *_MOST}


@dataclass(frozen=True)
class Team:
    """Some of the agents, by the themes (of the catalogue) that they answer for."""

    name: str
    themes: frozenset[str]


@dataclass(frozen=True)
class Desk:
    """How a site's agents work. `hours` are those of its phone where the file does not say."""

    hours: OpeningHours
    unclaimed_after: timedelta
    """After it a citizen who waits is told what else there is."""
    silent_after: timedelta
    """After it a conversation whose agent says nothing goes back to the queue."""
    each: timedelta
    """How long a conversation takes, until enough have ended to tell."""
    most_waiting: int
    mail: bool
    """Whether questions can be answered by mail."""
    teams: tuple[Team, ...] = ()
    calls: int = CALLS
    """How many citizens can be called in one window."""

    def team(self, theme: str | None) -> str | None:
        """Return the team of a theme, None where all answer for it."""
        return next((team.name for team in self.teams if theme in team.themes), None)


def parse_desk(given: Any, phone: OpeningHours, bodies: Mapping[str, ClosingDays] | None = None) -> Desk | None:
    """Read `[desk]` of a site file; None where the site has no agents. Raises ValueError naming the field."""
    if given is None:
        return None
    if not isinstance(given, dict):
        raise ValueError("desk must be a table.")
    if unknown := sorted(set(given) - _FIELDS):
        raise ValueError(f"desk.{unknown[0]} is not known; known: {', '.join(sorted(_FIELDS))}.")
    number = {name: _number(name, given.get(name, default)) for name, default in (_MINUTES | _MOST).items()}
    return Desk(
        parse_hours(given["hours"], bodies) if "hours" in given else phone,
        timedelta(minutes=number["unclaimed_after_minutes"]),
        timedelta(minutes=number["silent_after_minutes"]),
        timedelta(minutes=number["minutes_each"]),
        int(number["most_waiting"]),
        bool(given.get("mail", True)),
        tuple(_team(entry) for entry in given.get("teams", [])),
        int(number["calls_per_window"]),
    )


def _team(entry: Any) -> Team:
    if not isinstance(entry, dict) or not str(entry.get("name", "")).strip():
        raise ValueError("desk.teams: give each a name.")
    if unknown := sorted(set(entry) - {"name", "themes"}):
        raise ValueError(f"desk.teams.{unknown[0]} is not known; known: name, themes.")
    return Team(str(entry["name"]).strip(), frozenset(entry.get("themes", [])))


def _number(name: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 10_000:
        raise ValueError(f"desk.{name}: {given!r} is not a number above 0 and up to 10000.")
    return float(given)
