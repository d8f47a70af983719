"""How a site looks: its accent colour and the words of its logo; a colour on which white cannot be read is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LEAST = 4.5
"""WCAG 2.2, success criterion 1.4.3: contrast of text at level AA."""
_LONGEST_LOGO = 30


@dataclass(frozen=True)
class Style:
    """`accent` is a colour as #rrggbb, or empty for that of the page; `logo` is words, never a picture."""

    accent: str = ""
    logo: str = ""


def parse_style(table: Mapping[str, Any]) -> Style:
    """Read `{accent = "#0055cc", logo = "Gent"}`. Raises ValueError naming the field and the cure."""
    if unknown := sorted(set(table) - {"accent", "logo"}):
        raise ValueError(f"style.{unknown[0]} is not known; known: accent, logo.")
    accent, logo = str(table.get("accent", "")).lower(), str(table.get("logo", "")).strip()
    if len(logo) > _LONGEST_LOGO:
        raise ValueError(f"style.logo: {len(logo)} characters; give at most {_LONGEST_LOGO}.")
    if accent and not _COLOUR.fullmatch(accent):
        raise ValueError(f"style.accent: {accent!r} is not a colour such as #0055cc.")
    if accent and (ratio := contrast_with_white(accent)) < _LEAST:
        raise ValueError(
            f"style.accent: {accent} has a contrast of {ratio:.2f}:1 with white, and {_LEAST}:1 is the least. "
            f"The nearest shade of it that will do is {_darkened(accent)}."
        )
    return Style(accent, logo)


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio of #rrggbb with white, 1 to 21, as WCAG 2.2 defines it."""
    linear = (_linear(part / 255) for part in _parts(colour))
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def _linear(part: float) -> float:
    # WCAG 2.2, definition of relative luminance.
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _darkened(colour: str) -> str:
    shades = ("#" + "".join(f"{part * step // 100:02x}" for part in _parts(colour)) for step in range(99, -1, -1))
    return next(shade for shade in shades if contrast_with_white(shade) >= _LEAST)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))
