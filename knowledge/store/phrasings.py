"""The phrasings of one knowledge database: given by citizens and staff, accepted or revoked by editors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import delete, func, select, update

from knowledge.errors import NamedFailure
from knowledge.phrasings import Phrasing, PhrasingState, bonuses, stems_of
from knowledge.store.database import Database
from knowledge.store.tables import PhrasingGiverRow, PhrasingRow

MOST = 50
"""Candidates of a page in a language; of more, the one that fewest gave makes room, the oldest first."""
_FRESH = 1.0
"""Seconds for which what was read is used again."""
_FEWEST = 2
"""Content words of a phrasing: one alone says too little."""


class Phrasings:
    """What was learned; every question reads it, so what was read a moment ago is used again."""

    def __init__(self, database: Database, clock: Callable[[], float] = monotonic) -> None:
        self._database, self._clock = database, clock
        self._read: tuple[float, list[Phrasing]] | None = None

    def give(self, page_id: str, language: str, words: str, giver: str, at: datetime, *, staff: bool = False) -> bool:
        """Take words, without personal data, as a way to ask for a page; returns whether it counts.

        It does not where the `giver` already gave one for this page today, or where an editor revoked these words.
        """
        stems = stems_of(words, language)
        if len(stems) < _FEWEST:
            return False
        key, day = " ".join(sorted(stems)), at.date().isoformat()
        with self._database.write() as session:
            mine = (PhrasingGiverRow.page_id == page_id, PhrasingGiverRow.giver == giver, PhrasingGiverRow.day == day)
            if session.scalar(select(PhrasingGiverRow.id).where(*mine)) is not None:
                return False
            same = (PhrasingRow.page_id == page_id, PhrasingRow.language == language, PhrasingRow.stems == key)
            row = session.scalar(select(PhrasingRow).where(*same))
            if row is None:
                _make_room(session, page_id, language)
                row = PhrasingRow(page_id=page_id, language=language, words=words, stems=key, state="candidate", at=at)
                session.add(row)
                session.flush()
            if row.state == PhrasingState.REVOKED:
                return False
            session.add(PhrasingGiverRow(phrasing_id=row.id, page_id=page_id, giver=giver, day=day, staff=staff))
        self._read = None
        return True

    def set_state(self, phrasing_id: int, state: PhrasingState) -> None:
        """Accept or revoke a phrasing. Raises NamedFailure where there is none with this id."""
        with self._database.write() as session:
            done: Any = session.execute(
                update(PhrasingRow).where(PhrasingRow.id == phrasing_id).values(state=state.value)
            )
            if not done.rowcount:
                raise NamedFailure(f"there is no phrasing {phrasing_id}.")
            if state is not PhrasingState.CANDIDATE:
                # Who gave it no longer matters.
                session.execute(delete(PhrasingGiverRow).where(PhrasingGiverRow.phrasing_id == phrasing_id))
        self._read = None

    def all(self) -> list[Phrasing]:
        """Return every phrasing, the oldest first."""
        with self._database.read() as session:
            rows = list(session.scalars(select(PhrasingRow).order_by(PhrasingRow.id)))
            given: dict[int, list[tuple[str, bool]]] = {}
            for one in session.execute(
                select(PhrasingGiverRow.phrasing_id, PhrasingGiverRow.giver, PhrasingGiverRow.staff)
            ):
                given.setdefault(one.phrasing_id, []).append((one.giver, one.staff))
            return [_phrasing(row, given.get(row.id, [])) for row in rows]

    def bonuses(self, question: str, language: str) -> dict[str, float]:
        """Return what each page gains from having been asked for like this, by page id."""
        now = self._clock()
        if self._read is None or now - self._read[0] > _FRESH:
            self._read = (now, self.all())
        return bonuses(question, language, self._read[1])


def _make_room(session: Any, page_id: str, language: str) -> None:
    mine = (PhrasingRow.page_id == page_id, PhrasingRow.language == language, PhrasingRow.state == "candidate")
    if (session.scalar(select(func.count()).select_from(PhrasingRow).where(*mine)) or 0) < MOST:
        return
    given = select(func.count()).where(PhrasingGiverRow.phrasing_id == PhrasingRow.id).scalar_subquery()
    least = session.scalar(select(PhrasingRow.id).where(*mine).order_by(given, PhrasingRow.id).limit(1))
    session.execute(delete(PhrasingGiverRow).where(PhrasingGiverRow.phrasing_id == least))
    session.execute(delete(PhrasingRow).where(PhrasingRow.id == least))


def _phrasing(row: PhrasingRow, given: list[tuple[str, bool]]) -> Phrasing:
    return Phrasing(
        row.id,
        row.page_id,
        row.language,
        row.words,
        frozenset(row.stems.split()),
        PhrasingState(row.state),
        frozenset(giver for giver, _ in given),
        any(staff for _, staff in given),
    )
