"""Staff members' own e-mail addresses are left out of imported texts; mailboxes of services stay."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from html import unescape
from importlib import resources
from typing import Any
from urllib.parse import unquote

OMITTED = "[e-mailadres weggelaten]"
_AT = r"(?:@|%40|&commat;|&\#0*64(?!\d);?|&\#x0*40(?![\da-f]);?)"
"""An at sign, as typed or as links and HTML may write it."""
_SIGN = re.compile(_AT, re.IGNORECASE)
# An address begins where no other could: each text is read once, however long its words are.
_ADDRESS = re.compile(rf"(?<![\w.+'-])[\w.+'-]++{_AT}[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_MAILTO = re.compile(r"""\shref=(["'])\s*mailto:([^"'?]+)[^"']*\1""", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*\d*")


def mask_staff(text: str) -> str:
    """Return `text` with the addresses that look like "first.last@…" replaced, and their mailto links removed."""
    if not _SIGN.search(text):
        return text
    text = _MAILTO.sub(lambda link: "" if is_personal(link.group(2)) else link.group(0), text)
    return _ADDRESS.sub(lambda address: OMITTED if is_personal(address.group(0)) else address.group(0), text)


def mask_staff_within(value: Any) -> Any:
    """Return a JSON value with all its texts masked, however deep they stand."""
    if isinstance(value, str):
        return mask_staff(value)
    if isinstance(value, list):
        return [mask_staff_within(one) for one in value]
    if isinstance(value, dict):
        return {key: mask_staff_within(one) for key, one in value.items()}
    return value


def is_personal(address: str) -> bool:
    """Whether an e-mail address looks like a person's: words joined by dots, none of them naming a service.

    A number after a word and a tag after a plus sign do not hide the person.
    """
    name = _SIGN.split(unquote(unescape(address)).strip())[0].lower().partition("+")[0]
    parts = [part for part in re.split(r"[._]", name) if part]
    named = len(parts) > 1 and all(_NAME.fullmatch(part) for part in parts)
    return named and not any(_is_functional(word) for part in parts for word in part.rstrip("0123456789").split("-"))


def _is_functional(word: str) -> bool:
    words, beginnings = _functional()
    return word in words or word.startswith(beginnings)


@cache
def _functional() -> tuple[frozenset[str], tuple[str, ...]]:
    tables = tomllib.loads(resources.files("ingest").joinpath("staff.toml").read_text("utf-8"))
    return frozenset(tables["words"].split()), tuple(tables["beginnings"].split())
