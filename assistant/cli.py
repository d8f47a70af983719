"""The command line: puts the parts together. Each command loads only what it needs, when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assistant.commands import (
    answering,
    backing_up,
    chatting,
    demo,
    open_service,
    operations,
    outbox,
    pages,
    phrasings,
    serving,
    terms,
    users,
)
from eval import cli as eval_cli
from ingest import cli as ingest_cli
from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from knowledge.index import Index
    from knowledge.store.pages import Pages
    from knowledge.store.streams import Streams
    from knowledge.store.terms import Terms


def create_app() -> typer.Typer:
    """Return the whole command line."""
    app = typer.Typer(
        name="wegwijzer",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Answers citizens' questions about public services, with the source.",
    )
    answering.register(app)
    chatting.register(app)
    serving.register(app)
    operations.register(app)
    backing_up.register(app)
    demo.register(app)
    app.add_typer(pages.app, name="pages")
    app.add_typer(phrasings.app, name="phrasings")
    app.add_typer(terms.app, name="terms")
    app.add_typer(outbox.app, name="outbox")
    app.add_typer(users.app, name="users")
    app.add_typer(ingest_cli.create_app(_home, _streams), name="ingest")
    app.add_typer(eval_cli.create_app(), name="eval")
    return app


def main() -> None:
    """Run the command line: exit 0 fine, 1 a named failure (one line on stderr), 2 wrong use."""
    try:
        create_app()()
    except NamedFailure as failure:
        print(f"wegwijzer: {failure}", file=sys.stderr)
        sys.exit(1)


def _home() -> tuple[Pages, Index, Terms]:
    service = open_service()
    return service.pages, service.index, service.terms


def _streams() -> tuple[Streams, Path]:
    from knowledge.store.streams import Streams

    service = open_service()
    return Streams(service.database), service.settings.home / "streams"
