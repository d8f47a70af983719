"""A letter of the service, and the mail that it becomes: the same words as text and as accessible HTML."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from knowledge.language import RIGHT_TO_LEFT


@dataclass(frozen=True)
class Part:
    """Some words under a heading; "" for none."""

    heading: str
    words: str


@dataclass(frozen=True)
class Letter:
    """What is written to somebody, in one language."""

    sender: str
    """The name of the public body."""
    language: str
    subject: str
    parts: tuple[Part, ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, kept: str) -> Letter:
        fields = json.loads(kept)
        return cls(**fields | {"parts": tuple(Part(**part) for part in fields["parts"])})


def mail_of(letter: Letter, sender: str, recipient: str, message_id: str, at: datetime) -> EmailMessage:
    """Return the mail of a letter; no word of it can become a header. The addresses are checked ones."""
    mail = EmailMessage(SMTP)
    mail["From"] = Address(_line(letter.sender), addr_spec=sender)
    mail["To"] = Address(addr_spec=recipient)
    mail["Subject"] = _line(letter.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_text(letter), cte="quoted-printable")
    mail.add_alternative(_html(letter), subtype="html", cte="quoted-printable")
    # Set before, it would become that of the first part alone.
    mail["Content-Language"] = letter.language
    return mail


def _text(letter: Letter) -> str:
    parts = ("\n".join(filter(None, (_line(part.heading), _lines(part.words)))) for part in letter.parts)
    return "\n\n".join((_line(letter.subject), *parts)) + "\n"


def _html(letter: Letter) -> str:
    title = escape(_line(letter.subject))
    direction = "rtl" if letter.language in RIGHT_TO_LEFT else "ltr"
    lines = [
        "<!doctype html>",
        f'<html lang="{letter.language}" dir="{direction}">',
        f'<head><meta charset="utf-8"><title>{title}</title></head>',
        "<body>",
        f"<h1>{title}</h1>",
    ]
    for part in letter.parts:
        if part.heading:
            lines.append(f"<h2>{escape(_line(part.heading))}</h2>")
        lines.append("<p>" + escape(_lines(part.words)).replace("\n", "<br>\n") + "</p>")
    return "\n".join([*lines, "</body>", "</html>", ""])


def _line(words: str) -> str:
    return " ".join(_lines(words).split())


def _lines(words: str) -> str:
    """Return words without characters that are not for reading."""
    lines = "\n".join(words.splitlines())
    return "".join(char for char in lines if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})
