"""What a run of the cases says: how much was answered, how much of that was wrong, who was sent on without need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from eval.deciding.calibrating import Point, bound
from eval.deciding.running import Outcome

CORE = ("nl", "fr", "en", "de")
_BINS = 10


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return all figures of a run: of first messages, by language and as curves too; of follow-ups; by kind."""
    first = [one for one in outcomes if not one.case.turns]
    return {
        "all": rates(first),
        "follow_ups": rates([one for one in outcomes if one.case.turns]),
        "by_language": _grouped(first, lambda one: one.case.language),
        "by_kind": _grouped(outcomes, lambda one: str(one.case.kind)),
        "parity": parity(first),
        "auroc": auroc(first),
        "risk_coverage": risk_coverage(first),
        "reliability": reliability(first),
        "speed": speed(outcomes),
    }


def rates(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the figures of one group of cases; a share of nothing is None."""
    given = [one for one in outcomes if one.kind == "answer"]
    wanted = [one for one in outcomes if "answer" in one.case.decision]
    others = [one for one in outcomes if "answer" not in one.case.decision]
    wrong = sum(not one.right for one in given)
    sentences = sum(one.sentences for one in given)
    unsupported = sum(len(one.verdict.unsupported) for one in given if one.verdict)
    lacking = sum(len(one.verdict.conditions) for one in given if one.verdict)
    bound_by = sum(one.bound for one in given)
    return {
        "n": len(outcomes),
        "answerable": len(wanted),
        "given": len(given),
        "wrong": wrong,
        "wrong_share": _share(wrong, len(given)),
        "wrong_bound": round(bound(wrong, len(given)), 4) if given else None,
        "right": _share(sum(one.right for one in given), len(wanted)),
        "reached": _share(sum(one.reached for one in wanted), len(wanted)),
        "first": _share(sum(one.rank == 0 for one in wanted), len(wanted)),
        "in_three": _share(sum(one.rank is not None and one.rank < len("123") for one in wanted), len(wanted)),
        "missed_handovers": _share(sum(one.kind == "answer" for one in others), len(others)),
        "needless_handovers": _share(sum(one.kind in {"escalation", "signpost"} for one in wanted), len(wanted)),
        "citation_precision": _share(sentences - unsupported, sentences),
        "condition_completeness": _share(bound_by - lacking, bound_by),
    }


def parity(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the share of right services found first in each core language, over services asked in all of them."""
    asked: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for one in outcomes:
        if one.case.services and "answer" in one.case.decision:
            asked[one.case.services[0]][one.case.language].append(one.rank == 0)
    shared = [found for found in asked.values() if all(code in found for code in CORE)]
    firsts = {code: [first for found in shared for first in found[code]] for code in CORE}
    return {"services": len(shared)} | {code: _share(sum(found), len(found)) for code, found in firsts.items()}


def points(outcomes: Iterable[Outcome]) -> list[Point]:
    """Return what doubt decided over, as it was decided, the most probable first."""
    found = [Point(one.probability, one.right, one.case.language) for one in outcomes if one.lets]
    return sorted(found, key=lambda point: -point.probability)


def auroc(outcomes: Sequence[Outcome]) -> float | None:
    """Return how often a right answer is said to be more probable than a wrong one (Mann & Whitney 1947)."""
    found = points(outcomes)
    right = [one.probability for one in found if one.right]
    wrong = [one.probability for one in found if not one.right]
    won = sum((mine > other) + (mine == other) / 2 for mine in right for other in wrong)
    return round(won / (len(right) * len(wrong)), 4) if right and wrong else None


def risk_coverage(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """Return (share of answerable cases that got a right answer, share wrong among answers) as the threshold falls."""
    wanted = sum("answer" in one.case.decision for one in outcomes)
    curve, right, found = [], 0, points(outcomes)
    for given, point in enumerate(found, start=1):
        right += point.right
        if wanted and (given % 5 == 0 or given == len(found)):
            curve.append((round(right / wanted, 4), round(1 - right / given, 4)))
    return curve


def reliability(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return, by tenth of the probability, what was said, what was true, and of how many cases."""
    bins: dict[int, list[Point]] = defaultdict(list)
    for point in points(outcomes):
        bins[min(_BINS - 1, int(point.probability * _BINS))].append(point)
    return [
        {
            "said": round(sum(one.probability for one in found) / len(found), 4),
            "true": round(sum(one.right for one in found) / len(found), 4),
            "n": len(found),
        }
        for _, found in sorted(bins.items())
    ]


def speed(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return processor time a reply, and the steps by how long the slow ones of each take."""
    by_step: dict[str, list[float]] = defaultdict(list)
    for one in outcomes:
        for step, ms in one.steps.items():
            by_step[step].append(ms)
    slow = sorted(by_step, key=lambda step: -percentile(by_step[step], 0.95))
    times = [one.cpu_ms for one in outcomes]
    return {
        "cpu_p50_ms": round(percentile(times, 0.5), 1),
        "cpu_p95_ms": round(percentile(times, 0.95), 1),
        "steps_p95_ms": {step: round(percentile(by_step[step], 0.95), 2) for step in slow},
    }


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value below which this part lies; 0 of none."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else 0.0


def _grouped(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Any]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[key(one)].append(one)
    return {name: rates(found) for name, found in sorted(groups.items())}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
