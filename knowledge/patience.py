"""How long to wait before trying again what did not help."""

from __future__ import annotations

from time import monotonic


class Patience:
    """Twice as long after each try, up to a longest time; from the start again once a try has helped a while."""

    def __init__(self, first: float, longest: float) -> None:
        self._first, self._longest = first, longest
        self._seconds, self._tried = 0.0, 0.0

    @property
    def is_over(self) -> bool:
        return monotonic() >= self._tried + self._seconds

    def tried(self) -> None:
        self._tried = monotonic()
        self._seconds = min(self._longest, max(self._first, self._seconds * 2))

    def all_is_well(self) -> None:
        """Say that there is nothing to try; what is told so soon after a try does not count."""
        if monotonic() >= self._tried + self._first:
            self._seconds = 0.0
