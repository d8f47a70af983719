"""Commands that bring content in: `wegwijzer ingest …`. The command line gives them the pages and the index."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import TaskID

    from ingest.report import ImportReport
    from ingest.sources.ldes import Stream, StreamState
    from ingest.sources.shapes import Shapes
    from knowledge.index import Index
    from knowledge.store.pages import Pages
    from knowledge.store.terms import Terms

Home = Callable[[], tuple["Pages", "Index", "Terms"]]
Streams = Callable[[], tuple["StreamState", Path]]
Sources = Annotated[
    list[str], typer.Argument(metavar="PATH|URL…", help="Files, folders (.json, .jsonl, .gz), streams.")
]
Shacl = Annotated[Path | None, typer.Option(help="Warn of what is not as these shapes of the model say.")]
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout; all else on stderr.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and compare, write nothing.")]


def create_app(home: Home, streams: Streams | None = None) -> typer.Typer:
    """Return the commands; when one runs, `home` opens the pages, the index and the terms of this installation.

    `streams` opens what is known of streams and the folder for their spools; without it only files are read.
    """
    app = typer.Typer(no_args_is_help=True, help="Bring content in from source systems.")

    @app.command()
    def ipdc(sources: Sources, shacl: Shacl = None, dry_run: DryRun = False, as_json: Json = False) -> None:
        """Import IPDC or LPDC service descriptions from files, folders and streams (LDES)."""
        from ingest.sync import import_ipdc

        pages, index, _ = home()
        with _progress("pages fetched", "records read") as (fetched, read):
            opened = [_source(one, streams, fetched) for one in dict.fromkeys(sources)]
            shapes = _shapes(shacl) if shacl else None
            report = import_ipdc(pages, opened, datetime.now(UTC), shapes=shapes, dry_run=dry_run, progress=read)
        _close(report, index, dry_run, as_json)

    _add_folders(app, home)

    @app.command()
    def status(as_json: Json = False) -> None:
        """Show what is in the knowledge base and what the latest imports did."""
        pages, index, _ = home()
        imports = [
            {"source": source, "at": at.isoformat(timespec="seconds"), **json.loads(report)}
            for source, at, report in pages.imports()
        ]
        found = {"pages": pages.counts(), "index": index.status(), "imports": imports}
        print(json.dumps(found, ensure_ascii=False, indent=2) if as_json else _status_text(found))

    return app


def _add_folders(app: typer.Typer, home: Home) -> None:
    @app.command()
    def sample(dry_run: DryRun = False, as_json: Json = False) -> None:
        """Import the sample that comes with the program: pages, and words of citizens."""
        from ingest.sources.sample import SAMPLE, content_folder

        _import_folder(home, content_folder(), SAMPLE, dry_run, as_json)

    @app.command()
    def folder(
        path: Annotated[Path, typer.Argument(metavar="DIR", help="Written as the sample is (see its README).")],
        dry_run: DryRun = False,
        as_json: Json = False,
    ) -> None:
        """Import pages and words from a folder; a page whose files are gone is withdrawn."""
        _import_folder(home, path, "folder", dry_run, as_json)


def _import_folder(home: Home, folder: Path, source: str, dry_run: bool, as_json: bool) -> None:
    from ingest.sync import import_folder, import_words

    pages, index, terms = home()
    report = import_folder(pages, folder, datetime.now(UTC), source=source, dry_run=dry_run)
    import_words(terms, folder / "words", source, report, dry_run=dry_run)
    _close(report, index, dry_run, as_json)


def _source(source: str, streams: Streams | None, progress: Callable[[int], None]) -> Path | Stream:
    from ingest.report import SourceError
    from ingest.sources.ldes import Stream

    if not source.lower().startswith(("http://", "https://")):
        return Path(source)
    if streams is None:
        raise SourceError(f"{source}: streams cannot be read here. Fetch its pages and give them as files.")
    state, folder = streams()
    return Stream(source, state, folder, progress=progress)


def _shapes(path: Path) -> Shapes:
    from ingest.sources.shapes import Shapes

    return Shapes(path)


def _close(report: ImportReport, index: Index, dry_run: bool, as_json: bool) -> None:
    """Bring the index up and show the report."""
    from knowledge.index_lock import IndexBusy

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
    for word, found in (("refused", report.refused), ("warning", report.warnings)):
        for one in found:
            print(f"{word} {one.record}: {one.field}: {one.why}", file=sys.stderr)
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in ("new", "changed", "unchanged", "withdrawn"))
    warnings = f", {len(report.warnings)} warnings" if report.warnings else ""
    unread = report.stream_pages_unchanged
    counts += f", {unread} {'page' if unread == 1 else 'pages'} of the stream unchanged" if unread else ""
    written = " (nothing written)" if dry_run else ""
    print(f"{counts}, {len(report.refused)} refused{warnings} in {report.seconds:.1f} s{written}")


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
    """Counters on stderr, where somebody looks: how much there is, is too long to count beforehand."""

    def __init__(self, *labels: str) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} {task.description}"), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
        self._tasks = [self._bar.add_task(label, total=None, visible=False) for label in labels]

    def __enter__(self) -> list[Callable[[int], None]]:
        self._bar.start()
        return [partial(self._advance, task) for task in self._tasks]

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _advance(self, task: TaskID, count: int) -> None:
        self._bar.update(task, advance=count, visible=True)
