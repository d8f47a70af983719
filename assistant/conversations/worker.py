"""The threads that answer: lease a message, answer it, store the reply; tell the citizen when it takes longer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from time import monotonic, sleep

from assistant.clock import Clock, now
from assistant.conversations.answering import Answered, Answering
from assistant.domain.conversation import Change, Conversation, OutOfTurn, assistant_informs, assistant_replies
from assistant.store.log import Log
from assistant.store.work import Lease, LeaseLost, WorkStore

_ATTEMPTS = 2
"""Processes that may fail over one message before the citizen gets a person instead."""
_DANGER_KEPT = timedelta(hours=24)
_STORE_TRIES, _STORE_PAUSE = 5, 0.5
_REAP = 0.5

log = logging.getLogger(__name__)


class Worker:
    """Answers messages in `slots` threads until it is stopped. What it cannot finish, another process takes over."""

    def __init__(
        self,
        log_: Log,
        work: WorkStore,
        answering: Answering,
        *,
        owner: str,
        clock: Clock = now,
        lease: timedelta = timedelta(seconds=30),
        slots: int = 2,
        slow: float = 4.0,
    ) -> None:
        """`owner` names this process among all; after `slow` seconds the citizen is told that it takes longer."""
        self._log, self._work, self._answering, self._clock = log_, work, answering, clock
        self._owner, self._lease, self._slots, self._slow = owner, lease, slots, slow
        self._running: dict[Lease, tuple[threading.Thread, float]] = {}
        self._informed: set[int] = set()
        self._stopping = threading.Event()
        self._bell = threading.Event()
        log_.hear(lambda ring: self._bell.set() if ring.work else None)
        self._loop = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._loop.start()

    def stop(self, patience: float = 10.0) -> None:
        """Take nothing new, finish what is being answered within `patience` seconds, give the rest back."""
        self._stopping.set()
        self._bell.set()
        self._loop.join(timeout=patience)
        deadline = monotonic() + patience
        for lease, (thread, _) in list(self._running.items()):
            thread.join(timeout=max(0.0, deadline - monotonic()))
            if thread.is_alive():
                self._quietly(partial(self._work.release, lease), "giving back")

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            self._quietly(self._tick, "taking messages")
            self._bell.wait(min(self._log.pause, _REAP) if self._running else self._log.pause)

    def _tick(self) -> None:
        for lease, (thread, since) in list(self._running.items()):
            if not thread.is_alive() or self._clock() >= lease.until:
                # Past its lease a thread may go on, but what it finds is not stored; its slot is free.
                del self._running[lease]
                self._informed.discard(lease.id)
            elif lease.id not in self._informed and monotonic() - since >= self._slow:
                self._quietly(partial(self._inform, lease), "informing")
        while len(self._running) < self._slots and not self._stopping.is_set():
            taken = self._work.lease(self._owner, self._clock(), self._lease)
            if taken is None:
                return
            thread = threading.Thread(target=self._answer, args=(taken,), name=f"answer-{taken.id}", daemon=True)
            self._running[taken] = (thread, monotonic())
            thread.start()

    def _answer(self, lease: Lease) -> None:
        try:
            tired = lease.attempts > _ATTEMPTS
            self._store(lease, self._answering.give_up(lease) if tired else self._answering.answer(lease))
        except (LeaseLost, OutOfTurn):
            log.info("message %s needs no answer of this process any more", lease.id)
        # Whatever it was, the lease runs out and another process tries; the words of an error may be a citizen's.
        except Exception as error:
            log.error("message %s could not be answered: %s", lease.id, type(error).__name__)
        finally:
            self._bell.set()

    def _store(self, lease: Lease, answered: Answered) -> None:
        """Store a reply, also where the database is away for a moment: an answer that was found is not thrown away."""

        def act(before: Conversation) -> Change:
            return assistant_replies(before, self._clock(), lease.seq, answered.reply, language=answered.language)

        forget_at = self._clock() + _DANGER_KEPT if answered.about_danger else None
        for left in reversed(range(_STORE_TRIES)):
            try:
                self._work.finish(lease, act, trace=answered.trace, forget_at=forget_at)
                return
            except (LeaseLost, OutOfTurn):
                raise
            except Exception:
                if not left:
                    raise
                sleep(_STORE_PAUSE)

    def _inform(self, lease: Lease) -> None:
        words = self._answering.patience(lease)
        self._work.inform(lease, lambda before: assistant_informs(before, self._clock(), words))
        self._informed.add(lease.id)

    def _quietly(self, act: Callable[[], object], what: str) -> None:
        """Do it; the loop must live, so what goes wrong is logged, and tried again."""
        try:
            act()
        except (LeaseLost, OutOfTurn):
            log.info("%s: no longer needed", what)
        except Exception as error:
            log.error("%s failed: %s", what, type(error).__name__)
