"""Mail addresses: only those that can be written in a header and in SMTP without any escape."""

from __future__ import annotations

import re

from knowledge.errors import NamedFailure

LONGEST = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"(?P<who>{_ATOM}(?:\.{_ATOM})*)@(?P<where>(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
)


class BadAddress(NamedFailure):
    """An address to which no mail can be sent."""

    slot = "email"

    def __init__(self) -> None:
        super().__init__("Not an address that mails can be sent to.")


def mail_address(text: str) -> str:
    """Return the address in `text`, its domain in small letters; "" where it is not one that can be mailed to."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or len(found["who"]) > 64 or len(text.strip()) > LONGEST:
        return ""
    return f"{found['who']}@{found['where'].lower()}"
