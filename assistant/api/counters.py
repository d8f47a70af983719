"""`GET /api/v1/counters`: where to go for a municipality; `/counters/{id}`: one counter, to read, print or mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.answering.contacts import date_in_words
from assistant.api.counter_card import Errand, card_view, counter_json
from assistant.api.pages import gone, page_context, pages_shown, site_of
from assistant.api.problems import PROBLEM, Problem, caller_language
from assistant.api.views import render
from assistant.api.wishes import wished_language, wished_moment, wished_site
from assistant.bootstrap import Service
from assistant.messages import text
from assistant.sites import Site
from knowledge.counters import KINDS
from knowledge.municipalities import Municipality

Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class CountersQuery(BaseModel):
    """What a caller asks."""

    model_config = ConfigDict(extra="forbid")

    near: Place = Field(description="A postcode or a municipality, or both.")
    kind: str = Field("gemeente", description=f"What the counter is of: {', '.join(KINDS)}.")
    service: str | None = Field(None, max_length=500, description="`source_id` of the service one goes for.")
    at: datetime | None = Field(None, description="Clock of the answer (hours, holidays, validity); default: now.")
    language: str | None = Field(None, description="Language of the words; default: the caller's.")
    site: str | None = Field(None, description="Site that answers.")


def create_router(service: Service) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 404, 422), PROBLEM)
    router = APIRouter()

    @router.get("/api/v1/counters", tags=["counters"], summary="The counters of a municipality.", responses=problems)
    def counters(request: Request, asked: Annotated[CountersQuery, Query()]) -> dict[str, Any]:
        return nearest(service, asked, caller_language(request))

    @router.get("/counters/{id}", include_in_schema=False)
    def card(
        request: Request,
        id: str,
        language: str = "",
        site: str = "",
        source_id: Annotated[str, Query(alias="service")] = "",
    ) -> HTMLResponse:
        own_site, at = site_of(service, site), datetime.now(UTC)
        context = page_context(service, own_site, language or caller_language(request))
        counter = service.counters.by_id.get(id)
        if counter is None:
            return gone(context)
        shown = context["language"]
        # Who comes back with a printed page finds the counter, also when the service's page is no longer there.
        errand = _errand(service, source_id, at, shown)
        address = str(request.base_url).rstrip("/") + _card_path(service, own_site, id, errand, shown)
        kept = f"&service={quote(source_id, safe='')}" if errand else ""
        view = card_view(counter, errand, at, shown, address)
        return HTMLResponse(render("counter.html", context | {"card": view, "kept": kept}))

    return router


def _card_path(service: Service, site: Site, counter_id: str, errand: Errand | None, language: str) -> str:
    """Where the page of a counter is, with the errand and, where it is not the default one, the site."""
    wishes = {"language": language}
    wishes |= {"service": errand.page.source_id} if errand else {}
    wishes |= {} if site.id == service.default_site.id else {"site": site.id}
    return f"/counters/{quote(counter_id, safe='')}?{urlencode(wishes)}"


def nearest(service: Service, asked: CountersQuery, spoken: str) -> dict[str, Any]:
    """Return the counters of a municipality with their hours, and what to bring. Raises Problem."""
    site = wished_site(service, asked.site)
    language = site.language_or_default(wished_language(asked.language) or spoken)
    at = wished_moment(asked.at)
    if asked.kind not in KINDS:
        raise Problem(422, "unknown_kind", kinds=", ".join(KINDS))
    place = _place(service, asked.near, at)
    errand = _errand(service, asked.service, at, language) if asked.service else None
    if asked.service and errand is None:
        raise Problem(404, "unknown_service")
    return {
        "municipality": place.name,
        "renamed": _renamed(place, language),
        "counters": [
            counter_json(near.counter, at, language)
            | {
                "nearness": near.nearness.value,
                "url": _card_path(service, site, near.counter.id, errand, language),
                "offers_service": near.counter.offers(asked.service) if asked.service else None,
                "appointment_by_call": site.desk is not None and not near.counter.appointment,
            }
            for near in service.counters.nearest(asked.kind, place, service=asked.service or "")
        ],
        "service": errand.json if errand else None,
    }


def _place(service: Service, near: str, at: datetime) -> Municipality:
    """The one municipality that is meant: it is never guessed."""
    found = service.counters.places.candidates(near, at.astimezone(ZoneInfo("Europe/Brussels")).date())
    if not found:
        raise Problem(404, "unknown_place")
    if len(found) > 1:
        raise Problem(400, "ambiguous_place", places=", ".join(sorted(one.name for one in found)))
    return found[0]


def _renamed(place: Municipality, language: str) -> dict[str, str] | None:
    if place.since is None:
        return None
    since = date_in_words(place.since, language)
    words = text("answer.merged", language, old=place.was, new=place.name, date=since)
    return {"was": place.was, "since": place.since.isoformat(), "text": words}


def _errand(service: Service, source_id: str, at: datetime, language: str) -> Errand | None:
    """What the service's page says to bring, None where citizens may not see such a page at that moment."""
    page = service.pages.find(source_id) if source_id else None
    shown = pages_shown(service, [page.page_id], at) if page else {}
    return Errand.of(shown[page.page_id], language) if page and page.page_id in shown else None
