"""Telling personal phone numbers from public ones and from numbers that are none."""

from __future__ import annotations

import re

from knowledge.identifier_kinds import Candidate

_PHONE_BEFORE = re.compile(
    r"(?:gsm|mobiel|mobile|cell|tel|tele[fp]\w*|t[ée]l[ée]phone|phone|fax|portable|handy)"
    r"[ .:]*(?:n(?:umme)?r|num[ée]ro|number)?"
    r"[ .:]*(?:is|est|ist)?[ :#]*$",
    re.IGNORECASE,
)
"""Beside such a word any number of that length is a phone, also one as people write it in another country."""
_WITHIN_ANOTHER = re.compile(r"\d[./-]$")
"""What follows is the rest of a longer number."""


def phone_abroad(candidate: Candidate) -> str:
    """A number with the code of its country, also Belgium's."""
    digits = candidate.digits
    coded = candidate.written.startswith("+") or (digits.startswith("00") and len(digits) > 11)
    return _phone_value(f"+{digits.removeprefix('00')}", "BE", loose=candidate.written[0] == "+") if coded else ""


def phone(candidate: Candidate) -> str:
    """A number that rings at somebody's home or pocket: not a free, shared-cost or short public one."""
    digits, shape = candidate.digits, candidate.shape
    if candidate.written.startswith("+") or _WITHIN_ANOTHER.search(candidate.before):
        return ""
    if _PHONE_BEFORE.search(candidate.before) and (value := _phone_value(digits, "BE", loose=True)):
        return value
    if digits.startswith("0"):
        at_home = shape == "4-3-3" or candidate.before[-1:].isalpha()
        return _phone_value(digits, "BE") or ("" if at_home else _foreign_mobile(digits))
    # The nought is left out: only in the groups of a mobile number.
    short = len(digits) == 9 and digits[0] == "4" and not candidate.is_money
    return _phone_value(f"0{digits}", "BE") if short and shape == "3-2-2-2" else ""


def _foreign_mobile(digits: str) -> str:
    """A mobile number as people write it at home in the countries around, without the code of the country."""
    from phonenumbers import PhoneNumberType

    if len(digits) == 10 and digits[1] in "67":
        return _phone_value(digits, "FR", PhoneNumberType.MOBILE) or _phone_value(digits, "NL", PhoneNumberType.MOBILE)
    if len(digits) in {11, 12} and digits[1] == "1":
        return _phone_value(digits, "DE", PhoneNumberType.MOBILE)
    return ""


def _phone_value(digits: str, region: str, only: int | None = None, *, loose: bool = False) -> str:
    """Return a personal number as +32…, "" where it is none; a `loose` one need not be in use where it could be."""
    import phonenumbers
    from phonenumbers import PhoneNumberType

    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return ""
    kind = phonenumbers.number_type(number)
    public = {PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.UAN}
    exists = phonenumbers.is_possible_number(number) if loose else phonenumbers.is_valid_number(number)
    if not exists or kind in public or (only is not None and kind != only):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
