"""What a process does beside serving: hear of new messages and answer them, look after silence, send mails."""

from __future__ import annotations

import threading

from assistant.cases.outbox import Sender
from assistant.conversations.caretaker import Caretaker
from assistant.conversations.worker import Worker
from assistant.store.log import Log


class Background:
    """The threads of one process; without a worker it answers nothing, without a sender it sends no mails.

    What is left undone another process does.
    """

    def __init__(self, log: Log, worker: Worker | None, caretaker: Caretaker, sender: Sender | None = None) -> None:
        self._worker, self._caretaker, self._sender = worker, caretaker, sender
        self._stopping = threading.Event()
        self._listener = threading.Thread(target=log.listen, args=(self._stopping,), name="listener", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._listener.start()
        if self._worker is not None:
            self._worker.start()
        self._caretaker.routine.start()
        if self._sender is not None:
            self._sender.routine.start()

    def stop(self) -> None:
        """Finish what is being done, or give it back."""
        if self._worker is not None:
            self._worker.stop()
        self._stopping.set()
        self._caretaker.routine.stop()
        if self._sender is not None:
            self._sender.routine.stop()
        self._listener.join(timeout=5)
