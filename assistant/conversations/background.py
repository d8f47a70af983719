"""What a process does beside serving: hear of new messages and answer them, and what is done every few seconds."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from assistant.conversations.worker import Worker
from assistant.routine import Routine
from assistant.store.log import Log


class Background:
    """The threads of one process; without a worker it answers nothing. What is left undone another process does."""

    def __init__(self, log: Log, worker: Worker | None, routines: Sequence[Routine]) -> None:
        self._worker, self._routines = worker, routines
        self._stopping = threading.Event()
        self._listener = threading.Thread(target=log.listen, args=(self._stopping,), name="listener", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._listener.start()
        if self._worker is not None:
            self._worker.start()
        for routine in self._routines:
            routine.start()

    def stop(self) -> None:
        """Finish what is being done, or give it back."""
        if self._worker is not None:
            self._worker.stop()
        self._stopping.set()
        for routine in self._routines:
            routine.stop()
        self._listener.join(timeout=5)
