"""Staff members' own e-mail addresses are left out of imported texts; mailboxes of services stay."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

OMITTED = "[e-mailadres weggelaten]"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_MAILTO = re.compile(r"""\s*href=(["'])\s*mailto:([^"'?]+)[^"']*\1""", re.IGNORECASE)


def mask_staff(text: str) -> str:
    """Return `text` with the addresses that look like "first.last@…" replaced, and their mailto links removed."""
    if "@" not in text:
        return text
    text = _MAILTO.sub(lambda link: "" if is_personal(link.group(2)) else link.group(0), text)
    return _ADDRESS.sub(lambda address: OMITTED if is_personal(address.group(0)) else address.group(0), text)


def is_personal(address: str) -> bool:
    """Whether an e-mail address looks like a person's: words joined by dots, none of them naming a service."""
    parts = [part for part in address.strip().split("@")[0].lower().split(".") if part]
    named = len(parts) > 1 and all(re.fullmatch(r"[^\W\d]+(?:[-'][^\W\d]+)*", part) for part in parts)
    return named and not any(part.startswith(_functional()) for part in parts)


@cache
def _functional() -> tuple[str, ...]:
    text = resources.files("ingest").joinpath("staff.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["functional"].split())
