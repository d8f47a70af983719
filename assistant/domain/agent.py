"""An agent at a desk: whether they take new work, how much at once, in which languages, of which teams. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EVERY_SITE = "*"
"""The site of a role that holds on all sites."""
GONE_AFTER = timedelta(seconds=60)
"""A desk that was not heard of for so long is closed."""


class Presence(StrEnum):
    """Whether an agent takes new work."""

    AVAILABLE = "available"
    AWAY = "away"
    OFF = "off"


@dataclass(frozen=True)
class Agent:
    """Somebody at a desk. `languages` empty is any; `has` is how many conversations they have.

    `teams` are those whose work they are given first; empty is no team before another.
    """

    username: str
    name: str
    state: Presence
    capacity: int
    languages: frozenset[str]
    seen_at: datetime
    sites: frozenset[str]
    has: int = 0
    teams: frozenset[str] = frozenset()

    def of(self, site: str) -> bool:
        """Whether they are an agent of a site."""
        return bool(self.sites & {site, EVERY_SITE})

    def is_there(self, at: datetime) -> bool:
        """Whether their desk is open, for new work or not."""
        return self.state is not Presence.OFF and at - self.seen_at <= GONE_AFTER

    def takes(self, site: str, language: str, at: datetime) -> bool:
        """Whether new work of a site in a language may be expected of them."""
        speaks = not self.languages or language in self.languages
        return self.state is Presence.AVAILABLE and self.is_there(at) and speaks and self.of(site)
