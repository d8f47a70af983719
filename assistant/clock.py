"""What time it is; tests give their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns an aware datetime."""


def now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)
