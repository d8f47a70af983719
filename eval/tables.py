"""Figures as tables for a terminal."""

from __future__ import annotations

from typing import Any

_FIGURES = ("n", "R@1", "R@3", "R@5", "R@10", "nDCG@10", "MRR")


def measure_table(result: dict[str, Any]) -> str:
    """Return one system's figures: all, then by language."""
    lines = [f"{'':16}" + "".join(f"{name:>9}" for name in _FIGURES)]
    lines.append(_line("all", result))
    lines += [_line(name, figures) for name, figures in result["by_lang"].items()]
    return "\n".join([*lines, f"p50 {result['p50_ms']} ms, p95 {result['p95_ms']} ms"])


def comparison_table(rows: list[dict[str, Any]]) -> str:
    """Return one line a system: recall@5 over all and by group, gain over the first with its 95 % interval, p95."""
    groups = list(rows[0]["by_lang"])
    lines = [f"{'R@5':36}{'all':>7}" + "".join(f"{name:>15}" for name in groups) + f"{'gain [95 %]':>24}{'p95 ms':>8}"]
    for row in rows:
        gain = row["gain"]
        figures = f"{row['R@5']:7.3f}" + "".join(f"{row['by_lang'][name]['R@5']:15.3f}" for name in groups)
        interval = f"{gain['mean']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]"
        lines.append(f"{row['system']:36}{figures}{interval:>24}{row['p95_ms']:8.1f}")
    return "\n".join(lines)


def _line(name: str, figures: dict[str, Any]) -> str:
    values = "".join(f"{figures[one]:9d}" if one == "n" else f"{figures[one]:9.3f}" for one in _FIGURES)
    return f"{name:16}{values}"
