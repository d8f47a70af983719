"""Commands that keep running: serve (HTTP), worker (answers conversations without serving)."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Annotated

import typer

from assistant.commands import open_service

_LEAVE_SECONDS = 15
"""How long requests may go on after the process is told to stop."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that serve.")] = 1,
) -> None:
    """Answer over HTTP, keep the index up with the database, and answer conversations."""
    import uvicorn

    # What is wrong with the settings is said here, once, and not by every process.
    _ = open_service().default_site
    uvicorn.run(
        "assistant.api.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_LEAVE_SECONDS,
    )


def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8001,
    service: Annotated[str, typer.Option(help="Origin of the service.")] = "http://127.0.0.1:8000",
) -> None:
    """Show demo pages with the widget, as pages of somebody else: on another origin than the service."""
    import uvicorn

    from assistant.api.demo import demo_app

    opened = open_service()
    app = demo_app(opened.sites, opened.default_site, service)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def worker() -> None:
    """Answer conversations, look after silent ones, send mails, beside who serves, until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    background = open_service().background()
    background.start()
    print("The worker answers conversations. Stop it with Ctrl-C.", file=sys.stderr, flush=True)
    stop.wait()
    background.stop()


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(serve)
    app.command("demo-pages")(demo)
    app.command()(worker)
