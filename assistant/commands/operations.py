"""Commands for who runs the service: serve, index, doctor."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from assistant.commands import Json, open_service, print_json
from knowledge.errors import NamedFailure

index_app = typer.Typer(no_args_is_help=True, help="The search index: a copy of the published pages.")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Answer over HTTP, and keep the index up with the database."""
    import uvicorn

    from assistant.api.app import create_app

    uvicorn.run(create_app(open_service()), host=host, port=port, log_level="warning", access_log=False)


def doctor(as_json: Json = False) -> None:
    """Say what is ill, and the command that mends it."""
    from assistant.commands.health import checks

    found = checks(open_service())
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


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(serve)
    app.command()(doctor)
    app.add_typer(index_app, name="index")
