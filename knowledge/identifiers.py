"""Finding what points at one person or firm in a text: numbers with a checksum, phones, e-mail addresses, plates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

from knowledge.digits import numbers
from knowledge.identifier_kinds import Identifier, Kind
from knowledge.plates import plates

# An address begins where no other could: each text is read once, however long its words are.
_EMAIL = re.compile(
    r"(?<![\w.+'-])([\w.+'-]++)(?: ?@ ?| ?[\[(](?:at|@)[\])] ?)([^\W_][\w-]*+(?:\.[\w-]+)*\.[^\W\d_]{2,})",
    re.IGNORECASE,
)
_SEPARATOR = "[ ./\u2010-\u2015\u2212-]"
_IBAN = re.compile(
    rf"(?<![^\W\d_])[a-z]{{2}}{_SEPARATOR}?\d{{2}}(?:{_SEPARATOR}{{0,3}}[a-z0-9]){{11,30}}", re.IGNORECASE
)
_SHORTEST_IBAN = 15
_DIGIT = re.compile(r"\d")
_LETTERED = (
    # Spain: eight digits or a letter for a foreigner, and a letter that checks them.
    ("es.dni", re.compile(r"(?<!\w)\d{8}[ -]?[a-z](?!\w)", re.IGNORECASE)),
    ("es.nie", re.compile(r"(?<!\w)[xyz][ -]?\d{7}[ -]?[a-z](?!\w)", re.IGNORECASE)),
    # France: who was born in Corsica.
    ("fr.nir", re.compile(r"(?<!\w)[12] ?\d\d ?\d\d ?2[ab](?: ?\d{3}){2} ?\d\d(?!\w)", re.IGNORECASE)),
)


def identifiers(text: str) -> list[Identifier]:
    """Return the identifiers of `text` in order; none overlaps another."""
    found: list[Identifier] = []
    for search in (_emails, _ibans, _plates, _lettered, numbers) if _DIGIT.search(text) else (_emails,):
        for one in search(text):
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def _emails(text: str) -> Iterator[Identifier]:
    for found in _EMAIL.finditer(text):
        yield Identifier(Kind.EMAIL, found.start(), found.end(), f"{found[1]}@{found[2]}".lower())


def _ibans(text: str) -> Iterator[Identifier]:
    place = 0
    while found := _IBAN.search(text, place):
        # An account number may begin within what only looked like one ("op 12 BE68 …").
        place = found.start() + 1
        if value := _iban(found.group()):
            yield Identifier(Kind.IBAN, found.start(), found.start() + value[1], value[0])
            place = found.start() + value[1]


def _iban(written: str) -> tuple[str, int] | None:
    """Return the IBAN with which `written` begins, and its length there: the words after it look like more of it."""
    from stdnum import iban

    for end in range(len(written), _SHORTEST_IBAN - 1, -1):
        whole = written[end - 1].isalnum() and (end == len(written) or not written[end].isalnum())
        value = re.sub(_SEPARATOR, "", written[:end]).upper()
        # The list of banks that exist changes; the check digits do not.
        if whole and iban.is_valid(value, check_country=False):
            return value, end
    return None


def _plates(text: str) -> Iterator[Identifier]:
    for start, end in plates(text):
        yield Identifier(Kind.PLATE, start, end, re.sub(r"[ .-]", "", text[start:end]).upper())


def _lettered(text: str) -> Iterator[Identifier]:
    for country, shape in _LETTERED:
        for found in shape.finditer(text):
            value = re.sub(r"[ -]", "", found.group()).upper()
            if import_module(f"stdnum.{country}").is_valid(value):
                yield Identifier(Kind.FOREIGN_NUMBER, found.start(), found.end(), value)
