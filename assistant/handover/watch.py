"""What the clock does about the queue: nobody waits unseen, and no agent is waited for who says nothing more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from assistant.clock import Clock, now
from assistant.domain.agent import Agent
from assistant.domain.conversation import OutOfTurn, tell
from assistant.domain.handover import Handover
from assistant.domain.with_people import back_to_queue, hand_back
from assistant.messages import text
from assistant.routine import Routine
from assistant.sites import Site
from assistant.sites.desk import Desk
from assistant.store.conversations import ConversationStore
from assistant.store.presence import PresenceStore
from assistant.store.queue import QueueStore, Wish
from assistant.store.rows import NotThere, Overtaken

_PAUSE = 5.0
_GRACE = timedelta(minutes=2)
"""So long the last agent may be away (a page that is loaded again) before those who wait are told."""


class Watch:
    """Watches the queue. Any number of processes may do it: each act looks again before it changes."""

    def __init__(
        self,
        sites: Mapping[str, Site],
        store: ConversationStore,
        queue: QueueStore,
        presence: PresenceStore,
        clock: Clock = now,
    ) -> None:
        self._sites, self._store, self._queue, self._presence, self._clock = sites, store, queue, presence, clock
        self.routine = Routine("queue", self.look, _PAUSE)

    def look(self) -> int:
        """Do all that is due now; returns how many conversations were touched."""
        at, touched = self._clock(), 0
        for site in self._sites.values():
            if site.desk is None:
                continue
            for one in self._queue.silent(site.id, at - site.desk.silent_after):
                touched += self._try(self._take_back, one, at)
            waiting = self._queue.waiting(Wish((site.id,)))
            look_after = partial(self._look_after, self._presence.all() if waiting else [])
            for one in waiting:
                touched += self._try(look_after, one, at)
        return touched

    def _look_after(self, agents: Sequence[Agent], one: Handover, at: datetime) -> bool:
        site = self._sites[one.request.site]
        desk, phone, language = site.desk, site.phone.number, one.request.language
        if desk is None:
            return False
        if _nobody_comes(agents, one, desk, at):
            words = text("handover.nobody_any_more", language, phone=phone)
            self._store.change(one.conversation_id, lambda before: hand_back(before, self._clock(), None, words))
            return True
        if one.offered_at is None and at - one.waits_since >= desk.unclaimed_after:
            words = text("handover.unclaimed", language, phone=phone)
            return self._queue.offer(one.id, at, one.conversation_id, lambda before: tell(before, self._clock(), words))
        return False

    def _take_back(self, one: Handover, at: datetime) -> bool:
        words = text("handover.returned", one.request.language)
        self._queue.give_up(one.conversation_id, lambda before: back_to_queue(before, at, None, words))
        return True

    @staticmethod
    def _try(act: Callable[[Handover, datetime], bool], one: Handover, at: datetime) -> bool:
        try:
            return act(one, at)
        # Somebody else was first: then there is nothing to do, or the next look does it.
        except (NotThere, OutOfTurn, Overtaken):
            return False


def _nobody_comes(agents: Sequence[Agent], one: Handover, desk: Desk, at: datetime) -> bool:
    """Whether no agent can be expected: none is there who could take it, and for long enough to be sure."""
    if any(agent.takes(one.request.site, one.request.language, at - _GRACE) for agent in agents):
        return False
    return desk.hours.closes_at(at) is None or at - one.waits_since >= _GRACE
