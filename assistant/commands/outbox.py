"""`wegwijzer outbox …`: mails that wait or could not be sent; no address and no word of them is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Annotated

import typer

from assistant.commands import Json, open_service, print_json
from knowledge.errors import NamedFailure

app = typer.Typer(no_args_is_help=True, help="Mails on their way, and those that could not be sent.")

Ids = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="Dead letters, by their number.")]
AllDead = Annotated[bool, typer.Option("--all-dead", help="All dead letters.")]


@app.command("list")
def list_mails(
    state: Annotated[str, typer.Option(help="Only those that are waiting, sending, sent or dead.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """List mails, the newest first."""
    from assistant.commands.moments import clock_of
    from assistant.store.outbox import STATES

    if state and state not in STATES:
        raise NamedFailure(f"state: {state!r} is not one of {', '.join(STATES)}.")
    found = open_service().outbox_store.listing(state or None, limit)
    if as_json:
        print_json(found)
        return
    for mail in found:
        tried = f", tried {mail['attempts']} times" if mail["attempts"] else ""
        why = f", last {mail['last_error']}" if mail["last_error"] else ""
        lost = ", cannot be sent any more" if mail["state"] == "dead" and not mail["replayable"] else ""
        of = f"{clock_of(mail['created_at'])}  {mail['kind']} {mail['language']}"
        print(f"{mail['id']}  {mail['state']:<7} {of}{tried}{why}{lost}")


@app.command()
def replay(ids: Ids = None, all_dead: AllDead = False, as_json: Json = False) -> None:
    """Have dead letters sent after all."""
    store = open_service().outbox_store
    _act(lambda chosen: store.replay(datetime.now(UTC), chosen), "replayed", ids, all_dead, as_json)


@app.command()
def drop(ids: Ids = None, all_dead: AllDead = False, as_json: Json = False) -> None:
    """Wipe address and words of dead letters that are not to be sent any more."""
    _act(open_service().outbox_store.drop, "dropped", ids, all_dead, as_json)


def _act(
    act: Callable[[Collection[int] | None], int], done: str, ids: list[int] | None, all_dead: bool, as_json: bool
) -> None:
    if bool(ids) == all_dead:
        raise NamedFailure("Give the numbers of dead letters, or --all-dead.")
    count = act(None if all_dead else ids)
    print_json({done: count}) if as_json else print(f"{count} {done}")
