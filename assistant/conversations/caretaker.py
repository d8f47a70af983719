"""What the clock does: warn a citizen who is silent, end the conversation, and erase what may not be kept longer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from assistant.clock import Clock, now
from assistant.domain.conversation import Change, Conversation, OutOfTurn
from assistant.domain.idleness import idle
from assistant.messages import text
from assistant.routine import Routine
from assistant.sites import Site
from assistant.store.conversations import ConversationStore
from assistant.store.rows import NotThere

_PAUSE = 5.0


class Caretaker:
    """Looks after silent conversations. Any number of processes may do it: each act looks again before it changes."""

    def __init__(
        self,
        store: ConversationStore,
        sites: Mapping[str, Site],
        clock: Clock = now,
        chores: Sequence[Callable[[], int]] = (),
    ) -> None:
        """`chores` are what else the clock does; each returns how much it touched."""
        self._store, self._sites, self._clock, self._chores = store, sites, clock, chores
        self.routine = Routine("caretaker", self.look, _PAUSE)

    def look(self) -> int:
        """Do all that is due now; returns how many conversations were touched."""
        at, touched = self._clock(), 0
        for site in self._sites.values():
            for conversation_id in self._store.idle(site.id, at, site.patience):
                touched += self._act(conversation_id, partial(self._idle, site))
            for conversation_id in self._store.stale(site.id, at - site.patience.keep):
                touched += self._store.erase(conversation_id)
        return touched + self._store.forget(at) + sum(chore() for chore in self._chores)

    def _idle(self, site: Site, before: Conversation) -> Change | None:
        minutes = max(1, round(site.patience.close.total_seconds() / 60))
        warning = text("conversation.idle_warning", before.language, minutes=minutes)
        return idle(before, self._clock(), site.patience, warning, text("conversation.idle_end", before.language))

    def _act(self, conversation_id: str, act: Callable[[Conversation], Change | None]) -> bool:
        try:
            return self._store.change(conversation_id, act) is not None
        except (NotThere, OutOfTurn):
            return False
