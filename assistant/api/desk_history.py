"""`/api/v1/desk/history`: staff look back: found by words, page by page, or all of it as a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.accounts.account import EVERYWHERE, Account, Role, as_username
from assistant.accounts.engine import Login
from assistant.api.door import Door, store_nothing
from assistant.api.history_files import FORMATS
from assistant.api.problems import PROBLEM, Problem
from assistant.api.wishes import wished_language, wished_moment, wished_site
from assistant.bootstrap import Service
from assistant.conversations.shapes import moment
from assistant.store.audit import Deed
from assistant.store.history import Past, Reader, Wanted

_HIGHEST = 2**63 - 1


class HistoryQuery(BaseModel):
    """What is looked for; what is left out is anything."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=200, description="Words, in any order; accents and capitals do not count.")
    site: str | None = Field(None, description="Default: all sites on which one may look.")
    language: str | None = None
    agent: str | None = Field(None, max_length=100, description="Username of an agent who had it.")
    since: str | None = Field(None, alias="from", max_length=40, description="Begun from this day or moment on.")
    until: str | None = Field(None, alias="to", max_length=40, description="Begun until this day, or before a moment.")


class PageQuery(HistoryQuery):
    """One page of it."""

    before: int | None = Field(None, ge=1, le=_HIGHEST, description="`before` of the page that was read last.")
    limit: int = Field(50, ge=1, le=200)


class ExportQuery(HistoryQuery):
    """All of it, in a format."""

    format: Literal["csv", "jsonl"] = "csv"


def create_router(service: Service, door: Door) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 422), PROBLEM)
    router = APIRouter(
        prefix="/api/v1/desk/history", tags=["desk"], responses=problems, dependencies=[Depends(store_nothing)]
    )

    @router.get("", summary="Past and running conversations, the newest first: a supervisor's sites, an agent's own.")
    def history(asked: Annotated[PageQuery, Query()], login: Login = Depends(door.somebody)) -> dict[str, Any]:
        reader = _reader(service, login.account, asked.site, Role.SUPERVISOR, Role.AGENT)
        found = service.history.page(reader, _wanted(asked), asked.limit, asked.before)
        full = len(found) == asked.limit
        return {"conversations": [_json(past) for past in found], "before": found[-1].number if full else None}

    @router.get("/export", summary="The words of conversations, masked, as CSV or JSON lines; for supervisors.")
    def export(asked: Annotated[ExportQuery, Query()], login: Login = Depends(door.somebody)) -> StreamingResponse:
        reader, wanted = _reader(service, login.account, asked.site, Role.SUPERVISOR), _wanted(asked)
        found = service.history.export(reader, wanted, _deed(login, reader, asked))
        media_type, lines = FORMATS[asked.format]
        name = f'attachment; filename="conversations.{asked.format}"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return StreamingResponse(lines(found), media_type=media_type, headers=headers)

    return router


def _reader(service: Service, account: Account, site: str | None, *roles: Role) -> Reader:
    """Return who looks, at the site that is wished or at all that their roles open. Raises Problem 403."""
    asked = {wished_site(service, site).id} if site is not None else set(service.sites)
    may = {role: frozenset(one for one in asked if account.may(role, one)) for role in roles}
    if not any(may.values()):
        raise Problem(403, "no_role", role=roles[-1].value, site=site or EVERYWHERE)
    return Reader(account.username, may[Role.SUPERVISOR], may.get(Role.AGENT, frozenset()))


def _wanted(asked: HistoryQuery) -> Wanted:
    since, until = _moment(asked.since), _moment(asked.until, of_day=timedelta(days=1))
    agent = as_username(asked.agent) if asked.agent else None
    return Wanted(asked.q, wished_language(asked.language), agent, since, until)


def _moment(typed: str | None, of_day: timedelta = timedelta()) -> datetime | None:
    """Return a moment, or of a day its beginning and `of_day` more, in Brussels. Raises Problem."""
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = None
    try:
        at = datetime.fromisoformat(typed) if day is None else datetime(day.year, day.month, day.day)
    except ValueError:
        raise Problem(422, "bad_moment") from None
    at = wished_moment(at)
    return (at + of_day if day is not None else at).astimezone(UTC)


def _deed(login: Login, reader: Reader, asked: ExportQuery) -> Deed:
    # The words that were looked for may be about a citizen: only that there were some is noted.
    detail = asked.model_dump(exclude={"q", "site"}, exclude_none=True) | {"searched": bool(asked.q.strip())}
    subject = " ".join(sorted(reader.sites))
    return Deed(datetime.now(UTC), login.account.username, "history_exported", subject, detail)


def _json(past: Past) -> dict[str, Any]:
    return {
        "id": past.id,
        "site": past.site,
        "language": past.language,
        "municipality": past.municipality,
        "status": past.status,
        "created_at": moment(past.created_at),
        "active_at": moment(past.active_at),
        "messages": past.messages,
        "agent": past.agent,
        "first": past.first,
    }
