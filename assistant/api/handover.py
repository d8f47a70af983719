"""`/api/v1/conversations/{id}/handover`: which ways to a person are open, ask for one, wait no longer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.conversations import Token
from assistant.api.problems import PROBLEM, Problem
from assistant.bootstrap import Service
from assistant.conversations.shapes import moment
from assistant.domain.conversation import Author, Conversation
from assistant.domain.handover import Consent, Route
from assistant.handover.engine import NoAgentNow, Place
from assistant.handover.routing import Offer, Wait
from assistant.store.log import Ring
from assistant.store.queue import TooOften

_NO_STORE = {"Cache-Control": "no-store"}


class Slots(BaseModel):
    """What a route needs to know; contact details enter only here, and are sealed."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, max_length=100)
    phone: str | None = Field(None, max_length=40)
    email: str | None = Field(None, max_length=254)
    window: str | dict[str, str] | None = Field(None, description="When to call: the start of a window on offer.")
    municipality: str | None = Field(None, max_length=100)


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
        return {
            "routes": [offer_json(offer) for offer in found],
            "recommended": found[0].route.value,
            "brief": handovers.brief(conversation, found[0].route, Consent.FULL),
            "waiting": place_json(place) if place else None,
        }

    @router.post("/handover", status_code=202, summary="Ask for a person, by one of the routes.")
    def ask(response: Response, id: str, body: Wanted, token: Token) -> dict[str, Any]:
        conversation = conversations.opened(id, token)
        response.headers.update(_NO_STORE)
        return _to_agent(service, conversation, body.consent)

    @router.delete("/handover", status_code=204, summary="Wait for a person no longer; the assistant is back.")
    def withdraw(id: str, token: Token) -> None:
        handovers.withdraw(conversations.opened(id, token))

    @router.post("/typing", status_code=204, summary="Say that the citizen is typing; shown to the agent, not kept.")
    def typing(id: str, token: Token) -> None:
        conversations.opened(id, token)
        service.log.tell(Ring(id, typing=Author.CITIZEN.value))

    return router


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
