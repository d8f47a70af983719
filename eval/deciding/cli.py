"""`wegwijzer eval run|calibrate|compare|report`: the decision on written cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.bootstrap import Service
    from eval.deciding.running import Outcome

Records = Annotated[Path | None, typer.Option("--ipdc", help="Records of real services; default: sample alone.")]
Homes = Annotated[Path | None, typer.Option(help="Folder that the homes are kept in for a next run.")]


def run(
    ipdc: Records = None,
    homes: Homes = None,
    split: Annotated[str, typer.Option(help="Cases of this split: fit, calibrate or test; all: of each.")] = "test",
    out: Annotated[Path | None, typer.Option(help="Folder for cases.json, cases.md, cases.html, cases.jsonl.")] = None,
    keep: Annotated[bool, typer.Option("--baseline", help="Let this run be what later ones are held against.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Ask the written cases; say what was right, wrong, kept back, and how it differs from the baseline."""
    from eval.deciding import baseline
    from eval.deciding.report import markdown, page

    with _homes(homes, ipdc) as found:
        outcomes = {over: list(_asked(service, over, split)) for over, service in found.items()}
        result = _result(found, outcomes, split)
    result["difference"] = baseline.difference(before["run"], result) if (before := baseline.read()) else []
    if out:
        out.mkdir(parents=True, exist_ok=True)
        lines = [line for one in outcomes.values() for line in baseline.texts(one)]
        (out / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        (out / "cases.json").write_text(_json(result), "utf-8")
        (out / "cases.md").write_text(markdown(result), "utf-8")
        (out / "cases.html").write_text(page(result), "utf-8")
    if keep:
        baseline.write(result, _small())
    print(_json(result) if as_json else markdown(result))


def calibrate(
    ipdc: Records = None,
    homes: Homes = None,
    risk: Annotated[float, typer.Option(min=0.001, max=0.5, help="At most so many of the answers wrong.")] = 0.05,
    ship: Annotated[bool, typer.Option("--ship", help="Write the package's own, not that of the home.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Fit the decision on one split of the cases and choose its thresholds on another; kept in the home."""
    from importlib import resources

    import assistant.answering
    from assistant.answering.calibration import FILE
    from assistant.commands import open_service
    from eval.deciding.calibrating import calibrate as fitted
    from eval.deciding.running import run as asked
    from eval.deciding.running import titles

    with _homes(homes, ipdc) as found:
        outcomes = [
            one
            for over, service in found.items()
            for split in ("fit", "calibrate")
            for one in _asked(service, over, split)
        ]
        outcomes += [one for over, service in found.items() for one in asked(service, titles(service, over))]
        service = next(iter(found.values()))
        result = fitted(outcomes, service.index.version, f"{len(outcomes)}-cases", risk)
    target = Path(str(resources.files(assistant.answering))) if ship else open_service().settings.home
    (target / FILE).write_text(result.to_json(), "utf-8")
    print(result.to_json() if as_json else _json({"answer": result.answer, "ask": result.ask, **result.evidence}))


def compare(
    before: Annotated[Path, typer.Argument(help="cases.json of one run.")],
    now: Annotated[Path, typer.Argument(help="cases.json of another run.")],
) -> None:
    """Show which figures of two runs differ."""
    from eval.deciding.baseline import difference

    for line in difference(json.loads(before.read_text("utf-8")), json.loads(now.read_text("utf-8"))):
        print(f"{line['over']:8}{line['group']:6}{line['figure']:22}{line['before']} -> {line['now']}")


def report(
    source: Annotated[Path, typer.Argument(help="cases.json of a run.")],
    target: Annotated[Path, typer.Argument(help="File to write: .html or .md.")],
) -> None:
    """Write a run as a page to read."""
    from eval.deciding.report import markdown, page

    result = json.loads(source.read_text("utf-8"))
    target.write_text(markdown(result) if target.suffix == ".md" else page(result), "utf-8")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (run, calibrate, compare, report):
        app.command()(command)


@contextmanager
def _homes(folder: Path | None, ipdc: Path | None) -> Iterator[dict[str, Service]]:
    from eval.deciding.homes import REAL, SAMPLE, home_over

    with TemporaryDirectory() as temporary:
        base = folder or Path(temporary)
        over = (SAMPLE, REAL) if ipdc else (SAMPLE,)
        yield {name: home_over(name, base / name, ipdc) for name in over}


def _asked(service: Service, over: str, split: str) -> Iterator[Outcome]:
    from eval.deciding.running import cases
    from eval.deciding.running import run as asked

    return asked(service, cases(over, None if split == "all" else split))


def _small() -> dict[str, list[str]]:
    from eval.deciding.baseline import kept, small
    from eval.deciding.homes import SAMPLE, home_over
    from eval.deciding.running import run as asked

    with TemporaryDirectory() as temporary:
        return kept(asked(home_over(SAMPLE, Path(temporary), words=False), small()))


def _result(homes: dict[str, Service], outcomes: dict[str, list[Outcome]], split: str) -> dict[str, Any]:
    from eval.deciding.figures import figures

    service = next(iter(homes.values()))
    return {
        "split": split,
        "versions": {"index": service.index.version, "decision": service.calibration.version},
        "over": {over: figures(found) for over, found in outcomes.items()},
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
