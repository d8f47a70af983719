"""Words of other countries, and what is meant by them here (`countries.toml`)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge.text import fold


@dataclass(frozen=True)
class ForeignTerm:
    """A word of another country; `here` is what it is called in Flanders, empty where there is no such thing."""

    name: str
    here: str


def foreign_term(text: str) -> ForeignTerm | None:
    """Return the word of another country in a text; without a name where only another country is named."""
    said = fold(text).replace("’", "'").strip(" .!?")
    terms, abroad = _terms()
    found = next((term for pattern, term in terms if pattern.search(said)), None)
    return found or (ForeignTerm("", "") if abroad.search(said) else None)


@cache
def _terms() -> tuple[list[tuple[re.Pattern[str], ForeignTerm]], re.Pattern[str]]:
    tables = tomllib.loads(resources.files(__package__).joinpath("countries.toml").read_text("utf-8"))
    abroad = "|".join(f"(?:{fold(one)})" for one in tables.pop("abroad")["says"])
    terms = [
        (re.compile(fold(one["says"])), ForeignTerm(one["name"], one["here"]))
        for table in tables.values()
        for one in table["terms"]
    ]
    return terms, re.compile(abroad)
