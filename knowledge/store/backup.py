"""Copies of whole databases: a backup is one SQLite file a database, whatever kind of database it was taken from."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from knowledge.errors import NamedFailure
from knowledge.store.database import Database, DatabaseUnusable, SchemaMismatch
from knowledge.store.tables import IdentityRow, SchemaRow

_BATCH = 500
_OF_EVERY_DATABASE = (IdentityRow.__tablename__, SchemaRow.__tablename__)
_PATIENCE = 10
"""Seconds that a copy waits for a writer."""

Counts = dict[str, int]
"""Name of a table -> rows."""


class BackupDamaged(NamedFailure):
    """A file of a backup is not what was written; the message says which and how."""


class CopyFailed(NamedFailure):
    """A copy could not be written, or put back; the message says why. What was there before is still there."""


def copy_to_file(database: Database, file: Path) -> Counts:
    """Copy a database as it is at one moment, while it is used, and check the copy. Raises CopyFailed, BackupDamaged.

    `file` must not exist; it is complete or absent afterwards.
    """
    _ = database.engine
    part = file.with_name(f"{file.name}.part")
    try:
        with _named(f"{file} could not be written"):
            _remove(part)
            _copy_file(database.path, part) if database.path is not None else _copy_server(database, part)
            counts = check_file(database, part)
            part.rename(file)
    finally:
        _remove(part)
    return counts


def holds_something(database: Database) -> bool:
    """Whether a database holds anything that an empty one does not."""
    with database.read() as session:
        tables = [one for one in database.schema.metadata.sorted_tables if one.name not in _OF_EVERY_DATABASE]
        return any(session.execute(select(table).limit(1)).first() for table in tables)


def check_file(database: Database, file: Path) -> Counts:
    """Return the rows of a copy, table by table; nothing is written.

    Raises BackupDamaged where SQLite finds it broken or foreign, SchemaMismatch for one of a newer program.
    """
    schema = database.schema
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            flaw = connection.execute("PRAGMA integrity_check").fetchone()[0]
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if flaw != "ok" or schema.version_table not in names:
                raise BackupDamaged(f"{file.name} is not a whole copy of the {schema.name} database: {flaw}.")
            (version,) = connection.execute(f"SELECT version_num FROM {schema.version_table}").fetchone() or ("",)  # noqa: S608
            if version not in schema.versions:
                raise SchemaMismatch(
                    f"{file.name} has version {version} of the {schema.name} database; this program knows it up to "
                    f"{schema.head}. Use the program version that made it, or a newer one."
                )
            tables = [table.name for table in schema.metadata.sorted_tables if table.name in names]
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # noqa: S608
    except sqlite3.Error as error:
        raise BackupDamaged(f"{file.name} cannot be read: {error}.") from error


def restore_from_file(file: Path, database: Database) -> Counts:
    """Let a database hold what a copy holds, in one move, also while it is used; returns the rows it then held.

    A copy of an older version is brought up to date first. The restored database is another one than before, so that
    every index of it is built anew. Raises SchemaMismatch, CopyFailed.
    """
    _ = database.engine
    with TemporaryDirectory() as folder, _named(f"{file} could not be put back; {database} is as it was"):
        fresh = Path(folder) / file.name
        shutil.copyfile(file, fresh)
        with closing(Database(fresh, database.schema)) as copy:
            _make_another(copy)
            if database.path is not None:
                _leave_wal(copy)
                counts = check_file(database, fresh)
                with closing(sqlite3.connect(fresh)) as source:
                    _move(source, database.path)
                return counts
            with copy.read() as source_session, database.write() as target_session:
                _copy_rows(database, source_session, target_session)
                _go_on_counting(database, target_session.connection())
                return {table.name: _count(target_session, table) for table in database.schema.metadata.sorted_tables}


def _remove(file: Path) -> None:
    """Remove a database file, and what SQLite and locks leave beside it."""
    for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)


def _copy_file(source_file: Path, target_file: Path) -> None:
    with closing(sqlite3.connect(source_file)) as source:
        _move(source, target_file)
    with closing(sqlite3.connect(target_file)) as target:
        target.execute("PRAGMA journal_mode=DELETE")


def _copy_server(database: Database, file: Path) -> None:
    with closing(Database(file, database.schema)) as copy:
        with database.read() as source, copy.write() as target:
            _copy_rows(database, source, target)
        _leave_wal(copy)


def _move(source: sqlite3.Connection, target_file: Path) -> None:
    """Let a file hold what `source` holds, in one transaction of its own."""

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise sqlite3.OperationalError("another process is writing for too long")

    with closing(sqlite3.connect(target_file, timeout=_PATIENCE)) as target:
        source.backup(target, progress=progress)


def _make_another(copy: Database) -> None:
    """Give the copy an identity of its own, where the schema has one."""
    with copy.write() as session:
        if IdentityRow.__table__ in copy.schema.metadata.sorted_tables:
            session.execute(delete(IdentityRow))
            session.add(IdentityRow(database_id=uuid4().hex))


def _copy_rows(database: Database, source: Session, target: Session) -> None:
    """Replace all rows; also a fresh database has some."""
    tables = database.schema.metadata.sorted_tables
    for table in reversed(tables):
        target.execute(delete(table))
    for table in tables:
        rows = source.execute(select(table).execution_options(yield_per=_BATCH))
        for part in rows.mappings().partitions(_BATCH):
            target.execute(insert(table), [dict(row) for row in part])


def _go_on_counting(database: Database, connection: Connection) -> None:
    """Set PostgreSQL's counters behind the highest number restored. They only rise: no rollback sets them back."""
    for table in database.schema.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
            counter = text(
                "SELECT setval(name::regclass, greatest(:next, nextval(name::regclass)), false) "
                "FROM pg_get_serial_sequence(:table, :column) AS name"
            )
            connection.execute(counter, {"table": table.name, "column": column.name, "next": highest + 1})


def _leave_wal(database: Database) -> None:
    """Fold everything into the one file."""
    database.close()
    with closing(sqlite3.connect(database.path or "")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _count(session: Session, table: Table) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Turn what a full disk, a folder without rights or a lost server raises into a failure with a name."""
    try:
        yield
    except (OSError, sqlite3.Error, DBAPIError, DatabaseUnusable) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0].removesuffix(".")
        raise CopyFailed(f"{what}: {reason}.") from error
