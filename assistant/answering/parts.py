"""The questions in one message (`split.toml`): a part each, where every part names something of its own."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.answering.wants import named
from knowledge.text import stem

_SENTENCE = re.compile(r"(?<=[?!;])\s*|(?<=[.:])\s+|\n+")
_MOST = 5
"""Questions answered at once; with more, the rest stays with the last."""


@dataclass(frozen=True)
class _Ways:
    between: re.Pattern[str]
    opens: re.Pattern[str]
    back: re.Pattern[str]
    urgent: re.Pattern[str]


def parts(text: str, language: str) -> list[str]:
    """Return the questions in a text, most urgent first; the text itself where it asks one thing."""
    ways = _ways().get(language)
    if ways is None:
        return [text]
    clauses = [clause.strip() for one in _SENTENCE.split(text) for clause in ways.between.split(one) if clause.strip()]
    found: list[str] = []
    told = ""
    for clause in clauses:
        if not _asks(clause, ways):
            told = _joined(told, clause)
        elif found and (len(found) == _MOST or not _new(clause, found, language, ways)):
            found[-1], told = _joined(found[-1], told, clause), ""
        else:
            found, told = [*found, _joined(told, clause)], ""
    if len(found) < 2:
        return [text]
    found[-1] = _joined(found[-1], told)
    return sorted(found, key=lambda one: not ways.urgent.search(one))


def _joined(*clauses: str) -> str:
    return " ".join(clause for clause in clauses if clause)


def _asks(clause: str, ways: _Ways) -> bool:
    return clause.endswith("?") or ways.opens.match(clause) is not None


def _new(clause: str, found: list[str], language: str, ways: _Ways) -> bool:
    """Whether a question names something that none before it names, and does not point back."""
    own = {stem(word, language) for word in named(clause, language)}
    before = {stem(word, language) for one in found for word in named(one, language)}
    return bool(own and before) and not own & before and ways.back.search(clause) is None


@cache
def _ways() -> dict[str, _Ways]:
    tables = tomllib.loads(resources.files(__package__).joinpath("split.toml").read_text("utf-8"))
    return {language: _read(table) for language, table in tables.items()}


def _read(table: dict[str, str]) -> _Ways:
    # Without a comma or a word between them, a question word goes on with the same question.
    opens = rf"(?=(?:{table['opens']})\b)"
    between = rf",\s*(?:(?:{table['and']})\s+)?{opens}|\s+(?:{table['and']})\s+{opens}"
    start = rf"(?:(?:{table['and']})[\s,]+)?(?:{table['opens']})\b"
    read = (between, start, _word(table["back"]), _word(table["urgent"]))
    return _Ways(*(re.compile(one, re.IGNORECASE) for one in read))


def _word(alternatives: str) -> str:
    return rf"\b(?:{alternatives})\b"
