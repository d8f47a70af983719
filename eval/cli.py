"""Commands that measure: `wegwijzer eval …`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from eval.deciding import cli as deciding

app = typer.Typer(no_args_is_help=True, help="Measure the service.")


@app.callback()
def _group() -> None:
    """Measure the service."""


@app.command()
def retrieval(
    queries: Annotated[list[Path], typer.Option("--queries", help="JSONL (.gz): id, query, lang, qrels.")],
    bare: Annotated[bool, typer.Option("--bare", help="Index only Dutch titles and texts of all records.")] = False,
    half: Annotated[str, typer.Option(help="Only real services of this half: train (chosen on) or test.")] = "",
    ablate: Annotated[bool, typer.Option("--ablate", help="Also plain BM25 and each ingredient left out.")] = False,
    languages: Annotated[
        bool, typer.Option("--languages", help="Keep what each language reaches, for doctor.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """Measure how well the right service is found: recall, nDCG@10, MRR, latency."""
    from assistant.commands import open_service
    from eval.retrieval import compare, measure, of_half, read_queries
    from eval.tables import comparison_table, measure_table
    from knowledge.language import LANGUAGES
    from knowledge.language_levels import keep

    service = open_service()
    found = read_queries(queries)
    if half:
        found = of_half(found, half)
    if ablate:
        rows = compare(service, found, bare=bare)
        print(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else comparison_table(rows))
    else:
        result = measure(service, found, bare=bare)
        if languages:
            recall = {code: one["R@3"] for code, one in result["by_lang"].items() if code in LANGUAGES}
            keep(service.settings.home, recall)
        print(json.dumps(result, ensure_ascii=False, indent=2) if as_json else measure_table(result))


def create_app() -> typer.Typer:
    """Return all commands that measure."""
    deciding.register(app)
    return app
