"""The words that citizens use for official terms: kept in the database, so that what an editor adds works at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, insert, or_, select

from knowledge.store.database import Database
from knowledge.store.tables import TermRow
from knowledge.terms import Expansion, Term, expansions, keys_in

_TABLE = TermRow.metadata.tables[TermRow.__tablename__]
_BATCH = 500
"""Rows a transaction."""


class Terms:
    """The terms of one knowledge database, by where they come from: the sample, or an editor."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, origin: str, terms: Iterable[Term]) -> tuple[int, int]:
        """Let what comes from `origin` be exactly these; returns how many are new and how many went.

        Of two terms with the same expression and official term the first counts.
        """
        wanted: dict[tuple[str, ...], dict[str, Any]] = {}
        for term in terms:
            row = _row(term, origin)
            wanted.setdefault(_identity(row), row)
        with self._database.read() as session:
            kept = {
                _identity(row._asdict()): row.id
                for row in session.execute(select(*_COLUMNS, TermRow.id))
                if row.origin == origin
            }
        gone = [number for identity, number in kept.items() if identity not in wanted]
        fresh = [row for identity, row in wanted.items() if identity not in kept]
        for start in range(0, max(len(gone), len(fresh)), _BATCH):
            with self._database.write() as session:
                session.execute(delete(TermRow).where(TermRow.id.in_(gone[start : start + _BATCH])))
                if rows := fresh[start : start + _BATCH]:
                    session.connection().execute(insert(_TABLE), rows)
        return len(fresh), len(gone)

    def add(self, term: Term) -> None:
        """Add a term, or change what was added before with the same expression and official term."""
        row = _row(term, "editor")
        with self._database.write() as session:
            session.execute(_same(term.language, term.key, term.official))
            session.connection().execute(insert(_TABLE), [row])

    def remove(self, language: str, words: str, official: str = "") -> int:
        """Remove what an expression stands for (one official term, or all); returns how many went."""
        key = Term(language, words, official, 1.0).key
        with self._database.write() as session:
            gone = session.execute(_same(language, key, official))
            return int(gone.rowcount)  # type: ignore[attr-defined]

    def listing(self, language: str = "", text: str = "", limit: int = 100, offset: int = 0) -> list[tuple[Term, str]]:
        """Return terms with where they come from, in alphabetical order: of one language, with this text in them."""
        query = select(TermRow).order_by(TermRow.language, TermRow.words, TermRow.id).limit(limit).offset(offset)
        if language:
            query = query.where(TermRow.language == language)
        if text:
            query = query.where(
                or_(
                    TermRow.words.contains(text.lower(), autoescape=True),
                    TermRow.official.contains(text, autoescape=True),
                )
            )
        with self._database.read() as session:
            return [(_term(row), row.origin) for row in session.scalars(query)]

    def counts(self) -> dict[str, int]:
        """Return how many terms there are in each language."""
        with self._database.read() as session:
            rows = session.execute(select(TermRow.language, func.count()).group_by(TermRow.language))
            return {row.language: row[1] for row in rows}

    def expansions(self, question: str, language: str) -> list[Expansion]:
        """Return what the words of a question stand for."""
        keys = keys_in(question, language)
        query = select(TermRow).where(TermRow.language == language, TermRow.key.in_(keys))
        found: dict[str, list[Term]] = defaultdict(list)
        with self._database.read() as session:
            for row in session.scalars(query.order_by(TermRow.weight.desc(), TermRow.id)):
                found[row.key].append(_term(row))
        return expansions(question, language, found)


_COLUMNS = (
    TermRow.language,
    TermRow.words,
    TermRow.key,
    TermRow.official,
    TermRow.weight,
    TermRow.kind,
    TermRow.theme,
    TermRow.ambiguous,
    TermRow.origin,
)


def _row(term: Term, origin: str) -> dict[str, Any]:
    values = (term.language, term.words, term.key, term.official, term.weight, term.kind, term.theme, term.ambiguous)
    return dict(zip((column.key for column in _COLUMNS), (*values, origin), strict=True))


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("language", "key", "official", "weight", "kind", "theme", "ambiguous"))


def _same(language: str, key: str, official: str) -> Any:
    mine = delete(TermRow).where(TermRow.language == language, TermRow.key == key)
    return mine.where(TermRow.official == official) if official else mine


def _term(row: TermRow) -> Term:
    return Term(row.language, row.words, row.official, row.weight, row.kind, row.theme, row.ambiguous)
