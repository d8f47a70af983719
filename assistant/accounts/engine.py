"""What is done with accounts: made and disabled by an operator, logged in to by staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from assistant.accounts.account import Account, Grant, as_username, display_name, new_username
from assistant.accounts.passwords import Passwords, check_password
from assistant.clock import Clock, now
from assistant.conversations.credentials import keyed_digest, new_token, token_digest
from assistant.store.accounts import AccountStore
from assistant.store.audit import Deed
from assistant.store.logins import Life, Limits, LoginStore
from knowledge.errors import NamedFailure

LIMITS = Limits(
    account=5, source=100, first=timedelta(seconds=30), longest=timedelta(minutes=15), within=timedelta(hours=24)
)
LIFE = Life(idle=timedelta(hours=1), longest=timedelta(hours=12))


class WrongLogin(NamedFailure):
    """No account has this name and password, or it is disabled; it is not said which."""


@dataclass(frozen=True)
class Login:
    """Somebody who is logged in; the token is in one browser and kept nowhere, `csrf` proves that our page asks."""

    account: Account
    token: str

    @property
    def csrf(self) -> str:
        return keyed_digest(self.token.encode(), "csrf")


class Accounts:
    """The accounts of one installation. `actor` is who does it: a username, or `cli` for the command line."""

    def __init__(
        self,
        store: AccountStore,
        logins: LoginStore,
        secret: Callable[[], bytes],
        passwords: Passwords | None = None,
        clock: Clock = now,
    ) -> None:
        self._store, self._logins, self._secret = store, logins, secret
        self._passwords, self._clock = passwords or Passwords(), clock

    def add(self, username: str, name: str, grants: tuple[Grant, ...], password: str, actor: str) -> Account:
        """Make an account. Raises BadAccount, BadPassword, AccountExists."""
        kept = new_username(username)
        account = Account(kept, display_name(name or kept), grants, self._clock())
        check_password(password, kept)
        self._store.add(account, self._passwords.hashed(password), actor)
        return account

    def all(self) -> list[Account]:
        """Return all accounts, by username."""
        return self._store.all()

    def set_roles(self, username: str, grants: tuple[Grant, ...], actor: str) -> None:
        """Give an account these roles and no others. Raises NoAccount."""
        self._store.set_roles(_named(username), grants, actor, self._clock())

    def set_password(self, username: str, password: str, actor: str) -> None:
        """Give an account another password, and end its log-ins. Raises BadPassword, NoAccount."""
        check_password(password, _named(username))
        self._store.set_password(_named(username), self._passwords.hashed(password), actor, self._clock())

    def disable(self, username: str, actor: str) -> bool:
        """Disable an account and end its log-ins; False where that was so already. Raises NoAccount."""
        return self._store.disable(_named(username), actor, self._clock())

    def enable(self, username: str, actor: str) -> bool:
        """Let an account be used again, also after wrong tries; False where it could be already. Raises NoAccount."""
        name, at = _named(username), self._clock()
        enabled = self._store.enable(name, actor, at)
        forgiven = self._logins.forgive(self._account(name), Deed(at, actor, "lock_out_lifted", name))
        return enabled or forgiven

    def log_in(self, username: str, password: str, source: str) -> Login:
        """Log somebody in; `source` is where they come from. Raises WrongLogin, LockedOut."""
        name, at, token = as_username(username), self._clock(), new_token()
        made = self._logins.begin(name, self._account(name), self._digest("source", source), at, LIMITS)
        if self._passwords.match(made.password, password) and made.password is not None:
            renewed = self._passwords.hashed(password) if self._passwords.outdated(made.password) else None
            account = self._logins.succeed(made, name, token_digest(token), LIFE, renewed)
            if account is not None:
                return Login(account, token)
        self._logins.wrong(made, name)
        raise WrongLogin("This username or password is not right.")

    def logged_in(self, token: str) -> Login | None:
        """Return who is logged in with this token, None for one that is over or never was."""
        account = self._logins.find(token_digest(token), self._clock(), LIFE)
        return Login(account, token) if account is not None else None

    def log_out(self, login: Login) -> None:
        """End this log-in."""
        self._logins.end(login.account.username, token_digest(login.token), self._clock())

    def log_out_everywhere(self, login: Login) -> int:
        """End all log-ins of an account, this one too; returns how many there were."""
        return self._logins.end_all(login.account.username, self._clock())

    def _account(self, username: str) -> str:
        return self._digest("account", username)

    def _digest(self, kind: str, value: str) -> str:
        return keyed_digest(self._secret(), f"log-in {kind} {value}")


def _named(username: str) -> str:
    """The username as it is kept; what cannot be one is nobody's and stays as it was typed."""
    return as_username(username) or username
