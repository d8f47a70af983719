"""Log-ins: tries are counted before a password is looked at, so that many at once are not more than one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from assistant.accounts.account import Account
from assistant.store.account_tables import accounts, login_tries, logins, roles
from assistant.store.accounts import account_of, end_logins
from assistant.store.audit import Deed, append
from assistant.store.rows import changed
from knowledge.errors import NamedFailure
from knowledge.store.database import Database

_TOUCH = timedelta(minutes=1)
"""A log-in that was seen this short ago is not written again for being seen."""


@dataclass(frozen=True)
class Limits:
    """How many wrong tries are borne as one account and from one source; then one waits, twice as long each time."""

    account: int
    source: int
    first: timedelta
    longest: timedelta
    within: timedelta

    def wait(self, tries: int, borne: int) -> timedelta:
        """Return how long to wait after the last of so many tries."""
        if tries < borne:
            return timedelta()
        return min(self.longest, self.first * float(2 ** min(tries - borne, 30)))


@dataclass(frozen=True)
class Life:
    """When a log-in ends by itself: so long after it was last used, and so long after it began."""

    idle: timedelta
    longest: timedelta


class LockedOut(NamedFailure):
    """Too many wrong tries; `seconds` says when to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong tries to log in. Try again in {seconds} s.")
        self.seconds = seconds


@dataclass(frozen=True)
class Try:
    """A try to log in, counted as a wrong one until it is not."""

    id: int
    account: str
    at: datetime
    password: str | None
    """The hash that the account has; None where nobody can log in with that name."""
    locks: bool
    """If it is a wrong one, the next must wait."""


class LoginStore:
    """The log-ins of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, username: str, account: str, source: str, at: datetime, limits: Limits) -> Try:
        """Count a try; `account` and `source` are keyed hashes. Raises LockedOut, for names that are not there too."""
        with self._database.write() as session:
            session.execute(delete(login_tries).where(login_tries.c.at <= at - limits.within))
            borne = (
                (login_tries.c.account == account, limits.account),
                (login_tries.c.source == source, limits.source),
            )
            locks = [_bear(session, mine, limit, at, limits) + 1 >= limit for mine, limit in borne]
            kept = session.execute(insert(login_tries), {"at": at, "account": account, "source": source})
            usable = (accounts.c.username == username, accounts.c.disabled_at.is_(None))
            password = session.scalar(select(accounts.c.password).where(*usable))
            return Try(_id(kept), account, at, password, any(locks))

    def wrong(self, made: Try, username: str) -> None:
        """A try was a wrong one: the audit log has it where others must wait for that."""
        if made.locks:
            with self._database.write() as session:
                # What was typed is not told where it is nobody's name: it may be a password.
                append(session, Deed(made.at, "", "locked_out", username if made.password else ""))

    def succeed(self, made: Try, username: str, digest: str, life: Life, renewed: str | None) -> Account | None:
        """Keep a log-in, and the hash made anew; None where the password or the account is not as it was looked at."""
        with self._database.write() as session:
            row = session.execute(select(accounts).where(accounts.c.username == username)).one_or_none()
            if row is None or row.disabled_at is not None or row.password != made.password:
                return None
            if renewed is not None:
                session.execute(update(accounts).where(accounts.c.username == username).values(password=renewed))
            session.execute(delete(login_tries).where(login_tries.c.id == made.id))
            wrong = _forgive(session, made.account)
            over = or_(logins.c.created_at <= made.at - life.longest, logins.c.seen_at <= made.at - life.idle)
            session.execute(delete(logins).where(over))
            login = {"digest": digest, "username": username, "created_at": made.at, "seen_at": made.at}
            session.execute(insert(logins), login)
            append(session, Deed(made.at, username, "logged_in", username, {"wrong_tries_before": wrong}))
            return account_of(row, _roles(session, username))

    def forgive(self, account: str, deed: Deed) -> bool:
        """Let the wrong tries as an account count no more; returns whether there were any."""
        with self._database.write() as session:
            if not _forgive(session, account):
                return False
            append(session, deed)
            return True

    def find(self, digest: str, at: datetime, life: Life) -> Account | None:
        """Return whose log-in this is, as that account is now; it counts as used. None for one that is over."""
        mine = select(accounts, logins.c.seen_at).join(logins, logins.c.username == accounts.c.username)
        lives = (
            logins.c.digest == digest,
            logins.c.created_at > at - life.longest,
            logins.c.seen_at > at - life.idle,
            accounts.c.disabled_at.is_(None),
        )
        with self._database.read() as session:
            row = session.execute(mine.where(*lives)).one_or_none()
            if row is None:
                return None
            found = account_of(row, _roles(session, row.username))
        if row.seen_at <= at - _TOUCH:
            with self._database.write() as session:
                session.execute(update(logins).where(logins.c.digest == digest).values(seen_at=at))
        return found

    def end(self, username: str, digest: str, at: datetime) -> None:
        """End one log-in of an account; ending it again changes nothing."""
        with self._database.write() as session:
            mine = (logins.c.digest == digest, logins.c.username == username)
            if changed(session.execute(delete(logins).where(*mine))):
                append(session, Deed(at, username, "logged_out", username))

    def end_all(self, username: str, at: datetime) -> int:
        """End all log-ins of an account; returns how many there were."""
        with self._database.write() as session:
            ended = end_logins(session, username)
            append(session, Deed(at, username, "logged_out_everywhere", username, {"log_ins": ended}))
            return ended


def _bear(session: Session, mine: Any, borne: int, at: datetime, limits: Limits) -> int:
    """Return how many tries there were. Raises LockedOut."""
    tries, last = session.execute(select(func.count(), func.max(login_tries.c.at)).where(mine)).one()
    if tries and (until := last + limits.wait(tries, borne)) > at:
        raise LockedOut(max(1, ceil((until - at).total_seconds())))
    return int(tries)


def _forgive(session: Session, account: str) -> int:
    """Let tries no longer count for an account; for their sources they still do."""
    mine = update(login_tries).where(login_tries.c.account == account)
    return changed(session.execute(mine.values(account="")))


def _roles(session: Session, username: str) -> Iterable[Row[Any]]:
    return session.execute(select(roles).where(roles.c.username == username))


def _id(kept: Any) -> int:
    return int(kept.inserted_primary_key[0])
