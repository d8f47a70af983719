"""Commands for who runs the service: index, doctor."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands import Json, open_service, print_json
from knowledge.errors import NamedFailure

index_app = typer.Typer(no_args_is_help=True, help="The search index: a copy of the published pages.")


def doctor(as_json: Json = False) -> None:
    """Say what is ill, and the command that mends it."""
    from assistant.commands.health import checks

    found = checks(open_service(), thorough=True)
    if as_json:
        print_json(found)
    else:
        for check in found:
            print(f"{'ok ' if check['ok'] else 'ILL'} {check['name']}: {check['detail']}")
            if not check["ok"]:
                print(f"    mend: {check['mend']}")
    if not all(check["ok"] for check in found):
        raise NamedFailure(f"{sum(not check['ok'] for check in found)} of {len(found)} checks failed.")


@index_app.command()
def rebuild(as_json: Json = False) -> None:
    """Build the index anew beside the live one, then switch."""
    service, started = open_service(), time.perf_counter()
    report = {"pages": service.index.rebuild(), "seconds": round(time.perf_counter() - started, 3)}
    print_json(report) if as_json else print(f"{report['pages']} pages indexed in {report['seconds']} s")


@index_app.command()
def status(as_json: Json = False) -> None:
    """Show the live index and how far it is behind."""
    found = open_service().index.status()
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            print(f"{name}: {value}")


@index_app.command()
def verify(as_json: Json = False) -> None:
    """Compare every passage and vector of the index with the database; exit 1 and say what differs if they do."""
    found = open_service().index.verify()
    if as_json:
        print_json(found)
    else:
        print(f"{found['passages']} passages and {found['vectors']} vectors expected")
        for one in found["differences"][:100]:
            print("  " + ", ".join(f"{name} {value}" for name, value in one.items()))
    if not found["equal"]:
        raise NamedFailure(
            f"The index differs from the database at {len(found['differences'])} places. While a service runs it may "
            "be a moment behind: look again. `wegwijzer index rebuild` makes it equal."
        )


@index_app.command()
def adapt(
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the model as it ships.")] = False,
    queries: Annotated[
        Path | None,
        typer.Option(help="Cases of the site, JSONL: query, qrels. Default: keywords and phrasings of pages."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Fit the model that ships to the words of this site's pages; kept only if it finds more of its cases."""
    from knowledge import adapting

    service = open_service()
    home, next_step = service.settings.home, "Start `serve` again, or without a service: wegwijzer index rebuild."
    if service.settings.embedder != "words":
        raise NamedFailure("Only the model that ships can be adapted: WEGWIJZER_EMBEDDER=words.")
    if undo:
        if not adapting.undo(home):
            raise NamedFailure("Nothing was adapted here.")
        print_json({"undone": True}) if as_json else print(f"The model as it ships holds again. {next_step}")
        return
    pages = [page for page in service.pages.get(service.pages.page_ids()).values() if "nl" in page.service.languages]
    cases = adapting.read_cases(queries) if queries else adapting.own_cases(pages)
    found = adapting.adapt(pages, cases, home)
    if as_json:
        print_json(asdict(found))
        return
    print(f"Found among the first three, of {found.cases} cases: {found.before:.3f} before, {found.after:.3f} after.")
    print(f"Kept. {next_step}" if found.kept else "Not better by more than chance: nothing was changed.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(doctor)
    app.add_typer(index_app, name="index")
