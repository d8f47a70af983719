"""A PostgreSQL server of the tests' own, started from Debian's package where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

from knowledge.store.database import Database
from knowledge.store.schema import KNOWLEDGE, Schema

_USER = "wegwijzer"
_IN_HASTE = (
    "-c fsync=off -c full_page_writes=off -c autovacuum=off -c jit=off -c checkpoint_timeout=1h -c max_wal_size=4GB"
)
"""Settings for data that need not outlive a crash of the machine, and databases that live for seconds."""


class NoPostgres(Exception):  # noqa: N818 - named for what is the case
    """There is no PostgreSQL on this machine, or it does not start; the message says which."""


class PostgresServer:
    """A running server; every database it makes is its own, and holds nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)
        self._templates: dict[str, str] = {}

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@/{database}?host={self._folder}"

    def new_database(self, schema: Schema | None = None) -> str:
        """Make a database and return its URL: without tables, or with those of a schema, which are made once."""
        if schema is not None and schema.name not in self._templates:
            self._templates[schema.name] = self._create("template1")
            database = Database(self.url(self._templates[schema.name]), schema)
            with database.read():
                pass
            database.close()
        name = self._create(self._templates[schema.name] if schema else "template1")
        if schema is KNOWLEDGE:
            self._run(name, "UPDATE identity SET database_id = :own", own=uuid4().hex)
        return self.url(name)

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._run("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _run(self, database: str, statement: str, **values: str) -> None:
        engine = create_engine(self.url(database).replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement), values)
        engine.dispose()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server that is gone afterwards. Raises NoPostgres."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
    if not binaries[-1].is_file():
        raise NoPostgres("PostgreSQL is not installed (Debian: postgresql)")
    programs = binaries[-1].resolve().parent
    # The path of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    run = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    try:
        if run:
            shutil.chown(folder, "postgres")
        _call(run, programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", _USER, "--no-sync", "-E", "UTF8")
        # Only a socket: no port to be taken, and nothing listens on the network.
        options = f"-k {folder} -c listen_addresses='' -c max_connections=300 {_IN_HASTE}"
        _call(run, programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield PostgresServer(folder)
        finally:
            _call(run, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _call(run: list[str], *command: str | Path) -> None:
    done = subprocess.run([*run, *map(str, command)], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise NoPostgres(f"{Path(command[0]).name} failed: {done.stderr.strip()[-200:]}")
