"""Commands that bring content in: `wegwijzer ingest …`. The command line gives them the pages and the index."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.report import ImportReport
    from knowledge.index import Index
    from knowledge.store.pages import Pages

Home = Callable[[], tuple["Pages", "Index"]]
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout; all else on stderr.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and compare, write nothing.")]


def create_app(home: Home) -> typer.Typer:
    """Return the commands; `home` opens the pages and the index of this installation when one runs."""
    app = typer.Typer(no_args_is_help=True, help="Bring content in from source systems.")

    @app.command()
    def ipdc(
        paths: Annotated[list[Path], typer.Argument(help="Files or folders: .json, .jsonl, also .gz.")],
        dry_run: DryRun = False,
        as_json: Json = False,
    ) -> None:
        """Import IPDC or LPDC service descriptions."""
        from ingest.sync import import_ipdc

        pages, index = home()
        with _progress("Reading") as advance:
            report = import_ipdc(pages, paths, datetime.now(UTC), dry_run=dry_run, progress=advance)
        _close(report, index, dry_run, as_json)

    @app.command()
    def sample(dry_run: DryRun = False, as_json: Json = False) -> None:
        """Import the sample pages that come with the program."""
        from ingest.sync import import_sample

        pages, index = home()
        _close(import_sample(pages, datetime.now(UTC), dry_run=dry_run), index, dry_run, as_json)

    @app.command()
    def status(as_json: Json = False) -> None:
        """Show what is in the knowledge base and what the latest imports did."""
        pages, index = home()
        imports = [
            {"source": source, "at": at.isoformat(timespec="seconds"), **json.loads(report)}
            for source, at, report in pages.imports()
        ]
        found = {"pages": pages.counts(), "index": index.status(), "imports": imports}
        print(json.dumps(found, ensure_ascii=False, indent=2) if as_json else _status_text(found))

    return app


def _close(report: ImportReport, index: Index, dry_run: bool, as_json: bool) -> None:
    """Bring the index up and show the report."""
    from knowledge.index import IndexBusy

    note = ""
    if not dry_run:
        try:
            index.update()
        except IndexBusy:
            note = "The index is being written by another process, which will follow these changes."
    if note:
        print(note, file=sys.stderr)
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=2))
        return
    for refusal in report.refused:
        print(f"refused {refusal.record}: {refusal.field}: {refusal.why}", file=sys.stderr)
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in ("new", "changed", "unchanged", "withdrawn"))
    print(
        f"{counts}, {len(report.refused)} refused in {report.seconds:.1f} s" + (" (nothing written)" if dry_run else "")
    )


def _status_text(found: Mapping[str, object]) -> str:
    lines = [f"pages: {found['pages']}", f"index: {found['index']}", "latest imports:"]
    imports = found["imports"]
    assert isinstance(imports, list)  # noqa: S101 - built above
    lines += [
        f"  {one['at']} {one['source']}: {one['new']} new, {one['changed']} changed, {one['unchanged']} unchanged, "
        f"{one['withdrawn']} withdrawn, {len(one['refused'])} refused"
        for one in imports
    ]
    return "\n".join(lines)


class _progress:  # noqa: N801 - reads as a statement
    """A progress bar on stderr, where somebody looks; records read so far elsewhere too long to count beforehand."""

    def __init__(self, label: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TextColumn("records"), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Callable[[int], None]:
        self._bar.start()
        return lambda count: self._bar.advance(self._task, count)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
