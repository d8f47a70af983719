"""How much can be promised: cases of one citizen in so much time, and calls in one window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assistant.domain.case import Case
from assistant.store.case_rows import OVER
from assistant.store.case_tables import cases
from knowledge.errors import NamedFailure


@dataclass(frozen=True)
class CaseLimit:
    """How many cases a citizen may open in so much time: in one conversation, and for one phone or address."""

    conversation: int
    contact: int
    within: timedelta


class TooManyCases(NamedFailure):
    """More cases are asked for than may be; `seconds` says when to try again. Nothing was kept."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many cases. Try again in {seconds} s.")
        self.seconds = seconds


class WindowFull(NamedFailure):
    """As many citizens are to be called in a window as can be; nothing has changed."""

    def __init__(self) -> None:
        super().__init__("Nobody else can be called in this window.")


def fit(session: Session, case: Case, room: int | None) -> None:
    """Refuse a window in which `room` citizens are to be called already; None is room for all. Raises WindowFull."""
    if case.window is None or room is None:
        return
    row = cases.c
    same = (row.site == case.site, row.window_start == case.window.start, row.state.not_in(OVER), row.id != case.id)
    if (session.scalar(select(func.count()).select_from(cases).where(*same)) or 0) >= room:
        raise WindowFull


def spare(session: Session, case: Case, contact: tuple[str | None, str | None], limit: CaseLimit) -> None:
    """Refuse a case that is one too many; `contact` are digests of phone and address. Raises TooManyCases."""
    now = case.created_at
    known = [column == value for column, value in zip((cases.c.phone, cases.c.email), contact, strict=True) if value]
    counted = ((cases.c.conversation == case.conversation, limit.conversation), (or_(*known), limit.contact))
    for mine, most in counted:
        newest = select(cases.c.created_at).where(mine).order_by(cases.c.created_at.desc())
        first = session.scalar(newest.offset(most - 1).limit(1))
        if first is not None and first > now - limit.within:
            raise TooManyCases(max(1, ceil((first + limit.within - now).total_seconds())))
