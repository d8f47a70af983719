"""What an identifier of a person or a firm can be, and what is looked at to tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What an identifier is."""

    NATIONAL_NUMBER = "national_number"
    FOREIGN_NUMBER = "foreign_number"
    ENTERPRISE = "enterprise"
    IDENTITY_CARD = "identity_card"
    REFERENCE = "reference"
    IBAN = "iban"
    CARD = "card"
    PHONE = "phone"
    EMAIL = "email"
    PLATE = "plate"


@dataclass(frozen=True)
class Identifier:
    """One identifier: where it stands in its text, and `value`, the same however it was written."""

    kind: Kind
    start: int
    end: int
    value: str


_MONEY_BEFORE = re.compile(r"(?:€|\beuro?) ?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"(?:,\d\d?)? ?(?:€|eur)", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """A part of a run of digit groups, with what stands around it."""

    written: str
    digits: str
    before: str
    after: str

    @cached_property
    def shape(self) -> str:
        """The lengths of its groups: "3-4-5"."""
        return "-".join(str(len(group)) for group in re.findall(r"\d+", self.written))

    @cached_property
    def is_money(self) -> bool:
        return bool(_MONEY_BEFORE.search(self.before) or _MONEY_AFTER.match(self.after))
