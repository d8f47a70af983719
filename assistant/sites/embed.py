"""Where a site's widget may stand, and who reads what citizens say of its answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")

_MAP = re.compile(r"https://[^\s{}]+\{address\}[^\s{}]*")


@dataclass(frozen=True)
class Embed:
    """`origins` are those whose pages may show the widget or a frame of it, beside our own; `feedback` names a team."""

    origins: tuple[str, ...] = ()
    feedback: str = ""
    """Who follows up what citizens say of answers; empty where nobody does, and then nobody is asked."""
    map: str = ""
    """Address of a map with {address} in it, where citizens are shown the way; empty where the site has chosen none."""


def parse_embed(given: Mapping[str, Any]) -> Embed:
    """Read `{origins = ["https://www.example.be"], feedback = "Team 1700"}`. Raises ValueError naming the field."""
    if unknown := sorted(set(given) - {"origins", "feedback", "map"}):
        raise ValueError(f"embed.{unknown[0]} is not known; known: feedback, map, origins.")
    origins = tuple(str(one).lower() for one in given.get("origins", ()))
    if wrong := [one for one in origins if not _ORIGIN.fullmatch(one)]:
        raise ValueError(
            f"embed.origins: {wrong[0]!r} is not an origin such as https://www.example.be, without a path."
        )
    directions = str(given.get("map", "")).strip()
    if directions and not _MAP.fullmatch(directions):
        raise ValueError(f"embed.map: {directions!r} is not an https address with {{address}} in it, once.")
    return Embed(origins, str(given.get("feedback", "")).strip(), directions)
