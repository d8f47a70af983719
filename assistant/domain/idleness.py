"""When a conversation in which the citizen says nothing is warned of, and when it ends. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.conversation import Change, Conversation, Status, close, remind


@dataclass(frozen=True)
class Patience:
    """How long a site waits for a citizen: until it warns, from then until it ends, and until nothing is kept."""

    warn: timedelta
    close: timedelta
    keep: timedelta


def idle(before: Conversation, at: datetime, patience: Patience, warning: str, goodbye: str) -> Change | None:
    """Warn, then end, a conversation in which nothing is said; None where there is nothing to do.

    Not while an answer is owed, and not while people have it. Where nothing was ever said there is nobody to warn.
    """
    if before.status is not Status.BOT or before.unanswered is not None:
        return None
    if before.warned_at is not None:
        return close(before, at, goodbye) if at - before.warned_at >= patience.close else None
    if not before.last_seq:
        return close(before, at, goodbye) if at - before.active_at >= patience.warn + patience.close else None
    return remind(before, at, warning) if at - before.active_at >= patience.warn else None
