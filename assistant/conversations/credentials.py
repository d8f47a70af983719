"""What opens a conversation: unguessable tokens, short codes that can be read out, and how both are hashed."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, no 1, I and L, no U beside V: what is heard or copied by hand is what was meant."""
_LENGTH = 8


def new_id() -> str:
    """Return the id of a new conversation; it opens nothing by itself."""
    return secrets.token_hex(12)


def new_token() -> str:
    """Return a token of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code(length: int = _LENGTH) -> str:
    """Return a code; one of 8 characters has 39 random bits, each more adds 4.9."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))


def keyed_digest(secret: bytes, value: str) -> str:
    """Return what is kept of a code or an address: nothing can be told from it without the secret."""
    return hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()


def written_code(code: str) -> str:
    """Return a code as it was given out, however it was typed: in small letters, in groups, with a hyphen."""
    return "".join(char for char in code.upper() if char.isalnum())


def installation_secret(home: Path, given: str = "") -> bytes:
    """Return the secret of an installation: the one given, else the one of its home, made there at first use."""
    if given:
        return given.encode()
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        made = home / f"secret.{secrets.token_hex(8)}"
        made.touch(0o600)
        made.write_text(secrets.token_hex(32), "ascii")
        # Several processes may be the first: the link of one of them stays.
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_bytes()
