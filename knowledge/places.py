"""Names of municipalities in what citizens write: a place is no topic, but tells where."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from knowledge.text import fold, tokens

# Also ordinary words ("as", "ham", "boom", "mol"): taken for a place only with a capital letter.
_AMBIGUOUS = frozenset(
    """
    as ham boom mol hove asse peer bree lint halle essen niel genk voeren lede lille hal putte geel lier landen menen
    """.split()  # noqa: SIM905
)


def places_in(text: str) -> frozenset[str]:
    """Return the folded words of `text` that are (part of) a municipality's name."""
    return frozenset(word for name in names_in(text) for word in name.split())


def names_in(text: str) -> tuple[str, ...]:
    """Return the municipalities' names in `text`, folded, their words joined by single spaces."""
    written = set(text.replace(",", " ").replace("?", " ").replace(".", " ").replace("!", " ").split())
    capitals = {fold(word) for word in written if word[:1].isupper()}
    words = tokens(text)
    single = {word for word in words if word in _single() and (word not in _AMBIGUOUS or word in capitals)}
    folded = f" {' '.join(words)} "
    return (*sorted(single), *(name for name in _compound() if f" {name} " in folded))


def municipalities_in(text: str) -> tuple[str, ...]:
    """Return the names in `text` that are of a municipality, the longest where one holds another.

    "Oud-Turnhout" is not Turnhout, and neither Flanders nor Belgium is a municipality.
    """
    names = [name for name in names_in(text) if name not in _wider()]
    return tuple(name for name in names if not any(f" {name} " in f" {other} " for other in names if other != name))


@cache
def _wider() -> frozenset[str]:
    return _folded("wider")


@cache
def _single() -> frozenset[str]:
    return frozenset(name for name in _names() if " " not in name)


@cache
def _compound() -> tuple[str, ...]:
    return tuple(sorted(name for name in _names() if " " in name))


@cache
def _names() -> frozenset[str]:
    return _folded("names") | _folded("other") | _wider()


def _folded(key: str) -> frozenset[str]:
    tables = tomllib.loads(resources.files("knowledge").joinpath("places.toml").read_text("utf-8"))
    return frozenset(" ".join(tokens(name)) for name in tables[key].replace("\n", "|").split("|") if name.strip())
