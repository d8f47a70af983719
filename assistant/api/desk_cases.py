"""`/api/v1/desk/cases`: staff list the cases of their sites, take them, note attempts, refer them, end them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assistant.accounts.account import Role
from assistant.accounts.engine import Login
from assistant.api.case_shapes import chain_json, desk_json, done, window_json
from assistant.api.cases import NO_STORE, WindowBody, wished_window
from assistant.api.door import Door, require
from assistant.api.problems import PROBLEM, Problem
from assistant.bootstrap import Service
from assistant.conversations.words import presentable
from assistant.domain import case_acts as acts
from assistant.domain.case import Case, CaseAct, CaseKind, CaseState, Outcome, StepKind
from assistant.store.cases import Wanted

_LONGEST, _MOST = 2_000, 200
_ROLES = (Role.AGENT, Role.SUPERVISOR)


def _masked(words: str) -> str:
    if not (shown := presentable(words)):
        raise ValueError("there are no words")
    return shown


Words = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST), AfterValidator(_masked)]
Team = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CasesQuery(_Body):
    """Which cases somebody wants to see."""

    kind: CaseKind | None = None
    state: CaseState | None = None
    site: str | None = Field(None, max_length=100)
    owner: str | None = Field(None, max_length=64, description="A username, or `me`.")
    late: bool = Field(False, description="Only those that should have been done by now.")


class CasePatch(_Body):
    """What is to be otherwise; what is not given stays."""

    state: CaseState | None = None
    owner: str | None = Field(None, max_length=64, description="A username, `me`, or null for nobody.")
    due_at: AwareDatetime | None = None
    window: WindowBody | AwareDatetime | None = None


class Attempt(_Body):
    """What came of an attempt to reach the citizen."""

    outcome: Outcome
    note: str = Field("", max_length=_LONGEST)


class Referral(_Body):
    """Where a case goes, and why: to a team, or to another site."""

    team: Team | None = None
    site: str | None = Field(None, max_length=100)
    why: Words

    @model_validator(mode="after")
    def _somewhere(self) -> Referral:
        if self.team is None and self.site is None:
            raise ValueError("give a team or a site")
        return self


class Note(_Body):
    """Words for colleagues."""

    text: Words


def sites_of(service: Service, login: Login) -> list[str]:
    """Return the sites whose cases somebody may see."""
    return [site for site in service.sites if any(login.account.may(role, site) for role in _ROLES)]


def case_for(service: Service, login: Login, reference: str) -> Case:
    """Return a case of a site of this login. Raises Problem 404, the same for what is not there."""
    case = done(lambda: service.cases.found(reference))
    if not any(login.account.may(role, case.site) for role in _ROLES):
        raise Problem(404, "no_case", more={"reason": "no_case"})
    return case


def create_router(service: Service, door: Door) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 422), PROBLEM)
    router = APIRouter(
        prefix="/api/v1/desk/cases", tags=["desk"], responses=problems, dependencies=[Depends(_store_nothing)]
    )
    _add_reading(router, service, door)
    _add_changing(router, service, door)
    return router


def _add_reading(router: APIRouter, service: Service, door: Door) -> None:
    @router.get("", summary="The cases of my sites, those that are due first on top.")
    def listing(asked: Annotated[CasesQuery, Query()], login: Login = Depends(door.somebody)) -> dict[str, Any]:
        sites = sites_of(service, login)
        if asked.site is not None and asked.site not in sites:
            require(login, Role.AGENT, asked.site)
        owner = login.account.username if asked.owner == "me" else asked.owner
        of = (asked.kind and asked.kind.value, asked.state and asked.state.value, owner, asked.late)
        wanted = Wanted([asked.site] if asked.site else sites, *of)
        return {"cases": [desk_json(case, service.cases.clock()) for case in service.cases.listing(wanted, _MOST)]}

    @router.get("/{reference}", summary="A case with its brief, its chain, attempts and notes.")
    def one(reference: str, login: Login = Depends(door.somebody)) -> dict[str, Any]:
        return _whole(service, case_for(service, login, reference))

    @router.get("/{reference}/contact", summary="How the citizen can be reached; who looks is in the audit log.")
    def contact(reference: str, login: Login = Depends(door.somebody)) -> dict[str, str]:
        case = case_for(service, login, reference)
        found = done(lambda: service.cases.contact(case, login.account.username))
        return {"name": found.name, "phone": found.phone, "email": found.email}


def _add_changing(router: APIRouter, service: Service, door: Door) -> None:
    cases = service.cases

    def do(case: Case, act: CaseAct) -> dict[str, Any]:
        return _whole(service, done(lambda: cases.change(case, act)))

    @router.patch(
        "/{reference}", summary="Take it, give it, say how far it is, by when, or when the citizen is called."
    )
    def patch(reference: str, body: CasePatch, login: Login = Depends(door.somebody)) -> dict[str, Any]:
        case = case_for(service, login, reference)
        return do(case, acts.in_turn(*_wished(service, case, body, login.account.username)))

    @router.post("/{reference}/attempts", status_code=201, summary="Somebody tried to reach the citizen.")
    def attempt(reference: str, body: Attempt, login: Login = Depends(door.somebody)) -> dict[str, Any]:
        case, at, by = case_for(service, login, reference), cases.clock(), login.account.username
        return do(case, lambda before: acts.attempt(before, at, by, body.outcome, presentable(body.note)))

    @router.post("/{reference}/refer", status_code=204, summary="Pass it on to a team or to another site.")
    def refer(reference: str, body: Referral, login: Login = Depends(door.somebody)) -> None:
        case, at, by = case_for(service, login, reference), cases.clock(), login.account.username
        _check_place(service, body.site or case.site, body.team)
        do(case, lambda before: acts.refer(before, at, by, body.why, site=body.site, team=body.team))

    @router.post("/{reference}/notes", status_code=201, summary="Write something down for colleagues.")
    def note(reference: str, body: Note, login: Login = Depends(door.somebody)) -> dict[str, Any]:
        case, at, by = case_for(service, login, reference), cases.clock(), login.account.username
        return do(case, lambda before: acts.note(before, at, by, body.text))


def _wished(service: Service, case: Case, body: CasePatch, by: str) -> list[CaseAct]:
    at, found = service.cases.clock(), list[CaseAct]()
    if body.window is not None:
        chosen = wished_window(body.window)
        window = done(lambda: service.cases.chosen(case, chosen))
        found.append(lambda before: acts.move(before, at, by, window))
    if "owner" in body.model_fields_set:
        owner = by if body.owner == "me" else body.owner
        _check_owner(service, case, owner)
        found.append(lambda before: acts.assign(before, at, by, owner))
    if (due_at := body.due_at) is not None:
        found.append(lambda before: acts.set_due(before, at, by, due_at))
    if (state := body.state) is not None:
        found.append(lambda before: acts.set_state(before, at, by, state, service.cases.due(case)))
    return found


def _check_owner(service: Service, case: Case, owner: str | None) -> None:
    """Raise Problem for somebody who may not have a case of that site."""
    if owner is None:
        return
    known = next((one for one in service.accounts.all() if one.username == owner and one.disabled_at is None), None)
    if known is None or not any(known.may(role, case.site) for role in _ROLES):
        raise Problem(422, "no_colleague", more={"slot": "owner"}, site=case.site)


def _check_place(service: Service, site: str, team: str | None) -> None:
    """Raise Problem for a site or a team that is not there."""
    if site not in service.sites:
        raise Problem(422, "unknown_site", more={"slot": "site"}, site=site)
    desk = service.sites[site].desk
    if team is not None and team not in [one.name for one in (desk.teams if desk else ())]:
        raise Problem(422, "nowhere_to_pass", more={"slot": "team"})


def _whole(service: Service, case: Case) -> dict[str, Any]:
    chain = chain_json(service.cases.chain(case))
    return desk_json(case, service.cases.clock()) | {
        "brief": case.brief,
        "consent": case.consent,
        "chain": chain,
        "attempts_made": [one for one in chain if one["kind"] == StepKind.ATTEMPT],
        "notes": [one for one in chain if one["kind"] == StepKind.NOTE],
        "windows": [window_json(one) for one in service.cases.windows(case)],
    }


def _store_nothing(response: Response) -> None:
    response.headers.update(NO_STORE)
