"""A citizen's words as they are kept and shown: readable, and without personal identifiers."""

from __future__ import annotations

import re
from collections.abc import Container

from assistant.answering.clean import clean_text
from assistant.answering.mask import NOTHING, mask_text

_BREAK = re.compile(r"\r\n|[\n\v\f\r\x85\u2028\u2029]")
_GAP = re.compile(r"\n{3,}")


def presentable(text: str, published: Container[str] = NOTHING) -> str:
    """Return `text` cleaned and masked, its lines kept where nothing was masked; "" where no word is left.

    Identifiers in `published` stay.
    """
    flat = clean_text(text)
    masked = mask_text(flat, published)
    if masked != flat:
        # An identifier may run over the end of a line, so lines are joined before anything is looked for.
        return masked
    return _GAP.sub("\n\n", "\n".join(clean_text(line) for line in _BREAK.split(text))).strip()


def masked_line(text: str | None, limit: int) -> str | None:
    """Return a short fact (a municipality) on one line, masked; None where nothing is left."""
    return mask_text(clean_text(text or ""))[:limit] or None


def page_address(url: str | None) -> str | None:
    """Return the page a citizen came from, without what may tell who they are (query, fragment, log-in)."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(clean_text(url or ""))
    except ValueError:
        return None
    address = f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.hostname else parts.path
    return mask_text(address)[:500] or None
