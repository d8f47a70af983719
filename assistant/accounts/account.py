"""An account of staff: its name, and on which site it has which role."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge.errors import NamedFailure

EVERYWHERE = "*"
"""The site of a role that holds on all sites, also those to come."""
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_LONGEST_NAME = 100


class Role(StrEnum):
    """What an account may do on a site; no role holds another."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    ADMIN = "admin"


class BadAccount(NamedFailure):
    """A username, name or role that cannot be; the message says which and what to give."""


@dataclass(frozen=True, order=True)
class Grant:
    """One role on one site, or everywhere."""

    role: Role
    site: str

    def __str__(self) -> str:
        return f"{self.role}@{self.site}"


@dataclass(frozen=True)
class Account:
    """Somebody of the staff; the username never changes."""

    username: str
    name: str
    grants: tuple[Grant, ...]
    created_at: datetime
    disabled_at: datetime | None = None

    def may(self, role: Role, site: str) -> bool:
        """Whether this account has a role on a site; `*` asks for it everywhere."""
        return any(grant.role is role and grant.site in {site, EVERYWHERE} for grant in self.grants)


def as_username(typed: str) -> str:
    """Return a username as it is kept, "" for what cannot be one."""
    # Only ASCII is folded: a name that merely looks alike must not become another one.
    written = typed.strip()
    return written.lower() if written.isascii() and _USERNAME.fullmatch(written.lower()) else ""


def new_username(typed: str) -> str:
    """Return a username for a new account. Raises BadAccount."""
    username = as_username(typed)
    if not username:
        raise BadAccount(
            f"{typed!r} cannot be a username: give 1 to 64 letters a-z, digits, '.', '_', '@' or '-', a letter or "
            "digit first."
        )
    return username


def display_name(typed: str) -> str:
    """Return a name as colleagues and citizens will see it. Raises BadAccount."""
    name = " ".join(typed.split())
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise BadAccount(f"name: give 1 to {_LONGEST_NAME} characters that can be printed.")
    return name


def grants_of(typed: Collection[str], sites: Collection[str]) -> tuple[Grant, ...]:
    """Return the roles written as `role@site`, each once. Raises BadAccount, also for a site that is not there."""
    if not typed:
        raise BadAccount("roles: give at least one, for example agent@regio.")
    return tuple(sorted({_grant(one, sites) for one in typed}))


def _grant(typed: str, sites: Collection[str]) -> Grant:
    role, at, site = typed.partition("@")
    if not at:
        raise BadAccount(f"{typed!r}: give role@site, for example agent@regio, or agent@* for all sites.")
    if role not in set(Role):
        raise BadAccount(f"{typed!r}: {role!r} is not one of the roles {', '.join(Role)}.")
    if site != EVERYWHERE and site not in sites:
        raise BadAccount(f"{typed!r}: {site!r} is not one of the sites {', '.join(sorted(sites))}, nor * for all.")
    return Grant(Role(role), site)
