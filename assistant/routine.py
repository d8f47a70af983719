"""Something that is done every few seconds in a thread of its own, whatever goes wrong, until it is told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Routine:
    """Does one act again and again; what fails is logged by its kind alone, and is due the next time."""

    def __init__(self, name: str, act: Callable[[], object], pause: float) -> None:
        """`pause` is in seconds, also before the first time."""
        self._name, self._act, self._pause = name, act, pause
        self._stopping = threading.Event()
        self._loop = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop: a long act looks at this between its parts."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin."""
        self._loop.start()

    def stop(self) -> None:
        """Finish what is being done, and stop."""
        self._stopping.set()
        self._loop.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.wait(self._pause):
            try:
                self._act()
            # The words of an error may be a citizen's.
            except Exception as error:
                log.error("%s: could not be done: %s", self._name, type(error).__name__)
