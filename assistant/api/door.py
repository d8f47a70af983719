"""Who of the staff asks: the cookie that carries a log-in, the proof that our own page sends it, the role it needs."""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request, Response

from assistant.accounts.account import Role
from assistant.accounts.engine import LIFE, Accounts, Login
from assistant.api.problems import Problem

CSRF_HEADER = "X-CSRF-Token"
_COOKIE, _LOOPBACK_COOKIE = "__Host-staff", "staff"
"""A browser takes a cookie with the prefix `__Host-` from this host alone, never from one beside it."""
_SAFE = {"GET", "HEAD", "OPTIONS"}

Dependency = Callable[[Request], Login]


class Door:
    """Lets staff through to routes."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def somebody(self, request: Request) -> Login:
        """Return who is logged in. Raises Problem 401, and 403 where it may be another site that asks."""
        token = _token(request)
        login = self._accounts.logged_in(token) if token else None
        if login is None:
            raise Problem(401, "not_logged_in", headers={"WWW-Authenticate": 'Cookie realm="staff"'})
        given = request.headers.get(CSRF_HEADER, "")
        if request.method not in _SAFE and not compare_digest(given.encode(), login.csrf.encode()):
            raise Problem(403, "no_csrf", header=CSRF_HEADER)
        return login

    def staff(self, role: Role, site: str | None = None) -> Dependency:
        """Return a dependency that asks for a role on a site, `*` for all; by default the `site` of the path."""

        def allowed(request: Request) -> Login:
            return require(self.somebody(request), role, site or request.path_params["site"])

        return allowed


def require(login: Login, role: Role, site: str) -> Login:
    """Return the log-in where it has the role; for routes that learn the site as they go. Raises Problem 403."""
    if not login.account.may(role, site):
        raise Problem(403, "no_role", role=role.value, site=site)
    return login


def store_nothing(response: Response) -> None:
    """Let nobody on the way keep what staff see; a dependency."""
    response.headers["Cache-Control"] = "no-store"


def let_in(request: Request, response: Response, login: Login) -> None:
    """Give a browser the cookie of a log-in."""
    plain = _on_loopback(request)
    response.set_cookie(
        _LOOPBACK_COOKIE if plain else _COOKIE,
        login.token,
        max_age=int(LIFE.longest.total_seconds()),
        secure=not plain,
        httponly=True,
        samesite="strict",
    )


def let_out(response: Response) -> None:
    """Take the cookie back."""
    for name in (_COOKIE, _LOOPBACK_COOKIE):
        response.delete_cookie(name, secure=name == _COOKIE, httponly=True, samesite="strict")


def _token(request: Request) -> str:
    token = request.cookies.get(_COOKIE, "")
    return token or (request.cookies.get(_LOOPBACK_COOKIE, "") if _on_loopback(request) else "")


def _on_loopback(request: Request) -> bool:
    """Whether the browser itself is on this machine and asks without TLS, not a proxy in between."""
    address = urlsplit(request.headers.get("origin") or str(request.base_url))
    return (
        address.scheme == "http"
        and _is_loopback(address.hostname or "")
        and _is_loopback(request.client.host if request.client else "")
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
