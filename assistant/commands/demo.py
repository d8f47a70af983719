"""`wegwijzer demo-home`: makes an empty home a demo, with log-ins that everybody may use and citizens who wait."""

from __future__ import annotations

import typer

from assistant.commands import Json, open_service, print_json


def demo(as_json: Json = False) -> None:
    """Make this home a demo: labelled citizens who wait, cases, log-ins. Refused where a home has accounts already."""
    from assistant.demo.traffic import Demo

    staff = Demo(open_service()).begin()
    if as_json:
        print_json(staff)
        return
    for one in staff:
        print(f"{one['username']:12} {one['password']}  ({one['role']})")


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("demo-home")(demo)
