"""`/api/v1/conversations/{id}/handover`: which ways to a person are open, ask for one, wait no longer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from assistant.api.case_shapes import case_json, done, window_json
from assistant.api.cases import WindowBody, wished_window
from assistant.api.conversations import Token
from assistant.api.counters import CountersQuery, nearest
from assistant.api.problems import PROBLEM, Problem
from assistant.bootstrap import Service
from assistant.cases.contact import ContactDetails
from assistant.conversations.shapes import moment
from assistant.domain.case import CITIZEN, Case, CaseKind
from assistant.domain.conversation import Author, Conversation
from assistant.domain.handover import Consent, Route
from assistant.handover.engine import NoAgentNow, Place
from assistant.handover.routing import Offer, Wait
from assistant.store.log import Ring
from assistant.store.queue import TooOften
from assistant.store.rows import NotThere

_NO_STORE = {"Cache-Control": "no-store"}


class Slots(BaseModel):
    """What a route needs to know; contact details enter only here, and are sealed."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=100)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    window: WindowBody | AwareDatetime | None = Field(None, description="When to call, as offered, or its start.")
    municipality: str = Field("", max_length=100)
    counter: str = Field("", max_length=100, description="Id of the counter an appointment is wanted at, by a call.")


class Wanted(BaseModel):
    """A route, and what may be passed on."""

    model_config = ConfigDict(extra="forbid")

    route: Route
    consent: Consent
    slots: Slots = Slots.model_validate({})


def create_router(service: Service) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 409, 422, 429), PROBLEM)
    router = APIRouter(prefix="/api/v1/conversations/{id}", tags=["conversations"], responses=problems)
    conversations, handovers = service.conversations, service.handovers

    @router.get("/handover", summary="Which ways to a person are open now, what staff would be given, and your place.")
    def routes(response: Response, id: str, token: Token) -> dict[str, Any]:
        conversation = conversations.opened(id, token)
        response.headers.update(_NO_STORE)
        found, place = handovers.offers(conversation), handovers.place(conversation)
        windows = [window_json(one) for one in service.cases.offered(service.sites[conversation.site])]
        return {
            "routes": [
                offer_json(one) | ({"windows": windows} if one.route is Route.CALLBACK else {}) for one in found
            ],
            "recommended": found[0].route.value,
            "brief": handovers.brief(conversation, found[0].route, Consent.FULL),
            "waiting": place_json(place) if place else None,
        }

    @router.post("/handover", status_code=202, summary="Ask for a person, by one of the routes.")
    def ask(response: Response, id: str, body: Wanted, token: Token) -> dict[str, Any]:
        conversation = conversations.opened(id, token)
        response.headers.update(_NO_STORE)
        match body.route:
            case Route.AGENT:
                return _to_agent(service, conversation, body.consent)
            case Route.COUNTER:
                response.status_code = 200
                return _counters(service, conversation, body.slots)
            case _:
                case = open_case(service, conversation, body)
                # Who is called back, or written to, does not wait for an agent as well.
                handovers.withdraw(conversation)
                return {"route": body.route.value, **case_json(case, service.sites[case.site].name)}

    _add_leaving(router, service)
    return router


def open_case(service: Service, conversation: Conversation, body: Wanted, by: str = CITIZEN) -> Case:
    """Promise to call back, or to answer by mail. Raises Problem naming the slot."""
    site, slots = service.sites.get(conversation.site), body.slots
    if site is None:
        raise NotThere
    kind = CaseKind.CALLBACK if body.route is Route.CALLBACK else CaseKind.TICKET
    if kind is CaseKind.TICKET and (site.desk is None or not site.desk.mail or service.settings.mail is None):
        raise Problem(409, "no_mail_answers", phone=site.phone.number)
    brief = service.handovers.brief(conversation, body.route, body.consent)
    if slots.counter:
        brief |= {"appointment": _appointment(service, slots.counter)}
    contact = ContactDetails(slots.name, slots.phone, slots.email)
    window = wished_window(slots.window) if slots.window is not None else None
    return done(
        lambda: service.cases.open(
            conversation, kind, contact, site=site, consent=body.consent, brief=brief, window=window, opened_by=by
        )
    )


def _appointment(service: Service, counter_id: str) -> dict[str, str]:
    """Where the citizen wants an appointment, for who calls them to make it. Raises Problem naming the slot."""
    counter = service.counters.by_id.get(counter_id)
    if counter is None:
        raise Problem(422, "unknown_counter", more={"slot": "counter"})
    return {"counter": counter.id, "name": counter.name, "address": counter.address}


def _counters(service: Service, conversation: Conversation, slots: Slots) -> dict[str, Any]:
    near = slots.municipality.strip() or conversation.municipality
    if not near:
        # It is asked, never guessed.
        raise Problem(422, "near", more={"slot": "municipality"}, max=100)
    brief = service.handovers.brief(conversation, Route.COUNTER, Consent.FULL)
    sources = [source for answered in brief["answered"] for source in answered["sources"]]
    errand = sources[-1]["source_id"] if sources else None
    asked = CountersQuery.model_validate({"near": near, "service": errand, "site": conversation.site})
    return {"route": Route.COUNTER.value, **nearest(service, asked, conversation.language)}


def _add_leaving(router: APIRouter, service: Service) -> None:
    conversations, handovers = service.conversations, service.handovers

    @router.delete("/handover", status_code=204, summary="Wait for a person no longer; the assistant is back.")
    def withdraw(id: str, token: Token) -> None:
        handovers.withdraw(conversations.opened(id, token))

    @router.post("/typing", status_code=204, summary="Say that the citizen is typing; shown to the agent, not kept.")
    def typing(id: str, token: Token) -> None:
        conversations.opened(id, token)
        service.log.tell(Ring(id, typing=Author.CITIZEN.value))


def offer_json(offer: Offer) -> dict[str, Any]:
    """Return a route as JSON."""
    return {
        "route": offer.route.value,
        "available": offer.available,
        "why": offer.why,
        "position": offer.position,
        "wait": wait_json(offer.wait),
        "opens_at": moment(offer.opens_at) if offer.opens_at else None,
    }


def place_json(place: Place) -> dict[str, Any]:
    """Return a place in the queue as JSON."""
    return {"position": place.position, "wait": wait_json(place.wait), "since": moment(place.since)}


def wait_json(wait: Wait | None) -> dict[str, int] | None:
    """Return how many minutes somebody will wait as JSON."""
    return {"from": wait.least, "to": wait.most} if wait else None


def _to_agent(service: Service, conversation: Conversation, consent: Consent) -> dict[str, Any]:
    try:
        place = service.handovers.ask(conversation, consent)
    except NoAgentNow as refused:
        routes = {"routes": [offer_json(offer) for offer in refused.offers]}
        site = service.conversations.site_of(conversation) or service.default_site
        raise Problem(409, "no_agent_now", None, routes, phone=site.phone.number) from None
    except TooOften:
        raise Problem(429, "too_often", {"Retry-After": "3600"}) from None
    now = service.handovers.status(conversation)
    return {"route": Route.AGENT.value, "status": now, **place_json(place)}
