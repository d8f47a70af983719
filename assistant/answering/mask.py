"""Step mask: personal identifiers are made unreadable before anything is searched, traced or shown to others.

A first version: numbers with a checksum (python-stdnum), phone numbers (phonenumbers) and e-mail addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.answering.draft import Draft

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_IBAN = re.compile(r"\b[a-z]{2}\d{2}(?:[ .-]?[a-z0-9]{4}){2,7}(?:[ .-]?[a-z0-9]{1,4})?\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w+])\+?\d(?:[ ./-]{0,3}\d){7,18}(?!\w)")


def mask(draft: Draft) -> Draft:
    """Return the draft with personal identifiers replaced by what they were, in brackets, in Dutch as staff read it."""
    text = mask_text(draft.text)
    return replace(draft, text=text, masking_done=True, masked=text != draft.text)


def mask_text(text: str) -> str:
    """Return `text` with e-mail addresses, IBANs, cards, national numbers and phones replaced; public numbers stay."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _IBAN.sub(lambda found: "[iban]" if _valid_iban(found.group()) else found.group(), text)
    return _DIGITS.sub(lambda found: _label(found.group()), text)


def _label(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    for label, is_valid in _CHECKS:
        if is_valid(digits):
            return label
    return "[telefoon]" if _personal_phone(written) else written


def _national_number(digits: str) -> bool:
    from stdnum.be import bis, nn

    return len(digits) == 11 and (bool(nn.is_valid(digits)) or bool(bis.is_valid(digits)))


def _card(digits: str) -> bool:
    from stdnum import luhn

    return 13 <= len(digits) <= 19 and bool(luhn.is_valid(digits))


def _valid_iban(written: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(written.replace(".", "").replace("-", "")))


def _personal_phone(written: str) -> bool:
    """A number that rings at somebody's home or pocket: not a free, shared-cost or short public one."""
    import phonenumbers
    from phonenumbers import PhoneNumberType

    try:
        number = phonenumbers.parse(written, "BE")
    except phonenumbers.NumberParseException:
        return False
    public = {PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.UAN}
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in public


_CHECKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("[rijksregisternummer]", _national_number),
    ("[bankkaart]", _card),
)
