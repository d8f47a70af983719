"""How a citizen can be reached: name, phone, mail address; checked where they enter, sealed where they are kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from assistant.answering.clean import clean_text
from assistant.cases.addresses import BadAddress, mail_address
from assistant.domain.case import CaseKind
from knowledge.errors import NamedFailure

_LONGEST_NAME = 100


class BadPhone(NamedFailure):
    """Not a number that can be called back."""

    slot = "phone"

    def __init__(self) -> None:
        super().__init__("Not a phone number that can be called back.")


@dataclass(frozen=True)
class ContactDetails:
    """What somebody typed in the fields for it; "" for what was left open."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)

    def checked(self, kind: CaseKind) -> ContactDetails:
        """Return them as they are kept: a call-back has a phone, a ticket an address. Raises BadPhone, BadAddress."""
        phone, email = _phone(self.phone), mail_address(self.email)
        if not phone and (self.phone.strip() or kind is CaseKind.CALLBACK):
            raise BadPhone
        if not email and (self.email.strip() or kind is CaseKind.TICKET):
            raise BadAddress
        return ContactDetails(clean_text(self.name)[:_LONGEST_NAME].strip(), phone, email)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, kept: str) -> ContactDetails:
        return cls(**json.loads(kept))


def _phone(typed: str) -> str:
    """Return a number as it is dialled from anywhere, "" where it is none or calling it costs more than a call."""
    import phonenumbers
    from phonenumbers import PhoneNumberFormat, PhoneNumberType

    try:
        number = phonenumbers.parse(typed, "BE")
    except phonenumbers.NumberParseException:
        return ""
    rings = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    rings |= {PhoneNumberType.VOIP, PhoneNumberType.PERSONAL_NUMBER}
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in rings:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
