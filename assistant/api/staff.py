"""`/api/v1/staff`: log in, who am I, log out here or everywhere, the audit log."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from assistant.accounts.account import EVERYWHERE, Role
from assistant.accounts.engine import Accounts, Login, WrongLogin
from assistant.accounts.passwords import LONGEST
from assistant.api.door import Door, let_in, let_out, store_nothing
from assistant.api.problems import PROBLEM, Problem
from assistant.bootstrap import Service
from assistant.demo.traffic import Demo
from assistant.store.audit import as_json
from assistant.store.logins import LockedOut

_AT_ONCE = 4
"""Passwords looked at in one process at the same time: each takes 64 MiB, and no thread that citizens wait for."""
_HIGHEST = 2**31 - 1


class Credentials(BaseModel):
    """What somebody logs in with."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(max_length=200)
    password: SecretStr = Field(max_length=LONGEST)


def create_router(service: Service, door: Door) -> APIRouter:
    """Return the routes."""
    problems: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 422, 429), PROBLEM)
    router = APIRouter(
        prefix="/api/v1/staff", tags=["staff"], responses=problems, dependencies=[Depends(store_nothing)]
    )
    _add_login(router, service.accounts)
    _add_logged_in(router, service.accounts, door)
    _add_demo(router, service)
    _add_audit(router, service, door)
    return router


def _add_login(router: APIRouter, accounts: Accounts) -> None:
    looking = CapacityLimiter(_AT_ONCE)

    @router.post(
        "/login", summary="Log in: a cookie, and the proof to send in X-CSRF-Token with what changes something."
    )
    async def log_in(request: Request, response: Response, body: Credentials) -> dict[str, Any]:
        source = request.client.host if request.client else ""
        given = (body.username, body.password.get_secret_value(), source)
        try:
            login = await to_thread.run_sync(accounts.log_in, *given, limiter=looking)
        except WrongLogin:
            raise Problem(401, "wrong_login", headers={"WWW-Authenticate": 'Cookie realm="staff"'}) from None
        except LockedOut as refused:
            wait = {"Retry-After": str(refused.seconds)}
            raise Problem(429, "locked_out", headers=wait, seconds=refused.seconds) from None
        let_in(request, response, login)
        return _me(login)


def _add_logged_in(router: APIRouter, accounts: Accounts, door: Door) -> None:
    @router.get("/me", summary="Who is logged in.")
    def me(login: Login = Depends(door.somebody)) -> dict[str, Any]:
        return _me(login)

    @router.post("/logout", status_code=204, summary="Log out here.")
    def log_out(response: Response, login: Login = Depends(door.somebody)) -> None:
        accounts.log_out(login)
        let_out(response)

    @router.post("/logout-everywhere", summary="Log out in all browsers, this one too.")
    def log_out_everywhere(response: Response, login: Login = Depends(door.somebody)) -> dict[str, int]:
        let_out(response)
        return {"ended": accounts.log_out_everywhere(login)}


def _add_demo(router: APIRouter, service: Service) -> None:
    @router.get("/demo", summary="The log-ins that everybody may use; only a demo has them.")
    def demo() -> dict[str, Any]:
        if not Demo.is_one(service.settings.home):
            raise Problem(404, "not_found")
        return {"demo": Demo(service).staff}


def _add_audit(router: APIRouter, service: Service, door: Door) -> None:
    @router.get(
        "/audit",
        summary="What staff did, the newest first.",
        dependencies=[Depends(door.staff(Role.ADMIN, EVERYWHERE))],
    )
    def audit(
        limit: Annotated[int, Query(ge=1, le=500)] = 100, before: Annotated[int | None, Query(ge=1, le=_HIGHEST)] = None
    ) -> dict[str, Any]:
        lines = service.audit.lines(limit, before)
        return {"lines": [as_json(line) for line in lines], "before": lines[-1].seq if len(lines) == limit else None}


def _me(login: Login) -> dict[str, Any]:
    account = login.account
    roles = [{"role": grant.role, "site": grant.site} for grant in account.grants]
    return {"csrf": login.csrf, "username": account.username, "name": account.name, "roles": roles}
