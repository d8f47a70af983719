"""Opening the knowledge database: SQLite in the home folder, set up for many readers and one writer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import URL, Engine, create_engine, event, inspect, select
from sqlalchemy.orm import Session

from knowledge.errors import NamedFailure
from knowledge.store.tables import Base, SchemaRow

SCHEMA_VERSION = 1


class SchemaMismatch(NamedFailure):
    """The database was made by another version of the program."""


class Database:
    """One SQLite file. Readers never block; a writer takes the lock as its transaction begins (BEGIN IMMEDIATE)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """The engine; the file and its tables are made at first use. Raises SchemaMismatch."""
        if self._engine is None:
            self._engine = self._open()
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One write transaction: committed on leaving, rolled back on an exception."""
        engine = self.engine.execution_options(write=True)
        with Session(engine) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections; the next use opens them again."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _open(self) -> Engine:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(URL.create("sqlite", database=str(self.path)), connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        if not inspect(engine).has_table(SchemaRow.__tablename__):
            # Several processes may start on an empty home at once: one makes the tables, the others find them.
            with FileLock(f"{self.path}.lock"):
                _make(engine)
        with engine.connect() as connection:
            found = connection.execute(select(SchemaRow.version)).scalar()
        if found != SCHEMA_VERSION:
            raise SchemaMismatch(
                f"{self.path} has schema version {found}, this program needs {SCHEMA_VERSION}. "
                "Use the program version that made it, or import into a fresh home."
            )
        return engine


def _make(engine: Engine) -> None:
    if inspect(engine).has_table(SchemaRow.__tablename__):
        return
    with engine.connect() as connection:
        # WAL is a property of the file: set once, while nobody else has it open.
        connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
    with engine.execution_options(write=True).begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(SchemaRow.__table__.insert().values(version=SCHEMA_VERSION))  # type: ignore[attr-defined]


def _on_connect(connection: Any, _record: Any) -> None:
    # SQLAlchemy, not the driver, says when a transaction begins (see _on_begin).
    connection.isolation_level = None
    for pragma in ("busy_timeout=10000", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Any) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")
