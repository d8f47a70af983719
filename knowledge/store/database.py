"""Opening a database: a SQLite file set up for many readers and one writer, or PostgreSQL with the same promises."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from knowledge.errors import NamedFailure
from knowledge.store.schema import KNOWLEDGE, Schema

_WAIT_SECONDS, _MIGRATION_SECONDS = 10, 600
"""How long a writer waits for the writer before it, and for one that brings a large database up to date."""
_LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL's code for a wait that took too long."""


class SchemaMismatch(NamedFailure):
    """The database was made by a newer version of the program."""


class DatabaseUnusable(NamedFailure):
    """A database cannot be opened: a wrong address, no server, no driver, a damaged file; the message says which."""


class DatabaseBusy(NamedFailure):
    """Other writers had a database for too long."""


class Database:
    """One database. Readers see one moment and never block; of the writers there is one at a time.

    SQLite: WAL, a writer takes the lock as its transaction begins (BEGIN IMMEDIATE). PostgreSQL: a writer takes an
    advisory lock for as long as its transaction, so that lines of a log become visible in the order of their numbers.
    """

    def __init__(self, where: Path | str, schema: Schema = KNOWLEDGE) -> None:
        """`where` is a file, or the URL of a PostgreSQL database. Raises DatabaseUnusable for another URL."""
        self.url = _url(where)
        self.schema = schema
        self._engine: Engine | None = None
        self._opening = Lock()

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database or "") if self.sqlite else None

    @property
    def sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def __str__(self) -> str:
        """Say where it is; passwords are hidden."""
        if self.sqlite:
            return str(self.path)
        shown = {name: "***" if "password" in name else value for name, value in self.url.query.items()}
        return self.url.set(drivername="postgresql", query=shown).render_as_string()

    @property
    def engine(self) -> Engine:
        """The engine; tables are made and brought up to date at first use. Raises SchemaMismatch, DatabaseUnusable."""
        with self._opening:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads, all of it at one moment."""
        engine = self.engine
        if not self.sqlite:
            engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with Session(engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One write transaction: committed on leaving, rolled back on an exception. Raises DatabaseBusy."""
        try:
            with Session(self.engine.execution_options(write=True)) as session, session.begin():
                yield session
        except OperationalError as error:
            if _waited_in_vain(error):
                raise DatabaseBusy(f"{self} is being written by another process; try again when it is done.") from error
            raise

    def flaw(self, *, thorough: bool) -> str:
        """Return what is wrong, "" if nothing; `thorough` has SQLite read its whole file. Raises what opening does."""
        with self.engine.connect() as connection:
            self.schema.found(connection)
            if not (self.sqlite and thorough):
                return ""
            found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
            return "" if found == "ok" else f"{self.path}: {found}"

    def close(self) -> None:
        """Close all connections; the next use opens them again."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _open(self) -> Engine:
        engine = self._file_engine() if self.sqlite else self._server_engine()
        try:
            if self.path is not None:
                _prepare_file(self.path, engine)
            self._bring_up_to_date(engine)
        except (DBAPIError, OSError) as error:
            engine.dispose()
            reason = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
            raise DatabaseUnusable(f"{self} cannot be opened: {reason}.") from error
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _file_engine(self) -> Engine:
        engine = create_engine(self.url, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        return engine

    def _server_engine(self) -> Engine:
        # A server that does not answer at all is given up too.
        url = self.url.update_query_dict({"connect_timeout": str(_WAIT_SECONDS)} | dict(self.url.query))
        try:
            engine = create_engine(url, pool_size=10, max_overflow=40, pool_pre_ping=True)
        except ImportError as error:
            raise DatabaseUnusable("PostgreSQL needs the driver psycopg: pip install 'wegwijzer[postgres]'.") from error
        lock = f"SELECT pg_advisory_xact_lock({self.schema.lock})"

        def on_begin(connection: Connection) -> None:
            options = connection.get_execution_options()
            if options.get("write"):
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{options.get('wait', _WAIT_SECONDS)}s'")
                connection.exec_driver_sql(lock)

        event.listen(engine, "begin", on_begin)
        return engine

    def _bring_up_to_date(self, engine: Engine) -> None:
        with engine.connect() as connection:
            found = self.schema.found(connection)
        if found == self.schema.head:
            return
        self._refuse_newer(found)
        # Several processes may migrate at once: one does it, the others wait and find it done.
        with engine.execution_options(write=True, wait=_MIGRATION_SECONDS).begin() as connection:
            self._refuse_newer(found := self.schema.found(connection))
            if found != self.schema.head:
                self.schema.upgrade(connection)

    def _refuse_newer(self, found: str | None) -> None:
        if found is not None and found not in self.schema.versions:
            raise SchemaMismatch(
                f"{self} has version {found} of the {self.schema.name} database; this program knows it up to "
                f"{self.schema.head}. Use the program version that made it, or a newer one."
            )


def _url(where: Path | str) -> URL:
    if isinstance(where, Path):
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise DatabaseUnusable("The address of the database is not a URL; give postgresql://user@host/name.") from None
    if url.get_backend_name() != "postgresql":
        raise DatabaseUnusable(f"{url.drivername}: not a known kind of database; give postgresql://user@host/name.")
    return url.set(drivername="postgresql+psycopg")


def _prepare_file(path: Path, engine: Engine) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if driver.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            # Several processes may start on an empty home at once. WAL is a property of the file, set once.
            with FileLock(f"{path}.lock"):
                driver.execute("PRAGMA journal_mode=WAL")


def _on_connect(connection: Any, _record: Any) -> None:
    # SQLAlchemy, not the driver, says when a transaction begins (see _on_begin).
    connection.isolation_level = None
    for pragma in (f"busy_timeout={_WAIT_SECONDS * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("write"):
        connection.exec_driver_sql("BEGIN")
        return
    wait = options.get("wait", _WAIT_SECONDS) * 1000
    connection.connection.driver_connection.execute(f"PRAGMA busy_timeout={wait}").close()  # type: ignore[union-attr]
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _waited_in_vain(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code == sqlite3.SQLITE_BUSY or getattr(error.orig, "sqlstate", "") == _LOCK_NOT_AVAILABLE
