"""Fits what the concepts of danger weigh: ``python -m eval.understanding alarm`` writes `alarm.json` of the answering.

To be run again after any change of `alarm.toml` or of an exemplar. ``… alarm check`` fits without one set after the
other and prints how much is heard in the set that was left out.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answering import alarm
from assistant.answering.alarm import PERHAPS, SURE, Features, readings
from assistant.answering.alarm_words import digest
from eval.understanding.items import half, read_items
from eval.understanding.ordinary import SETTLED, phrasings, questions

KEPT = Path(alarm.__file__).with_name("alarm.json")
SETS = ("danger", "danger_second", "danger_third", "danger_fourth", "danger_sixth", "own")
_STRENGTH, _FEWEST, _LEAST = 0.6, 3, 0.01
_WEIGHT, _ORDINARY = 3.0, 5.0
_NONE = "none"
_DANGERS = ("danger_violence", "danger_suicide", "crisis")
_HELP_LINES = {page for page, settled in SETTLED.items() if settled & {*_DANGERS}} | {"meldpunt-kinderopvang"}
"""How one asks for these pages is how one speaks of danger."""


@dataclass(frozen=True)
class Example:
    """A message of the set `name`, the kind of danger it speaks of (or none), and what is weighed of it."""

    name: str
    kind: str
    pieces: list[Features]


def examples(only: str = "") -> list[Example]:
    """Return all that is fitted on: the sets, own examples and ordinary messages (of one half if it is named)."""
    told = [(name, item["danger"] or _NONE, item["text"]) for name in SETS[:-1] for item in read_items(name)]
    own = tomllib.loads(Path(__file__).with_name("danger_fit.toml").read_text("utf-8"))
    lines = ((kind, line) for table in own.values() for kind, lines in table.items() for line in lines.split("\n"))
    told += [(SETS[-1], kind, line) for kind, line in lines if line]
    told += [("ordinary", _NONE, words) for words in ordinary(only)]
    return [Example(name, kind, readings(text)) for name, kind, text in told]


def ordinary(only: str = "") -> list[str]:
    """Return messages with a wish, ways of asking and questions: none is about danger (of one half if it is named)."""
    asked = (words for _, words, pages in (*phrasings(), *questions()) if not pages & _HELP_LINES)
    said = [item["text"] for item in read_items("intent")] + list(asked)
    return [words for words in dict.fromkeys(said) if not only or half(words) == only]


def fit(known: Collection[Example]) -> dict[str, Any]:
    """Return the weights as they are kept."""
    # Danger stands in a message; what is harmless is so in each of its sentences.
    rows = [(one, piece) for one in known for piece in (one.pieces if one.kind == _NONE else one.pieces[:1])]
    weighed = [(_ORDINARY if one.name == "ordinary" else _WEIGHT) / len(one.pieces) ** 0.5 for one, _ in rows]
    told = [(one.kind, _alone(piece)) for one, piece in rows if one.kind != _NONE]
    pieces = [piece for _, piece in told]
    return {
        "digest": digest(),
        "weights": _weights([piece for _, piece in rows], [one.kind != _NONE for one, _ in rows], weighed),
        "kinds": {
            "crisis" if kind == "crisis" else f"danger_{kind}": _weights(
                pieces, [own == kind for own, _ in told], [1.0] * len(told)
            )
            for kind in sorted({kind for kind, _ in told})
        },
    }


def _alone(piece: Features) -> Features:
    """What tells one danger from another: the concepts, without pairs."""
    return {name: value for name, value in piece.items() if name.isalpha()}


def _weights(pieces: list[Features], told: list[bool], weighed: list[float]) -> dict[str, float]:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    names = DictVectorizer()
    counted = names.fit_transform(pieces)
    names.restrict(counted.getnnz(axis=0) >= _FEWEST)
    model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(names.transform(pieces), np.array(told), weighed)
    found = zip(names.get_feature_names_out(), model.coef_[0].tolist(), strict=True)
    kept = {name: round(value, 2) for name, value in found if abs(value) >= _LEAST}
    return {"": round(float(model.intercept_[0]), 2)} | kept


def main() -> None:
    """Fit and keep the weights, or check them on the set that was left out."""
    if "check" not in sys.argv:
        KEPT.write_text(json.dumps(fit(examples()), indent=0, ensure_ascii=False) + "\n", "utf-8")
        return
    known = examples("dev")
    unseen = [readings(words) for words in ordinary("test")]
    for name in SETS:
        weights = fit([one for one in known if one.name != name])["weights"]
        told = [(one.kind != _NONE, _most(weights, one.pieces)) for one in known if one.name == name]
        scores = [_most(weights, pieces) for pieces in unseen]
        for least in (PERHAPS, SURE):
            print(
                f"without {name:14} from {least}: heard {_share(score for danger, score in told if danger)(least)}"
                f"  look-alikes {_share(score for danger, score in told if not danger)(least)}"
                f"  ordinary messages {_share(scores)(least)}"
            )


def _most(weights: dict[str, float], pieces: list[Features]) -> float:
    return max((alarm.likely(weights, piece) for piece in pieces), default=0.0)


def _share(scores: Iterable[float]) -> Callable[[float], str]:
    found = list(scores)
    return lambda least: f"{sum(score >= least for score in found)}/{len(found)}"


if __name__ == "__main__":
    main()
