"""What was reached before: a small set of cases that every change is held against, and the figures of a whole run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import comb
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.deciding.running import Outcome, cases

FILE = Path(__file__).parents[1] / "baseline.json"
_SMALL = 160
_NOISE = 0.05
_FIGURES = ("right", "wrong_share", "reached", "missed_handovers", "needless_handovers", "first", "in_three")


def small() -> list[Case]:
    """Return a fixed draw of the cases over the sample, of every language: single turns, in a fixed order."""
    single = [case for case in cases("sample") if not case.turns]
    return sorted(single, key=lambda case: sha256(case.question.encode()).digest())[:_SMALL]


def kept(outcomes: Iterable[Outcome]) -> dict[str, list[str]]:
    """Return what is kept of a run of the small set: which cases were reached, and which got a wrong answer."""
    found = list(outcomes)
    return {
        "asked": sorted(one.case.id for one in found),
        "reached": sorted(one.case.id for one in found if one.reached),
        "wrong": sorted(one.case.id for one in found if one.kind == "answer" and not one.right),
    }


def drops(before: dict[str, list[str]], now: dict[str, list[str]]) -> list[str]:
    """Return what got worse by more than chance (sign test on the cases that changed), in words; none where nothing."""
    asked = set(before["asked"]) & set(now["asked"])
    was, is_ = ({name: set(run[name]) & asked for name in ("reached", "wrong")} for run in (before, now))
    lost, won = was["reached"] - is_["reached"], is_["reached"] - was["reached"]
    worse, better = is_["wrong"] - was["wrong"], was["wrong"] - is_["wrong"]
    told = {
        f"no longer reached: {', '.join(sorted(lost))}; reached since: {len(won)}": (lost, won),
        f"now answered wrongly: {', '.join(sorted(worse))}; no longer: {len(better)}": (worse, better),
    }
    return [words for words, (bad, good) in told.items() if chance(len(bad), len(good)) < _NOISE]


def chance(worse: int, better: int) -> float:
    """Return how likely so many or more of the changed cases are worse where a change is as likely for the better."""
    changed = worse + better
    ways: int = sum(comb(changed, count) for count in range(worse, changed + 1))
    return ways / float(2**changed)


def difference(before: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line for each figure of two runs that differs."""
    lines = []
    for over in sorted(set(before["over"]) & set(now["over"])):
        was, is_ = (_groups(run["over"][over]) for run in (before, now))
        for group in sorted(set(was) & set(is_)):
            lines += [
                {"over": over, "group": group, "figure": name, "before": was[group][name], "now": is_[group][name]}
                for name in _FIGURES
                if was[group][name] != is_[group][name]
            ]
    return lines


def _groups(one: dict[str, Any]) -> dict[str, Any]:
    return {"all": one["all"], "follow-ups": one["follow_ups"], **one["by_language"]}


def read(file: Path = FILE) -> dict[str, Any]:
    """Return the baseline; empty where there is none."""
    found: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return found


def write(result: dict[str, Any], small_run: dict[str, list[str]], file: Path = FILE) -> None:
    """Let a run be what later ones are held against; of its curves nothing is kept."""
    over = {
        name: {part: one[part] for part in ("all", "follow_ups", "by_language", "by_kind", "parity", "auroc")}
        for name, one in result["over"].items()
    }
    kept_run = {"split": result["split"], "versions": result["versions"], "over": over}
    text = json.dumps({"run": kept_run, "small": small_run}, indent=1, ensure_ascii=False)
    file.write_text(text + "\n", "utf-8")


def texts(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return one line a case, as it is kept beside a report for whoever looks into it."""
    return [
        {
            "id": one.case.id,
            "split": one.split,
            "kind": one.kind,
            "reason": one.reason,
            "probability": round(one.probability, 4),
            "right": one.right,
            "reached": one.reached,
            "rank": one.rank,
            "missing_facts": list(one.verdict.facts) if one.verdict else [],
            "offered": list(one.offered),
        }
        for one in outcomes
    ]
