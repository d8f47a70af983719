"""Fits what the words of danger weigh: ``python -m eval.understanding alarm`` writes `alarm.npz` of the answering.

To be run again after any change of `alarm.toml`, of an exemplar or of the model that ships. ``… alarm check`` fits
without one set after the other and prints how much is heard in the set that was left out.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.answering import alarm
from assistant.answering.alarm import PERHAPS, SURE, readings
from assistant.answering.alarm_weights import Pieces, Reading, Weights
from assistant.answering.alarm_words import digest
from assistant.answering.likeness import exemplars
from eval.understanding.danger import ANSWERED
from eval.understanding.items import half, read_items
from eval.understanding.ordinary import SETTLED, phrasings, questions
from knowledge.language import LANGUAGES
from knowledge.model.vectors import ModelEmbedder

KEPT = Path(alarm.__file__).with_name("alarm.npz")
SETS = (
    *("danger", "danger_second", "danger_third", "danger_fourth", "danger_sixth"),
    *(f"danger_fit_{number}" for number in range(1, 7)),
    "own",
)
_STRENGTH, _FEWEST, _LARGEST = 0.75, 4, 127
_ORDINARY = 0.7
"""An ordinary message counts for so much of one that was written to sound like danger: there are many more."""
_CONCEPTS, _MEANING, _PIECES = 0.7, 3.0, 15.0
"""How freely each of the three may be used; from leaving out one set after the other."""
_NONE = "none"
_DANGERS = ("danger_violence", "danger_suicide", "crisis")
_HELP_LINES = {page for page, settled in SETTLED.items() if settled & {*_DANGERS}} | {
    *("meldpunt-kinderopvang", "meldpunt-ouderenmishandeling", "hulplijn-storm-1722")
}
"""How one asks for these pages is how one speaks of danger."""

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Example:
    """A message of the set `name`, the kind of danger it speaks of (or none), and what is weighed of it."""

    name: str
    kind: str
    pieces: list[Reading]


def examples(only: str = "") -> list[Example]:
    """Return all that is fitted on: the sets, own examples and ordinary messages (of one half if it is named)."""
    told = [(name, item["danger"] or _NONE, item["text"]) for name in SETS[:-1] for item in read_items(name)]
    own = tomllib.loads(Path(__file__).with_name("danger_fit.toml").read_text("utf-8"))
    lines = ((kind, line) for table in own.values() for kind, lines in table.items() for line in lines.split("\n"))
    told += [(SETS[-1], kind, line) for kind, line in lines if line]
    told += [("ordinary", _NONE, words) for words in ordinary(only)]
    return plain() + [Example(name, kind, readings(text)) for name, kind, text in told]


def plain() -> list[Example]:
    """Return the exemplars of danger, and of none, without what they are like: they are like themselves."""
    told = [(label, words) for language in LANGUAGES for label, words in exemplars(language)]
    return [
        Example("plain", label.removeprefix("danger_"), [_unlike(one) for one in readings(words)])
        for label, words in told
        if label == _NONE or label.startswith("danger_")
    ]


def _unlike(one: Reading) -> Reading:
    return replace(one, concepts={name: value for name, value in one.concepts.items() if not name.startswith("=")})


def ordinary(only: str = "") -> list[str]:
    """Return messages with a wish, ways of asking and questions: none is about danger (of one half if it is named)."""
    asked = (words for _, words, pages in (*phrasings(), *questions()) if not pages & _HELP_LINES)
    said = [item["text"] for item in read_items("intent")] + list(asked)
    return [words for words in dict.fromkeys(said) if not only or half(words) == only]


def fit(known: Collection[Example]) -> Arrays:
    """Return the weights as they are kept; the same examples give the same."""
    # Danger stands in a message; what is harmless is so in each of its sentences.
    rows = [(one, piece) for one in known for piece in (one.pieces if one.kind == _NONE else one.pieces[:1])]
    pieces = [piece for _, piece in rows]
    kinds = np.array([ANSWERED.get(one.kind, (one.kind,))[0] for one, _ in rows])
    weighed = [(_ORDINARY if one.name == "ordinary" else 1.0) / len(one.pieces) ** 0.5 for one, _ in rows]
    told = kinds != _NONE
    kept = _known(pieces) | {"usual": _meanings(one for mine, one in rows if mine.name != "ordinary").mean(axis=0)}
    names, found = _matrix(pieces, kept)
    danger, kind = _fitted(found, told, np.array(weighed)), _fitted(found[told], kinds[told])
    begin = np.concatenate([danger.intercept_, kind.intercept_])
    weights = np.concatenate([danger.coef_, kind.coef_]).T
    concepts, meaning = len(names), len(names) + len(kept["usual"])
    scale = np.abs(weights[meaning:]).max(axis=0) / _LARGEST
    return kept | {
        "digest": _as_bytes(digest()),
        "model": _as_bytes(ModelEmbedder().version),
        "names": _as_bytes("\n".join(names)),
        "kinds": _as_bytes("\n".join(one if one == "crisis" else f"danger_{one}" for one in kind.classes_)),
        "begin": begin.astype(np.float32),
        "concepts": (weights[:concepts] * _CONCEPTS).astype(np.float16),
        "meaning": (weights[concepts:meaning] * _MEANING).astype(np.float16),
        "weights": np.round(weights[meaning:] / scale).astype(np.int8),
        "scale": (scale * _PIECES).astype(np.float32),
    }


def _known(pieces: Collection[Reading]) -> Arrays:
    """The pieces of words that stand in enough messages, and in how many."""
    hashes, counts = np.unique(np.concatenate([list(one.pieces) for one in pieces]), return_counts=True)
    often = counts >= _FEWEST
    return {
        "pieces": hashes[often].astype(np.uint32),
        "counts": counts[often].astype(np.uint16),
        "known": np.array(len(pieces)),
    }


def _meanings(pieces: Iterable[Reading]) -> npt.NDArray[np.float32]:
    return np.stack([one.meaning for one in pieces if one.meaning is not None])


def _matrix(pieces: Collection[Reading], kept: Arrays) -> tuple[list[str], Any]:
    """The names of the concepts, and a row for each piece: its concepts, its meaning and its pieces of words."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction import DictVectorizer

    names = DictVectorizer()
    counted = names.fit_transform([one.concepts for one in pieces])
    names.restrict(counted.getnnz(axis=0) >= _FEWEST)
    known = [Pieces(kept).known(one.pieces) for one in pieces]
    starts = np.cumsum([0, *(len(places) for places, _ in known)])
    parts = [np.concatenate(part) for part in zip(*known, strict=True)]
    sounds = csr_matrix((parts[1], parts[0], starts), shape=(len(pieces), len(kept["pieces"])))
    meant = csr_matrix(_meanings(pieces) - kept["usual"])
    concepts = names.transform([one.concepts for one in pieces])
    return list(names.get_feature_names_out()), hstack(
        [concepts * _CONCEPTS, meant * _MEANING, sounds * _PIECES], format="csr"
    )


def _fitted(found: Any, told: npt.NDArray[Any], weighed: npt.NDArray[Any] | None = None) -> Any:
    from sklearn.linear_model import LogisticRegression

    strength = _STRENGTH if weighed is not None else _STRENGTH / 3
    return LogisticRegression(C=strength, max_iter=1000).fit(found, told, weighed)


def _as_bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def main() -> None:
    """Fit and keep the weights, or check them on the set that was left out."""
    if "check" not in sys.argv:
        kept: dict[str, Any] = fit(examples())
        np.savez(KEPT, **kept)
        return
    known = examples("dev")
    unseen = [readings(words) for words in ordinary("test")]
    for name in SETS:
        weights = Weights(fit([one for one in known if one.name != name]))
        told = [(one.kind != _NONE, _most(weights, one.pieces)) for one in known if one.name == name]
        scores = [_most(weights, pieces) for pieces in unseen]
        for least in (PERHAPS, SURE):
            print(
                f"without {name:14} from {least}: heard {_share(score for danger, score in told if danger)(least)}"
                f"  look-alikes {_share(score for danger, score in told if not danger)(least)}"
                f"  ordinary messages {_share(scores)(least)}"
            )


def _most(weights: Weights, pieces: list[Reading]) -> float:
    return max((weights.danger(piece) for piece in pieces), default=0.0)


def _share(scores: Iterable[float]) -> Callable[[float], str]:
    found = list(scores)
    return lambda least: f"{sum(score >= least for score in found)}/{len(found)}"


if __name__ == "__main__":
    main()
