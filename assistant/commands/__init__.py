"""The commands of `wegwijzer`, by what they are for. Each imports what it needs when it runs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.bootstrap import Service

Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout; all else on stderr.")]


def open_service() -> Service:
    """Return the installation that the environment describes. Raises SettingsError."""
    from assistant.bootstrap import Service
    from assistant.settings import Settings

    return Service(Settings.from_environment())


def print_json(value: Any) -> None:
    """Print one JSON value on stdout; moments and days as ISO text."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat())
    sys.stdout.write("\n")


def follow(service: Service) -> None:
    """Bring the index up with the database, or say who will."""
    from knowledge.index_lock import IndexBusy

    try:
        service.index.update()
    except IndexBusy:
        print("The index is being written by another process, which will follow this change.", file=sys.stderr)
