"""Commands for who runs the service: index, doctor."""

from __future__ import annotations

import time

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


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(doctor)
    app.add_typer(index_app, name="index")
