"""What is sealed: encrypted with a key of the installation's secret, as contact details are in a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_PURPOSE = b"wegwijzer contact details"


class SealBroken(NamedFailure):
    """Something was sealed with another secret, or changed since."""

    def __init__(self) -> None:
        super().__init__("What was sealed cannot be opened: WEGWIJZER_SECRET is another one than when it was kept.")


class Seal:
    """Seals words and opens them again, each purpose only its own. The secret is read at first use."""

    def __init__(self, secret: Callable[[], bytes], purpose: bytes = _PURPOSE) -> None:
        self._secret, self._purpose = secret, purpose

    def close(self, words: str) -> str:
        """Return `words` sealed."""
        return self._key.encrypt(words.encode()).decode("ascii")

    def open(self, sealed: str, within: timedelta | None = None) -> str:
        """Return what was sealed, if it was `within` that time. Raises SealBroken."""
        from cryptography.fernet import InvalidToken

        try:
            return self._key.decrypt(sealed, int(within.total_seconds()) if within else None).decode()
        except InvalidToken:
            raise SealBroken from None

    @cached_property
    def _key(self) -> Fernet:
        # Loaded for this alone: a command that seals nothing starts without it.
        from base64 import urlsafe_b64encode

        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return Fernet(urlsafe_b64encode(HKDF(SHA256(), 32, None, self._purpose).derive(self._secret())))
