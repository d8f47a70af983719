"""From what is known of a question to a probability, and from that to the right to answer: measured, kept as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib import resources
from math import exp
from pathlib import Path
from typing import Any

from knowledge.errors import NamedFailure

FILE = "calibration.json"
"""In the home, where a site measured its own; else the package's."""
STRICT = "strict"
"""Threshold where what was measured does not hold: another embedder, another index, no vectors."""
_BENT = (
    "cosine",
    "words",
    "margin",
    "share",
    "title",
    "focus",
    "covered",
    "named",
    "length",
    "cosine_margin",
    "margin_4",
    "part",
)
_BENDS = (0.3, 0.5, 0.7, 0.85)
POOLED = "pooled"
"""Threshold of a language with too few cases of its own."""
JOINED = "joined"
"""Threshold, at least, of a message that is read together with those before it."""


@dataclass(frozen=True)
class Calibration:
    """How sure the first candidate is the right one, and how sure is sure enough, by language."""

    version: str
    index: str
    """The version of the index (with its embedder) that it was measured on."""
    bias: float
    weights: Mapping[str, float]
    answer: Mapping[str, float]
    """Threshold by language, and POOLED and STRICT, and JOINED where it was measured."""
    ask: float
    """Below this not even options are likely to help."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    fits: bool = True
    """Whether it was measured on the index that is in use."""

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability that an answer from the first candidate is right."""
        terms = bent(signals)
        return 1 / (1 + exp(-(self.bias + sum(weight * terms[name] for name, weight in self.weights.items()))))

    def threshold(self, language: str, *, dense: bool = True, joined: bool = False) -> float:
        """Return how probable an answer must be to be given."""
        alone = self.answer.get(language, self.answer[POOLED])
        if not (self.fits and dense):
            alone = max(one for name, one in self.answer.items() if name != JOINED)
        return max(alone, self.answer.get(JOINED, alone)) if joined else alone

    def on(self, index: str) -> Calibration:
        """Return it as it holds for an index of this version."""
        return replace(self, fits=self.index == index)

    def to_json(self) -> str:
        """Return it as it is kept in a file."""
        kept = asdict(self)
        del kept["fits"]
        return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def bent(signals: Mapping[str, float]) -> dict[str, float]:
    """Return the signals, and what each that is no straight line has above each bend ("cosine>0.5").

    A cosine of 0.9 is not twice as good as one of 0.45: a sum of straight pieces follows what was measured.
    """
    found = dict(signals)
    for name in _BENT:
        if name in signals:
            found |= {f"{name}>{bend}": max(0.0, signals[name] - bend) for bend in _BENDS}
    return found


def calibration_of(home: Path) -> Calibration:
    """Return the home's own calibration, else the one that ships. Raises NamedFailure for a file that is none."""
    own = home / FILE
    if not own.is_file():
        return shipped()
    try:
        return read(own.read_text("utf-8"))
    except (ValueError, KeyError, TypeError) as error:
        raise NamedFailure(f"{own} is no calibration: {error}. Remove it, or wegwijzer eval calibrate.") from None


@cache
def shipped() -> Calibration:
    """Return the calibration that ships."""
    return read(resources.files(__package__).joinpath(FILE).read_text("utf-8"))


def read(text: str) -> Calibration:
    """Return a calibration from the text of its file. Raises ValueError, KeyError, TypeError."""
    found = Calibration(**json.loads(text))
    numbers = [found.bias, found.ask, *found.weights.values(), *found.answer.values()]
    if not all(isinstance(one, int | float) for one in numbers) or not {POOLED, STRICT} <= set(found.answer):
        raise ValueError("weights and thresholds must be numbers, with pooled and strict ones")
    return found
