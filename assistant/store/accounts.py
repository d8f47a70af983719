"""Accounts: made, changed and read. Every change is one transaction with its line in the audit log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from assistant.accounts.account import Account, Grant, Role
from assistant.store.account_tables import accounts, logins, roles
from assistant.store.audit import Deed, append
from assistant.store.rows import changed
from knowledge.errors import NamedFailure
from knowledge.store.database import Database


class AccountExists(NamedFailure):
    """A new account with a username that is taken."""


class NoAccount(NamedFailure):
    """There is no account with this username."""


class AccountStore:
    """The accounts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account: Account, password: str, actor: str) -> None:
        """Keep a new account with the hash of its password. Raises AccountExists."""
        row = {"username": account.username, "name": account.name, "created_at": account.created_at}
        with self._database.write() as session:
            if _find(session, account.username) is not None:
                raise AccountExists(f"There is an account {account.username!r} already.")
            session.execute(insert(accounts), row | {"password": password, "disabled_at": None})
            _grant(session, account.username, account.grants)
            detail = {"name": account.name, "roles": [str(grant) for grant in account.grants]}
            append(session, Deed(account.created_at, actor, "account_added", account.username, detail))

    def all(self) -> list[Account]:
        """Return all accounts, by username."""
        with self._database.read() as session:
            kept: defaultdict[str, list[Row[Any]]] = defaultdict(list)
            for row in session.execute(select(roles)):
                kept[row.username].append(row)
            found = session.execute(select(accounts).order_by(accounts.c.username))
            return [account_of(row, kept[row.username]) for row in found]

    def set_roles(self, username: str, grants: tuple[Grant, ...], actor: str, at: datetime) -> None:
        """Let an account have these roles and no others, from its next request on. Raises NoAccount."""
        with self._database.write() as session:
            _existing(session, username)
            session.execute(delete(roles).where(roles.c.username == username))
            _grant(session, username, grants)
            detail = {"roles": [str(grant) for grant in grants]}
            append(session, Deed(at, actor, "roles_set", username, detail))

    def set_password(self, username: str, password: str, actor: str, at: datetime) -> None:
        """Keep the hash of a new password, and end the log-ins of the account. Raises NoAccount."""
        with self._database.write() as session:
            _existing(session, username)
            _set(session, Deed(at, actor, "password_set", username), password=password)

    def disable(self, username: str, actor: str, at: datetime) -> bool:
        """Let nobody use an account, and end its log-ins; False where that was so already. Raises NoAccount."""
        return self._switch(username, Deed(at, actor, "account_disabled", username), at)

    def enable(self, username: str, actor: str, at: datetime) -> bool:
        """Let an account be used again; False where that was so already. Raises NoAccount."""
        return self._switch(username, Deed(at, actor, "account_enabled", username), None)

    def _switch(self, username: str, deed: Deed, disabled_at: datetime | None) -> bool:
        with self._database.write() as session:
            if (_existing(session, username).disabled_at is None) == (disabled_at is None):
                return False
            _set(session, deed, disabled_at=disabled_at)
            return True


def account_of(row: Row[Any], granted: Iterable[Row[Any]]) -> Account:
    """Return the value of a row of `accounts` and its rows of `roles`."""
    grants = tuple(sorted(Grant(Role(one.role), one.site) for one in granted))
    return Account(row.username, row.name, grants, row.created_at, row.disabled_at)


def end_logins(session: Session, username: str) -> int:
    """End all log-ins of an account; returns how many there were."""
    return changed(session.execute(delete(logins).where(logins.c.username == username)))


def _set(session: Session, deed: Deed, **values: Any) -> None:
    session.execute(update(accounts).where(accounts.c.username == deed.subject).values(**values))
    end_logins(session, deed.subject)
    append(session, deed)


def _grant(session: Session, username: str, grants: tuple[Grant, ...]) -> None:
    rows = [{"username": username, "role": grant.role.value, "site": grant.site} for grant in grants]
    session.execute(insert(roles), rows)


def _find(session: Session, username: str) -> Row[Any] | None:
    return session.execute(select(accounts).where(accounts.c.username == username)).one_or_none()


def _existing(session: Session, username: str) -> Row[Any]:
    row = _find(session, username)
    if row is None:
        raise NoAccount(f"There is no account {username!r}.")
    return row
