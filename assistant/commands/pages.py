"""`wegwijzer pages …`: look at pages and their revisions, publish, withdraw, go back, plan."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands import Json, follow, open_service, print_json
from assistant.commands.moments import clock_of, end_of, parse_moment
from knowledge.errors import NamedFailure
from knowledge.pages import PageState
from knowledge.services import localized

if TYPE_CHECKING:
    from assistant.bootstrap import Service
    from knowledge.pages import PageLine, Revision, Scheduled

_HIGHEST = 2**31 - 1  # What both kinds of database can number.

app = typer.Typer(no_args_is_help=True, help="Pages and their revisions.")

PageId = Annotated[str, typer.Argument(metavar="PAGE", help="Id of the page, or of its source.")]
Number = Annotated[int, typer.Argument(metavar="REVISION", min=1, max=_HIGHEST, help="Number of the revision.")]
OfRevision = Annotated[
    int | None, typer.Option(min=1, max=_HIGHEST, help="Which revision; default: the newest, to `show` what holds.")
]
By = Annotated[str, typer.Option("--by", help="Who decides; default: who is logged in on this machine.")]


class NoSuchPage(NamedFailure):
    """There is no page with this id."""


@app.command("list")
def list_pages(
    state: Annotated[PageState | None, typer.Option(help="Only those that stand so.")] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Past their end or review term: not answered from.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=_HIGHEST, help="At most so many.")] = 50,
    offset: Annotated[int, typer.Option(min=0, max=_HIGHEST, help="Skip so many.")] = 0,
    as_json: Json = False,
) -> None:
    """List pages by id, with where each stands."""
    service = open_service()
    found = service.pages.listing(state or "", datetime.now(UTC) if overdue else None, limit, offset)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        print(f"{one.page_id}  {one.state}  revision {one.revision}  {one.title}" + _marks(one))


@app.command()
def show(
    page: PageId,
    revision: OfRevision = None,
    at: Annotated[str, typer.Option(help="As citizens saw it at this moment (ISO).")] = "",
    as_json: Json = False,
) -> None:
    """Show a page: its text (JSON with --json, as `pages draft` reads it), its history, what is planned."""
    service = open_service()
    page_id = _page_id(service, page)
    history = service.revisions.history(page_id)
    if revision is not None:
        text, number = service.revisions.text(page_id, revision), revision
    else:
        seen = service.revisions.as_of(page_id, parse_moment(at)) if at else service.pages.get([page_id])[page_id]
        if seen is None:
            raise NoSuchPage(f"{page_id} was not published yet at {at}.")
        text, number = seen.service, seen.revision
    planned, header = service.revisions.scheduled(page_id), service.pages.headers([page_id])[page_id]
    if as_json:
        told = {"page_id": page_id, "revision": number, "ends": header.ends, "review_by": header.review_by}
        told |= {"history": [asdict(one) for one in history], "scheduled": [asdict(one) for one in planned]}
        print_json(told | {"service": asdict(text)})
        return
    print(f"{page_id}: {localized(text.title, 'nl') or next(iter(text.title.values()), '')}")
    for one in history:
        marker, who = ">" if one.number == number else " ", f" by {one.author}" if one.author else ""
        note = f": {one.note}" if one.note else ""
        print(f"{marker} {one.number}  {one.state}  {clock_of(one.created_at)}{who}{note}")
    for what, end in (("ends", header.ends), ("review by", header.review_by)):
        if end is not None:
            print(f"  {what} {clock_of(end)}")
    for plan in planned:
        print(f"  planned {_plan(plan)}")


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="JSON as `pages show --json` prints it, changed.")],
    note: Annotated[str, typer.Option(help="What changed and why.")] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Keep a new text of a page as a draft. Refused where the page changed since the text was taken."""
    from pydantic import TypeAdapter, ValidationError

    from knowledge.services import PublicService

    try:
        found = json.loads(file.read_text("utf-8"))
        text = TypeAdapter(PublicService).validate_python(found.get("service", found))
        based_on = max((int(one["number"]) for one in found.get("history", ())), default=None)
    except ValidationError as error:
        first = error.errors()[0]
        raise NamedFailure(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise NamedFailure(f"{file} is not the JSON of a page: {error}.") from error
    made = open_service().revisions.draft(text, datetime.now(UTC), author=_by(by), note=note, based_on=based_on)
    _told(made, as_json)


@app.command()
def submit(page: PageId, revision: Number, as_json: Json = False) -> None:
    """Put a draft in review."""
    service = open_service()
    _told(service.revisions.submit(_page_id(service, page), revision), as_json)


@app.command("send-back")
def send_back(page: PageId, revision: Number, as_json: Json = False) -> None:
    """Make a revision in review a draft again."""
    service = open_service()
    _told(service.revisions.send_back(_page_id(service, page), revision), as_json)


@app.command()
def publish(
    page: PageId,
    revision: OfRevision = None,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Publish a draft or a revision in review."""
    service = open_service()
    page_id = _page_id(service, page)
    number = service.revisions.history(page_id)[0].number if revision is None else revision
    _told(service.revisions.publish(page_id, number, datetime.now(UTC), author=_by(by)), as_json, service)


@app.command()
def withdraw(page: PageId, by: By = "", as_json: Json = False) -> None:
    """Take a page from answers, at once."""
    service = open_service()
    made = service.revisions.withdraw(_page_id(service, page), datetime.now(UTC), author=_by(by))
    _told(made, as_json, service)


@app.command()
def rollback(page: PageId, revision: Number, by: By = "", as_json: Json = False) -> None:
    """Publish the text of an earlier revision again, as a new one."""
    service = open_service()
    made = service.revisions.rollback(_page_id(service, page), revision, datetime.now(UTC), author=_by(by))
    _told(made, as_json, service)


@app.command()
def schedule(
    page: PageId,
    publish_at: Annotated[str, typer.Option("--publish", help="Moment (ISO) to publish a revision.")] = "",
    revision: OfRevision = None,
    withdraw_at: Annotated[str, typer.Option("--withdraw", help="Moment (ISO) to withdraw the page.")] = "",
    expires: Annotated[str, typer.Option(help="Not answered from after this moment (ISO); `never` clears it.")] = "",
    review: Annotated[
        str, typer.Option(help="Not answered from after this day unless reviewed; `never` clears it.")
    ] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Forget what was planned before.")] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Plan when a page is published or withdrawn, and until when it may be answered from. No option: show the plan."""
    service = open_service()
    revisions, page_id, author = service.revisions, _page_id(service, page), _by(by)
    # All moments are read before anything is planned: a wrong one plans nothing.
    moments = {name: parse_moment(one) for name, one in (("publish", publish_at), ("withdraw", withdraw_at)) if one}
    ends = {name: end_of(one) for name, one in (("expires", expires), ("review", review)) if one}
    if clear:
        revisions.unschedule(page_id)
    if "publish" in moments:
        number = revisions.history(page_id)[0].number if revision is None else revision
        revisions.schedule(page_id, number, moments["publish"], author=author)
    if "withdraw" in moments:
        revisions.schedule(page_id, None, moments["withdraw"], author=author)
    if "expires" in ends:
        revisions.expire(page_id, ends["expires"])
    if "review" in ends:
        revisions.review_by(page_id, ends["review"])
    planned = revisions.scheduled(page_id)
    if as_json:
        print_json([asdict(one) for one in planned])
    else:
        for one in planned:
            print(_plan(one))


def _marks(line: PageLine) -> str:
    marks = [f"newest revision {line.latest}"] * (line.latest != line.revision) + ["held by an editor"] * line.held
    marks += [f"translated from an earlier text: {', '.join(line.outdated)}"] * bool(line.outdated)
    return "".join(f"  ({mark})" for mark in marks)


def _plan(plan: Scheduled) -> str:
    what = "withdraw" if plan.revision is None else f"publish revision {plan.revision}"
    return f"{clock_of(plan.at)}: {what}"


def _page_id(service: Service, page: str) -> str:
    if page in service.pages.headers([page]):
        return page
    found = service.pages.find(page)
    if found is None:
        raise NoSuchPage(f"There is no page {page}. `wegwijzer pages list` shows them.")
    return found.page_id


def _told(made: Revision, as_json: bool, live: Service | None = None) -> None:
    """Show what became of a revision, and bring the index up where citizens are to see it."""
    if live is not None:
        follow(live)
    if as_json:
        print_json(asdict(made))
    else:
        print(f"{made.page_id} revision {made.number}: {made.state}")


def _by(given: str) -> str:
    try:
        return given.strip() or getpass.getuser()
    except (KeyError, OSError):
        raise NamedFailure("Nobody is logged in by name on this machine; say with --by who decides.") from None
