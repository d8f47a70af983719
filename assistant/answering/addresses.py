"""Finding where somebody lives: a street with its number, in the ways the languages of the service write it."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

_BOX = r"(?:,? ?(?:bus|bte|box|b|apt|ap)\.? ?\w{1,4}(?!\w))?"
_NUMBER = rf"(?:n(?:r|o|°|º)?\.?:? ?)?\d{{1,3}}(?: ?[a-z](?!\w))?{_BOX}(?![\d.,]\d|\w)"
_CAPITAL = r"[^\W\d_a-zà-öø-ÿа-яіїєґ]"
_REACH = 24


def addresses(text: str) -> list[tuple[int, int]]:
    """Return where the streets with a number begin and end; a municipality and its postcode tell nobody's home."""
    # Where everything is in capitals, a capital says nothing.
    if text.isupper() and len(text.lower()) == len(text):
        text = text.lower()
    return sorted({one.span() for shape in _shapes() for one in shape.finditer(text)} | _homes(text))


def _homes(text: str) -> set[tuple[int, int]]:
    """A street without a number, after a word that says that somebody lives there."""
    lives, street = _home()
    found = set()
    for cue in lives.finditer(text):
        one = street.search(text, cue.end(), cue.end() + _REACH + 20)
        if one and one.start() - cue.end() <= _REACH:
            found.add(one.span())
    return found


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    words = _read()
    ends, begins, english = words["ends"], words["begins"], words["english"]
    other = words["ends_after_capital"]
    of = r"(?:(?:de|du|des|la|le|les|l'|d') ?)*"
    name = r"[^\W\d_][\w'’.-]*"
    shapes = (
        # Kerkstraat 12 bus 3; Oude Baan 3; Jan Van Rijswijcklaan 5.
        rf"(?:{_CAPITAL}[\w'’.-]* ){{0,3}}[^\W\d_][\w'’-]+?(?:{ends})\.?,? {_NUMBER}",
        rf"{_CAPITAL}[\w'’-]*(?:{other})\.?,? {_NUMBER}",
        rf"{_CAPITAL}[\w'’-]* (?i:{ends}|{other})\.?,? {_NUMBER}",
        # rue de la Loi 16; 16, rue de la Loi; ul. Długa 5.
        rf"(?<!\w)(?i:{begins})\.? (?:{name} ){{0,4}}{name},? {_NUMBER}",
        rf"(?<!\w)\d{{1,3}}(?: ?(?:bis|ter))?,? (?i:{begins})\.? {of}{name}(?: {_CAPITAL}[\w'’-]+)*",
        # 12 Church Street; Atatürk Caddesi 5.
        rf"(?<!\w)\d{{1,3}}[a-z]?,? (?:{name} ){{1,3}}(?i:{english})(?!\w)",
        rf"(?<!\w)(?:{_CAPITAL}[\w'’-]* ){{1,3}}(?i:{english})\.?,? {_NUMBER}",
    )
    return tuple(re.compile(shape) for shape in shapes)


@cache
def _home() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = _read()
    lives = re.compile(rf"(?<!\w)(?:{words['lives']})(?!\w)", re.IGNORECASE)
    joined, apart = (
        rf"[^\W\d_][\w'’-]{{2,}}(?:{words['ends']})",
        rf"(?:{words['begins']}) (?:\w+['’ ]){{0,3}}{_CAPITAL}\w+",
    )
    street = re.compile(rf"(?<!\w)(?:{joined}|{apart})(?!\w)")
    return lives, street


@cache
def _read() -> dict[str, str]:
    text = resources.files("assistant.answering").joinpath("people.toml").read_text("utf-8")
    read: dict[str, str] = tomllib.loads(text)["addresses"]
    return read
