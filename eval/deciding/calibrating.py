"""Fitting the decision on one split of the cases, and choosing its thresholds on another by what they risk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering.calibration import JOINED, POOLED, STRICT, Calibration, bent
from eval.deciding.running import Outcome
from knowledge.errors import NamedFailure

RISK = 0.05
CONFIDENCE = 0.95
_PENALTY = 3.0
"""Inverse strength of the L2 penalty: enough data for some sixty weights, little enough that none runs away."""
_HELPS = 1 / 3
"""Options are shown where they hold the right service this often: they cost a glance, a person stands beside them."""
_FEW = 20
"""Answers of a language from which its own error is looked at."""


@dataclass(frozen=True)
class Point:
    """One case that doubt decides over: how probable its answer was said to be, and whether it was right."""

    probability: float
    right: bool
    language: str
    offered: bool = False
    """Whether the right service is among the options that would be shown."""
    joined: bool = False
    """Whether it was read together with what was said before."""


def fit(outcomes: Sequence[Outcome]) -> tuple[float, dict[str, float]]:
    """Return bias and weights of a logistic regression on what doubt decides over. Raises NamedFailure for too few."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = [one for one in outcomes if one.lets]
    if len({one.right for one in rows}) < len((True, False)):
        raise NamedFailure("there are not enough cases over these pages to fit on: right and wrong ones are needed.")
    terms = [bent(one.signals) for one in rows]
    names = sorted(terms[0])
    table = np.array([[one[name] for name in names] for one in terms])
    model = LogisticRegression(C=_PENALTY, max_iter=20000).fit(table, [one.right for one in rows])
    weights = dict(zip(names, (round(float(value), 3) for value in model.coef_[0]), strict=True))
    return round(float(model.intercept_[0]), 3), weights


def calibrate(outcomes: Sequence[Outcome], index: str, version: str, risk: float = RISK) -> Calibration:
    """Return weights fitted on the split `fit` and thresholds chosen on `calibrate`; `test` is not looked at."""
    bias, weights = fit([one for one in outcomes if one.split == "fit"])
    fitted = Calibration(version, index, bias, weights, {POOLED: 1.0, STRICT: 1.0}, 0.0)
    points = points_of([one for one in outcomes if one.split == "calibrate"], fitted)
    answer = thresholds(points, risk)
    evidence = {name: evidence_at(points, name, limit) for name, limit in answer.items()}
    evidence["fit"] = {"cases": sum(one.lets for one in outcomes if one.split == "fit")}
    return Calibration(version, index, bias, weights, answer, ask_from(points), {"risk": risk, **evidence})


def points_of(outcomes: Sequence[Outcome], calibration: Calibration) -> list[Point]:
    """Return what doubt decides over, the most probable first."""
    found = [
        Point(
            calibration.probability(one.signals),
            one.right,
            one.case.language,
            bool(set(one.near) & set(one.case.services)),
            bool(one.signals["joined"]),
        )
        for one in outcomes
        if one.lets
    ]
    return sorted(found, key=lambda point: -point.probability)


def thresholds(every: Sequence[Point], risk: float) -> dict[str, float]:
    """Return thresholds: pooled and strict ones by their bound, a language's own where its cases allow or demand it.

    These are of messages that stand alone. What is joined with what was said before is more often wrong; its cases are
    too few for a bound, so its threshold is the lowest at which their own share of wrong answers is small enough.
    """
    points = [point for point in every if not point.joined]
    pooled = lowest(points, lambda wrong, given: bound(wrong, given) <= risk)
    strict = lowest(points, lambda wrong, given: bound(wrong, given) <= risk / 2)
    found = {POOLED: pooled, STRICT: max(pooled, min(strict, lowest(points, lambda wrong, _: wrong == 0)))}
    for language in sorted({point.language for point in points}):
        own = [point for point in points if point.language == language]
        loose = lowest(own, lambda wrong, given: bound(wrong, given) <= risk)
        wrong, given = _counts(own, pooled)
        if loose < pooled:
            found[language] = loose
        elif given >= _FEW and wrong > risk * given:
            found[language] = max(pooled, lowest(own, lambda wrong, given: wrong <= risk * given))
    if joined := [point for point in every if point.joined]:
        found[JOINED] = lowest(joined, lambda wrong, given: given >= _FEW and wrong <= risk * given)
    return found


def lowest(points: Sequence[Point], allowed: Callable[[int, int], bool]) -> float:
    """Return the lowest probability from which `allowed(wrong, given)` holds; 1.0 where it never does."""
    wrong, best = 0, 1.0
    for given, point in enumerate(points, start=1):
        wrong += not point.right
        last = given == len(points) or points[given].probability < point.probability
        if last and allowed(wrong, given):
            best = point.probability
    return best


def bound(wrong: int, given: int) -> float:
    """Return what the share of wrong answers is at most, with 95 % confidence (Clopper & Pearson 1934, one-sided)."""
    from scipy.stats import beta

    return 1.0 if wrong >= given else float(beta.ppf(CONFIDENCE, wrong + 1, given - wrong))


def evidence_at(points: Sequence[Point], name: str, limit: float) -> dict[str, Any]:
    """Return what a threshold rests on: cases, answers given, wrong ones, and the bound on their share."""
    own = [point for point in points if point.joined == (name == JOINED)]
    own = [point for point in own if name in {POOLED, STRICT, JOINED} or point.language == name]
    wrong, given = _counts(own, limit)
    return {"cases": len(own), "given": given, "wrong": wrong, "bound": round(bound(wrong, given), 4)}


def _counts(points: Sequence[Point], limit: float) -> tuple[int, int]:
    given = [point for point in points if point.probability >= limit]
    return sum(not point.right for point in given), len(given)


def ask_from(points: Sequence[Point]) -> float:
    """Return the lowest probability from which options hold the right service often enough.

    How often, is an isotonic regression on the probability (Zadrozny & Elkan 2002): no single dip decides.
    """
    from sklearn.isotonic import IsotonicRegression

    probabilities = [point.probability for point in points]
    often = IsotonicRegression().fit_transform(probabilities, [float(point.offered) for point in points])
    return min((one for one, share in zip(probabilities, often, strict=True) if share >= _HELPS), default=1.0)
