"""Finding identifiers that are written in digits only, however they are grouped, and beside what other numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from importlib import import_module

from knowledge.identifier_kinds import Candidate, Identifier, Kind
from knowledge.phones import phone, phone_abroad

_DASHES = "\u2010-\u2015\u2212-"
_RUN = re.compile(rf"(?<!\d)(?:\(\d{{1,4}}\)|\+?\d)(?:[\d ./(){_DASHES}]*\d)?")
_GROUP = re.compile(r"\(\d{1,4}\)|\+?\d+")
_REFERENCE = re.compile(r"(\+{3}|\*{3}) ?(\d{3}) ?[/. -]? ?(\d{4}) ?[/. -]? ?(\d{5}) ?(\+{3}|\*{3})")
_DATE = re.compile(
    r"(?:(0?[1-9]|[12]\d|3[01])([./-])(0?[1-9]|1[0-2])\2(?:(?:19|20)\d\d|\d\d)|(?:19|20)\d\d-\d\d-\d\d)(?!\d)"
)
_LONGEST = 19
"""Digits of the longest number looked for (a bank card)."""
_SHORTEST = 7
_REACH = 32
"""Characters before a number in which a word says what it is."""
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|(?:50|5[6-9]|6\d)\d{14,17}|35\d{14}|(?:2131|1800)\d{11}"
)
_MAESTRO = re.compile(r"(?:50|5[6-9]|6\d)\d{10,17}")
_CARD_BEFORE = re.compile(r"\bcards?\b|kaart|carte|karte|visa|maestro|bancontact|\bcc\b", re.IGNORECASE)
_FIRM = re.compile(
    r"\bbe ?$|kbo|ondernemingsn|btw|bce|tva|entreprise|unternehmensn|ust|mwst|vat\b|enterprise", re.IGNORECASE
)
_FOREIGN: tuple[tuple[str, int, str], ...] = (
    ("fr.nir", 15, ""),
    ("ro.cnp", 13, ""),
    ("pl.pesel", 11, ""),
    ("tr.tckimlik", 11, ""),
    # With one check digit and no date in it, a number says nothing without the word before it.
    ("de.idnr", 11, r"steuer|idnr|id-nr"),
    ("nl.bsn", 9, r"bsn|burgerservice|sofi"),
    ("ua.rntrc", 10, r"ідентифікац|іпн|рнокпп"),
)


def numbers(text: str) -> Iterator[Identifier]:
    """Yield the identifiers in digits, left to right."""
    for found in _REFERENCE.finditer(text):
        # Between such signs it is one, also where a digit was mistyped.
        yield Identifier(Kind.REFERENCE, found.start(), found.end(), _ascii("".join(found.group(2, 3, 4))))
    for run in _RUN.finditer(text):
        yield from _in_run(text, run)


def _in_run(text: str, run: re.Match[str]) -> Iterator[Identifier]:
    """Yield each identifier in a run of digit groups: people type several numbers after each other."""
    groups = [(run.start() + one.start(), run.start() + one.end()) for one in _GROUP.finditer(run.group())]
    first = 0
    while first < len(groups):
        date = _DATE.match(text, groups[first][0])
        taken = _identifier(text, groups, first, dated=date is not None)
        if taken is not None:
            yield taken[0]
            first = taken[1] + 1
        elif date is not None:
            first += sum(start < date.end() for start, _ in groups[first:])
        else:
            first += 1


def _identifier(text: str, groups: list[tuple[int, int]], first: int, *, dated: bool) -> tuple[Identifier, int] | None:
    """Return the identifier that begins at group `first`, the longest of the likeliest kind, and its last group."""
    start, size = groups[first][0], 0
    candidates: list[tuple[int, Candidate]] = []
    for last in range(first, len(groups)):
        end = groups[last][1]
        written = text[start:end]
        digits = _ascii(written)
        size = len(digits)
        if size > _LONGEST:
            break
        if size >= _SHORTEST:
            before, after = text[max(0, start - _REACH) : start], text[end : end + 8]
            candidates.insert(0, (last, Candidate(written, digits, before, after)))
    for kind, sizes, recognise in _RECOGNISERS:
        if dated and kind in _LIKE_DATES:
            continue
        for last, candidate in candidates:
            if len(candidate.digits) in sizes and (value := recognise(candidate)):
                return Identifier(kind, start, groups[last][1], value), last
    return None


def _national_number(candidate: Candidate) -> str:
    from stdnum.be import bis, nn

    digits = candidate.digits
    return digits if nn.is_valid(digits) or bis.is_valid(digits) else ""


def _reference(candidate: Candidate) -> str:
    return candidate.digits if candidate.shape in {"12", "3-4-5"} and _has_reference_check(candidate) else ""


def _identity_card(candidate: Candidate) -> str:
    """An identity card, or a bank account as it was written before IBAN: their checks are the same."""
    return candidate.digits if candidate.shape == "3-7-2" and _has_reference_check(candidate) else ""


def _has_reference_check(candidate: Candidate) -> bool:
    from stdnum.be import ogm_vcs

    return not candidate.is_money and bool(ogm_vcs.is_valid(candidate.digits))


def _card(candidate: Candidate) -> str:
    from stdnum import luhn

    digits = candidate.digits
    if candidate.before[-1:].isalpha():
        # A piece of an account number.
        return ""
    named = len(digits) > 11 and _CARD_BEFORE.search(candidate.before)
    likely = _CARD.fullmatch(digits) or (digits == candidate.written and _MAESTRO.fullmatch(digits))
    return digits if (named or likely) and luhn.is_valid(digits) else ""


def _enterprise(candidate: Candidate) -> str:
    from stdnum.be import vat

    digits, named = candidate.digits, bool(_FIRM.search(candidate.before))
    shaped = candidate.shape in {"10", "4-3-3"} or (named and candidate.shape in {"9", "3-3-3"})
    if not shaped or digits[0] not in "01" * (len(digits) == 10) + "123456789" * named or candidate.is_money:
        return ""
    return digits.zfill(10) if vat.is_valid(digits) else ""


def _foreign(candidate: Candidate) -> str:
    for name, length, cue in _FOREIGN:
        written = cue or length > 13 or candidate.digits == candidate.written
        if len(candidate.digits) != length or candidate.is_money or not written:
            continue
        if re.search(cue, candidate.before, re.IGNORECASE) and import_module(f"stdnum.{name}").is_valid(
            candidate.digits
        ):
            return candidate.digits
    return ""


def _ascii(written: str) -> str:
    """The digits of any script as 0-9."""
    if written.isascii():
        return re.sub(r"\D", "", written)
    return "".join(str(unicodedata.digit(char)) for char in written if char.isdigit())


_RECOGNISERS: tuple[tuple[Kind, range, Callable[[Candidate], str]], ...] = (
    (Kind.PHONE, range(7, 16), phone_abroad),
    (Kind.NATIONAL_NUMBER, range(11, 12), _national_number),
    (Kind.ENTERPRISE, range(10, 11), lambda candidate: _enterprise(candidate) if candidate.shape == "4-3-3" else ""),
    (Kind.PHONE, range(7, 16), phone),
    (Kind.CARD, range(12, 20), _card),
    (Kind.REFERENCE, range(12, 13), _reference),
    (Kind.IDENTITY_CARD, range(12, 13), _identity_card),
    (Kind.ENTERPRISE, range(9, 11), _enterprise),
    (Kind.FOREIGN_NUMBER, range(9, 16), _foreign),
)
"""What is looked for, likeliest first, and how many digits it has."""
_LIKE_DATES = {Kind.PHONE, Kind.FOREIGN_NUMBER}
