"""Step mask: personal identifiers are made unreadable before anything is searched, traced or shown to others.

A first version: numbers with a checksum (python-stdnum), phone numbers (phonenumbers) and e-mail addresses.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from assistant.answering.draft import Draft

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[a-z]{2} ?\d{2}(?:[ .-]?[a-z0-9]){11,30}\b", re.IGNORECASE)
_SHORTEST_IBAN = 15
_NUMBER = re.compile(r"(?<!\w)(?:\(\d{1,4}\)|\+?\d)(?:[\d ./()\u2010-\u2014-]*\d)?(?!\w)")
_REFERENCE = re.compile(r"\+{3}\d{3}/\d{4}/\d{5}\+{3}|\*{3}\d{3}/\d{4}/\d{5}\*{3}")
_GROUP = re.compile(r"\(\d{1,4}\)|\+?\d+")
_LONGEST = 19
"""Digits of the longest number looked for (a bank card)."""


def mask(draft: Draft) -> Draft:
    """Return the draft with personal identifiers replaced by what they were, in brackets, in Dutch as staff read it."""
    text = mask_text(draft.text)
    return replace(draft, text=text, masking_done=True, masked=text != draft.text)


def mask_text(text: str) -> str:
    """Return `text` with e-mail addresses, IBANs, cards, national numbers and phones replaced; public numbers stay."""
    text = _REFERENCE.sub("[gestructureerde mededeling]", _EMAIL.sub("[e-mail]", text))
    text = _IBAN.sub(lambda found: _mask_iban(found.group()), text)
    return _NUMBER.sub(lambda found: _mask_numbers(found.group()), text)


def _mask_iban(written: str) -> str:
    """Mask the longest beginning of `written` that is an IBAN: the words after it look like more of it."""
    from stdnum import iban

    for end in range(len(written), _SHORTEST_IBAN - 1, -1):
        # The list of banks that exist changes; the check digits do not.
        whole = end == len(written) or not written[end].isalnum()
        if whole and iban.is_valid(re.sub(r"[ .-]", "", written[:end]), check_country=False):
            return "[iban]" + written[end:]
    return written


def _mask_numbers(written: str) -> str:
    """Mask each identifier in a run of digit groups: people type several numbers after each other."""
    groups = list(_GROUP.finditer(written))
    masked, done, first = "", 0, 0
    while first < len(groups):
        label, last = _identifier(written, groups, first)
        if label:
            masked += written[done : groups[first].start()] + label
            done = groups[last].end()
        first = last + 1
    return masked + written[done:]


def _identifier(written: str, groups: list[re.Match[str]], first: int) -> tuple[str, int]:
    """Return the label of the identifier that begins at group `first` and its last group; no label if there is none."""
    for label, is_valid in (
        ("[rijksregisternummer]", _national_number),
        ("[telefoon]", _personal_phone),
        ("[bankkaart]", _card),
    ):
        for last in range(len(groups) - 1, first - 1, -1):
            candidate = written[groups[first].start() : groups[last].end()]
            if sum(char.isdigit() for char in candidate) <= _LONGEST and is_valid(candidate):
                return label, last
    return "", first


def _digits(written: str) -> str:
    """The digits of any script as 0-9."""
    return "".join(str(unicodedata.digit(char)) for char in written if char.isdigit())


def _national_number(written: str) -> bool:
    from stdnum.be import bis, nn

    digits = _digits(written)
    return len(digits) == 11 and (bool(nn.is_valid(digits)) or bool(bis.is_valid(digits)))


def _card(written: str) -> bool:
    from stdnum import luhn

    digits = _digits(written)
    return 13 <= len(digits) <= _LONGEST and bool(luhn.is_valid(digits))


def _personal_phone(written: str) -> bool:
    """A number that rings at somebody's home or pocket: not a free, shared-cost or short public one."""
    digits = _digits(written)
    if not (digits.startswith("0") or written.startswith("+")) or len(digits) < 8:
        return False
    import phonenumbers
    from phonenumbers import PhoneNumberType

    try:
        number = phonenumbers.parse(f"+{digits}" if written.startswith("+") else digits, "BE")
    except phonenumbers.NumberParseException:
        return False
    public = {PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.UAN}
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in public
