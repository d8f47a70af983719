"""Between rows and values of hand-overs, and how a hand-over follows its conversation: in the same transaction."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from assistant.domain.conversation import Change, Conversation, Status
from assistant.domain.handover import Consent, Handover, Progress, Request, Transfer
from assistant.store.handover_tables import handovers

_IS_OPEN = (handovers.c.conversation_id == bindparam("of"), handovers.c.progress != Progress.ENDED)
_SET = update(handovers).where(*_IS_OPEN)
_CLAIMED = _SET.values(progress=Progress.CLAIMED, agent=bindparam("by"), claimed_at=bindparam("then"))
_WAITS = _SET.values(
    progress=Progress.WAITING, agent=None, claimed_at=None, offered_at=None, waits_since=bindparam("then")
)
_ENDED = _SET.values(progress=Progress.ENDED, ended_at=bindparam("then"))
_NEWEST = (
    select(handovers).where(handovers.c.conversation_id == bindparam("of")).order_by(handovers.c.id.desc()).limit(1)
)


def follow(session: Session, before: Conversation, change: Change) -> None:
    """Let the hand-over of a conversation be where the conversation is after a change."""
    after = change.after
    if change.asks is not None:
        session.execute(insert(handovers), _row(after, change.asks, change))
    elif (before.status, before.agent) == (after.status, after.agent) or not before.with_people:
        return
    elif after.status is Status.WITH_AGENT:
        session.execute(_CLAIMED, {"of": after.id, "by": after.agent, "then": after.active_at})
    elif after.status is Status.WAITING:
        session.execute(_WAITS, {"of": after.id, "then": after.active_at})
    else:
        session.execute(_ENDED, {"of": after.id, "then": after.active_at})


def newest(session: Session, conversation_id: str) -> Handover | None:
    """Return the last hand-over of a conversation, ended or not."""
    row = session.execute(_NEWEST, {"of": conversation_id}).one_or_none()
    return handover_of(row) if row else None


def handover_of(row: Row[Any]) -> Handover:
    """Return the value of a row of `handovers`."""
    request = Request(
        row.site,
        row.language,
        Consent(row.consent),
        json.loads(row.brief),
        row.theme,
        row.municipality,
        row.reason,
        row.team,
    )
    return Handover(
        row.id,
        row.conversation_id,
        request,
        Progress(row.progress),
        row.from_seq,
        row.queued_at,
        row.waits_since,
        row.agent,
        row.claimed_at,
        row.ended_at,
        row.reserved_for,
        row.reserved_until,
        Transfer(row.transferred_by, row.transfer_why) if row.transferred_by else None,
        row.returned,
        row.offered_at,
    )


def _row(now: Conversation, asks: Request, change: Change) -> dict[str, Any]:
    told = change.events[-1]
    return {
        "conversation_id": now.id,
        "site": asks.site,
        "language": asks.language,
        "theme": asks.theme,
        "municipality": asks.municipality,
        "reason": asks.reason,
        "team": asks.team,
        "consent": asks.consent,
        "brief": json.dumps(asks.brief, ensure_ascii=False),
        "from_seq": 0 if asks.consent is Consent.FULL else change.events[0].seq - 1,
        "progress": Progress.WAITING,
        "queued_at": told.at,
        "waits_since": told.at,
        "returned": False,
    }
