"""Passwords: which are good enough (NIST SP 800-63B), and how they are hashed (argon2id)."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from secrets import token_hex
from typing import TYPE_CHECKING

from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from argon2 import Parameters, PasswordHasher

SHORTEST, LONGEST = 12, 1000


class BadPassword(NamedFailure):
    """A password that may not be used; the message says why and never repeats it."""


def check_password(password: str, username: str) -> None:
    """Refuse a password that is too short or the username. Raises BadPassword."""
    if not SHORTEST <= len(_written(password)) <= LONGEST:
        raise BadPassword(f"password: give {SHORTEST} to {LONGEST} characters; a few words in a row do well.")
    if _written(password).strip().casefold() == username.casefold():
        raise BadPassword("password: it may not be the username.")


class Passwords:
    """Hashes passwords with argon2id, by default as the library recommends (RFC 9106, 64 MiB)."""

    def __init__(self, parameters: Parameters | None = None) -> None:
        """`parameters` are others than those, lower ones for tests."""
        self._parameters = parameters

    def hashed(self, password: str) -> str:
        """Return what is kept of a password."""
        return self._hasher.hash(_bytes(password))

    def match(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one that was kept; None takes as long as a wrong one."""
        from argon2.exceptions import InvalidHashError, VerificationError

        nobodys = self._nobodys
        try:
            return self._hasher.verify(nobodys if kept is None else kept, _bytes(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than these."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher
        from argon2.profiles import RFC_9106_LOW_MEMORY

        return PasswordHasher.from_parameters(self._parameters or RFC_9106_LOW_MEMORY)

    @cached_property
    def _nobodys(self) -> str:
        return self.hashed(token_hex(16))


def _written(password: str) -> str:
    """The same characters for what different keyboards send as different ones."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _written(password).encode("utf-8", "surrogatepass")
