"""A run of the cases as a page to read: Markdown, or HTML with its curves drawn in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

_COLUMNS = {
    "n": "n",
    "answerable": "answerable",
    "given": "answered",
    "wrong": "wrong",
    "wrong_share": "wrong/answered",
    "wrong_bound": "bound 95 %",
    "right": "right answer",
    "reached": "answer or option",
    "first": "right service first",
    "in_three": "in three",
    "missed_handovers": "missed hand-overs",
    "needless_handovers": "needless hand-overs",
    "citation_precision": "citations",
    "condition_completeness": "conditions",
}
_SIDE, _EDGE = 320, 36
Rows = list[list[str]]


def markdown(result: dict[str, Any]) -> str:
    """Return a run as Markdown."""
    lines = ["# Cases", ""]
    for title, rows in _tables(result):
        lines += [f"## {title}", "", *_markdown_table(rows), ""]
    return "\n".join(lines)


def page(result: dict[str, Any]) -> str:
    """Return a run as one HTML page that needs nothing else."""
    style = (
        "body{font:15px sans-serif;margin:2rem}td,th{padding:.2rem .6rem;text-align:right}"
        "td:first-child,th:first-child{text-align:left}svg{margin:1rem}"
    )
    parts = [f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Cases</title><style>{style}</style>']
    for over, one in result["over"].items():
        parts.append(f"<h1>{escape(over)}</h1>")
        curve = [(float(right), float(wrong)) for right, wrong in one["risk_coverage"]]
        parts.append(plot("Risk and coverage", "right answers / answerable", "wrong / answered", curve))
        said = [(point["said"], point["true"]) for point in one["reliability"]]
        parts.append(plot("Reliability", "said", "true", said, diagonal=True))
    for title, rows in _tables(result):
        parts.append(f"<h2>{escape(title)}</h2>{_html_table(rows)}")
    return "".join(parts) + "</html>\n"


def plot(title: str, across: str, up: str, points: Sequence[tuple[float, float]], *, diagonal: bool = False) -> str:
    """Return a line through `points` (both from 0 to 1) as SVG."""
    side, end = _SIDE - 2 * _EDGE, _SIDE - _EDGE

    def at(x: float, y: float) -> str:
        return f"{_EDGE + x * side:.1f},{end - y * side:.1f}"

    line = " ".join(at(x, y) for x, y in points)
    ticks = "".join(
        f'<text x="{_EDGE + part * side:.0f}" y="{end + 14}" font-size="10" text-anchor="middle">{part:g}</text>'
        f'<text x="{_EDGE - 6}" y="{end - part * side + 3:.0f}" font-size="10" text-anchor="end">{part:g}</text>'
        for part in (0, 0.25, 0.5, 0.75, 1)
    )
    middle = f'<polyline points="{at(0, 0)} {at(1, 1)}" stroke="#999" stroke-dasharray="4"/>' if diagonal else ""
    return (
        f'<svg role="img" aria-label="{escape(title)}" width="{_SIDE}" height="{_SIDE}" fill="none">'
        f'<polyline points="{at(0, 1)} {at(0, 0)} {at(1, 0)}" stroke="#333"/>{middle}'
        f'<polyline points="{line}" stroke="#0055cc" stroke-width="2"/><g fill="#333">{ticks}'
        f'<text x="{_SIDE / 2}" y="14" text-anchor="middle">{escape(title)}</text>'
        f'<text x="{_SIDE / 2}" y="{_SIDE - 6}" font-size="11" text-anchor="middle">{escape(across)}</text>'
        f'<text x="{_EDGE}" y="{_EDGE - 8}" font-size="11">{escape(up)}</text></g></svg>'
    )


def _tables(result: dict[str, Any]) -> Iterable[tuple[str, Rows]]:
    for over, one in result["over"].items():
        groups = {"first messages": one["all"], **one["by_language"], "follow-ups": one["follow_ups"]}
        yield f"{over}: by language", _rates(groups)
        yield f"{over}: by kind", _rates(one["by_kind"])
        languages = {name: value for name, value in one["parity"].items() if name != "services"}
        yield (
            f"{over}: parity, {one['parity']['services']} services asked in four languages",
            [list(languages), [_number(value) for value in languages.values()]],
        )
        steps = one["speed"]["steps_p95_ms"]
        times = {"reply p50": one["speed"]["cpu_p50_ms"], "reply p95": one["speed"]["cpu_p95_ms"], **steps}
        yield f"{over}: milliseconds (steps: p95)", [["", "ms"], *([name, f"{ms}"] for name, ms in times.items())]
        yield f"{over}: AUROC", [["AUROC"], [_number(one["auroc"])]]
    if result.get("difference"):
        yield "Difference from the baseline", _rows(result["difference"])


def _rates(groups: dict[str, dict[str, Any]]) -> Rows:
    return [
        ["", *_COLUMNS.values()],
        *([name, *(_number(rates[key]) for key in _COLUMNS)] for name, rates in groups.items()),
    ]


def _rows(records: Sequence[dict[str, Any]]) -> Rows:
    return [list(records[0]), *([_number(value) for value in one.values()] for one in records)]


def _number(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _markdown_table(rows: Rows) -> list[str]:
    head, *body = rows
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body)]


def _html_table(rows: Rows) -> str:
    head, *body = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in body)}</table>"
