"""Finding number plates: where the shape is enough, and where a word such as "nummerplaat" must stand beside it."""

from __future__ import annotations

import re

from knowledge.text import stop_words

_BELGIAN = re.compile(r"(?<![\w-])[1-9]([ .-]?)([a-z]{3})([ .-]?)\d{3}(?![\w-])", re.IGNORECASE)
_FRENCH = re.compile(r"(?<![\w-])[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}(?![\w-])", re.IGNORECASE)
_SHAPES = (
    r"[1-9][ .-]?[a-z]{3}[ .-]?\d{3}",
    r"[a-z]{3}[ .-]?\d{3}",
    r"\d{3}[ .-]?[a-z]{3}",
    r"[a-z]{2}[ -]?\d{3}[ -]?[a-z]{2}",
    r"(?:[a-z]{1,3}|\d{1,3})-(?:[a-z]{1,3}|\d{1,3})-(?:[a-z]{1,3}|\d{1,3})",
    r"[a-z\u00c4-\u00fc]{1,3}[ -][a-z]{1,2} ?\d{1,4}",
    r"\d{2} ?[a-z]{1,3} ?\d{2,4}",
    r"\d{4} ?[a-z]{3}",
    r"[a-z]{1,2}[ -]?\d{2,3}[ -]?[a-z]{3}",
    r"[^\W\d_]{2} ?\d{4} ?[^\W\d_]{2}",
    r"[a-z]{2,3} ?\d[\da-z]{3,4}",
)
"""Plates of Belgium before 2010, the countries around and those of the languages of the service."""
_ANY = re.compile(rf"(?<![\w-])(?:{'|'.join(_SHAPES)})(?![\w-])", re.IGNORECASE)
_CUE = re.compile(
    r"nummerplaat|kentekens?\b|\bplaat\b|plaque|immatricul|kennzeichen|nummernschild|\bplates?\b|registration number"
    r"|plaka|لوحة|номерн\w* знак|номер авто|rejestracyjn|înmatriculare|inmatriculare|matr[ií]cula",
    re.IGNORECASE,
)
_REACH = 24
"""Characters between such a word and its plate ("de nummerplaat van mijn wagen is …")."""
_MONTHS = frozenset(
    "jan feb mrt mar apr mei mai may jun jul aug sep oct okt nov dec dez fév avr jui déc eur usd".split()  # noqa: SIM905
)


def plates(text: str) -> list[tuple[int, int]]:
    """Return where the number plates of `text` begin and end."""
    found = [one.span() for one in _BELGIAN.finditer(text) if _joined(one) or _apart(one, text)]
    found += [one.span() for one in _FRENCH.finditer(text)]
    for cue in _CUE.finditer(text):
        beside = _ANY.search(text, cue.end())
        if beside and beside.start() - cue.end() <= _REACH and any(char.isdigit() for char in beside.group()):
            found.append(beside.span())
    return sorted(set(found))


def _joined(plate: re.Match[str]) -> bool:
    return plate[1] != " " and plate[3] != " "


def _apart(plate: re.Match[str], text: str) -> bool:
    """Whether groups with spaces between are a plate: in capitals, and no word ("1 VAN 300")."""
    letters = plate[2].lower()
    words = letters in _MONTHS or any(letters in stop_words(code) for code in ("nl", "fr", "de", "en"))
    return plate[2].isupper() and not text.isupper() and not words
