"""What a database must look like: its tables, and the migrations that bring an older one there."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, MetaData, inspect, text

from knowledge.store.tables import Base

_ENVIRONMENT = Path(__file__).parent / "migrations"
_MIGRATING = Lock()
"""One migration at a time in this process: Alembic keeps the connection that it works on in a module."""


@dataclass(frozen=True)
class Schema:
    """One of the databases of an installation: its name, its tables, the folder with its migrations.

    A migration is a file `NNNN_what.py` whose revision is `NNNN`; the highest is the head. The version of a database
    stands in the table `<name>_version` of Alembic, so that two schemas may share one PostgreSQL database.
    """

    name: str
    metadata: MetaData
    migrations: Path

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """The versions this program knows, oldest first."""
        return tuple(sorted(file.name[:4] for file in self.migrations.glob("[0-9]*.py")))

    @property
    def head(self) -> str:
        return self.versions[-1]

    @property
    def version_table(self) -> str:
        return f"{self.name}_version"

    @property
    def lock(self) -> int:
        """The key of the PostgreSQL advisory lock that writers of this schema take."""
        return zlib.crc32(f"wegwijzer {self.name}".encode())

    def found(self, connection: Connection) -> str | None:
        """Return the version of a database, None for one without these tables."""
        if not inspect(connection).has_table(self.version_table):
            return None
        found = connection.execute(text(f"SELECT version_num FROM {self.version_table}")).scalar()  # noqa: S608
        return str(found) if found is not None else None

    def upgrade(self, connection: Connection) -> None:
        """Run the migrations that are still to be run, in the transaction of `connection`."""
        # Alembic is loaded for this alone, so that a command on a home that is up to date starts fast.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_ENVIRONMENT).replace("%", "%%"))
        config.set_main_option("version_locations", str(self.migrations).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.attributes.update(connection=connection, schema=self)
        with _MIGRATING:
            command.upgrade(config, "head")


KNOWLEDGE = Schema("knowledge", Base.metadata, _ENVIRONMENT / "versions")
