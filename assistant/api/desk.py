"""`/api/v1/desk`: what agents do. Who may not see something is told that it is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from assistant.accounts.account import Role
from assistant.accounts.engine import Login
from assistant.answering.clean import MAX_LENGTH
from assistant.api.desk_views import agent_json, desk_json, mine_json, note_json, talk_json, waiting_json
from assistant.api.door import Door, store_nothing
from assistant.api.handover import Wanted, open_case
from assistant.api.problems import PROBLEM, Problem
from assistant.bootstrap import Service
from assistant.domain.agent import Presence
from assistant.domain.conversation import Author, OutOfTurn
from assistant.handover.desk import NotAtDesk, NoTeam, NowhereToPass, To
from assistant.store.log import Ring
from assistant.store.queue import AtCapacity, NoHandover, Taken, Wish

_MOST = 20


class Here(BaseModel):
    """How an agent is at the desk."""

    model_config = ConfigDict(extra="forbid")

    state: Presence
    capacity: int | None = Field(None, ge=1, le=_MOST)
    languages: list[str] | None = Field(None, max_length=20)
    teams: list[str] | None = Field(None, max_length=50, description="Whose work you are given first.")


class Said(BaseModel):
    """What an agent says to the citizen."""

    model_config = ConfigDict(extra="forbid")

    client_id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    text: str = Field(min_length=1, max_length=2 * MAX_LENGTH)


class Written(BaseModel):
    """A note for colleagues."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=MAX_LENGTH)


class PassOn(BaseModel):
    """To whom, and why: one of agent, team and site."""

    model_config = ConfigDict(extra="forbid")

    agent: str | None = Field(None, max_length=64)
    team: str | None = Field(None, max_length=100)
    site: str | None = Field(None, max_length=100)
    why: str = Field(min_length=1, max_length=500)


class Closing(BaseModel):
    """What an agent found at the end."""

    model_config = ConfigDict(extra="forbid")

    solved: bool | None = None


def create_router(service: Service, door: Door) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 422), PROBLEM)
    router = APIRouter(prefix="/api/v1/desk", tags=["desk"], responses=problems, dependencies=[Depends(store_nothing)])
    who = staff_of_a_desk(service, door)
    _add_desk(router, service, who)
    _add_queue(router, service, who)
    _add_talk(router, service, who)
    _add_moves(router, service, who)
    return router


def staff_of_a_desk(service: Service, door: Door) -> Any:
    """Return a dependency that asks for an agent or a supervisor of some site."""

    def somebody(request: Request) -> Login:
        login = door.somebody(request)
        if not service.desk.sites_of(login.account, Role.AGENT, Role.SUPERVISOR):
            raise Problem(403, "no_role", role=Role.AGENT.value, site="*")
        return login

    return somebody


def _add_desk(router: APIRouter, service: Service, who: Any) -> None:
    @router.get("", summary="The whole desk: me, who waits, what is mine, who else is there.")
    def desk(login: Login = Depends(who)) -> dict[str, Any]:
        return desk_json(service, login)

    @router.put("/presence", summary="Say whether you take new work: how much, in which languages, for which teams.")
    def presence(body: Here, login: Login = Depends(who)) -> dict[str, Any]:
        chosen = [None if given is None else frozenset(given) for given in (body.languages, body.teams)]
        try:
            agent = service.desk.be(login.account, body.state, body.capacity, *chosen)
        except NoTeam as unknown:
            raise Problem(422, "no_team", name=unknown.name) from None
        service.log.tell(Ring("", work=False))
        return agent_json(agent)


def _add_queue(router: APIRouter, service: Service, who: Any) -> None:
    @router.get("/queue", summary="Who waits, the longest first.")
    def queue(wished: Wish = Depends(_wish), login: Login = Depends(who)) -> dict[str, Any]:
        return {"queue": [waiting_json(one) for one in service.desk.waiting(login.account, _on(service, wished))]}

    @router.post("/handovers/{handover_id}/claim", summary="Take a conversation that waits; one agent gets it.")
    def claim(handover_id: int, login: Login = Depends(who)) -> dict[str, Any]:
        try:
            return mine_json(service, service.desk.claim(login.account, handover_id))
        except Taken as first:
            by = service.name_of(first.by)
            raise Problem(409, "taken" if by else "taken_by_nobody", None, {"by": by or None}, name=by) from None
        except NoHandover:
            raise Problem(404, "no_conversation") from None
        except AtCapacity:
            raise Problem(409, "at_capacity") from None
        except NotAtDesk:
            raise Problem(409, "not_at_desk") from None

    @router.post("/claim-next", summary="Take who waits longest and fits you.")
    def claim_next(wished: Wish = Depends(_wish), login: Login = Depends(who)) -> dict[str, Any]:
        try:
            found = service.desk.claim_next(login.account, _on(service, wished))
        except AtCapacity:
            raise Problem(409, "at_capacity") from None
        except NotAtDesk:
            raise Problem(409, "not_at_desk") from None
        if found is None:
            raise Problem(404, "nothing_waits")
        return mine_json(service, found)


def _add_talk(router: APIRouter, service: Service, who: Any) -> None:
    @router.get("/conversations/{id}", summary="A conversation as its citizen allowed staff to read it.")
    def talk(
        id: str, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0, login: Login = Depends(who)
    ) -> dict[str, Any]:
        return talk_json(service, login, id, after)

    @router.post("/conversations/{id}/messages", status_code=202, summary="Speak to the citizen.")
    def say(id: str, body: Said, login: Login = Depends(who)) -> dict[str, int]:
        with out_of_turn():
            return {"seq": service.desk.say(login.account, id, body.client_id, body.text)}

    @router.post("/conversations/{id}/notes", status_code=201, summary="Write a note that no citizen reads.")
    def note(id: str, body: Written, login: Login = Depends(who)) -> dict[str, Any]:
        return note_json(service.names(), service.desk.note(login.account, id, body.text))

    @router.post("/conversations/{id}/typing", status_code=204, summary="Say that you type; shown, not kept.")
    def typing(id: str, login: Login = Depends(who)) -> None:
        service.desk.see(login.account, id)
        service.log.tell(Ring(id, typing=Author.AGENT.value))


def _add_moves(router: APIRouter, service: Service, who: Any) -> None:
    @router.post("/conversations/{id}/transfer", status_code=204, summary="Pass it to a colleague, team or site.")
    def transfer(id: str, body: PassOn, login: Login = Depends(who)) -> None:
        try:
            with out_of_turn():
                service.desk.pass_on(login.account, id, To(body.agent, body.team, body.site), body.why)
        except NowhereToPass:
            raise Problem(422, "nowhere_to_pass") from None

    @router.post("/conversations/{id}/callback", status_code=201, summary="Promise the citizen a call, or a mail.")
    def callback(id: str, body: Wanted, login: Login = Depends(who)) -> dict[str, Any]:
        conversation, _ = service.desk.see(login.account, id)
        if conversation.agent != login.account.username:
            raise Problem(409, "out_of_turn", more={"refusal": "not_yours"})
        case = open_case(service, conversation, body, login.account.username)
        return {"reference": case.reference}

    @router.post("/conversations/{id}/hand-back", status_code=204, summary="Give the word back to the assistant.")
    def hand_back(id: str, login: Login = Depends(who)) -> None:
        with out_of_turn():
            service.desk.hand_back(login.account, id)

    @router.post("/conversations/{id}/close", status_code=204, summary="End it.")
    def close(id: str, body: Closing, login: Login = Depends(who)) -> None:
        with out_of_turn():
            service.desk.close(login.account, id, body.solved)


class out_of_turn:  # noqa: N801 - reads as the statement it is
    """Turns an act out of turn into a problem that says so."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OutOfTurn):
            raise Problem(409, "out_of_turn", None, {"refusal": error.refusal.value}) from None


def _wish(
    site: str | None = None,
    language: str | None = None,
    theme: str | None = None,
    min_wait_minutes: Annotated[int | None, Query(ge=0, le=10_000)] = None,
) -> Wish:
    before = datetime.now(UTC) - timedelta(minutes=min_wait_minutes) if min_wait_minutes else None
    return Wish((site,) if site else (), language, theme, before)


def _on(service: Service, wish: Wish) -> Wish:
    """Return the wish on all sites where it names none."""
    return wish if wish.sites else replace(wish, sites=tuple(service.sites))
