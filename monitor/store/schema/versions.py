"""The version of the database schema: read, compared with this program's, and upgraded."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from monitor import failpoints
from monitor.domain.errors import StoreError
from monitor.store.database.advisory_locks import AdvisoryLock, take_lock
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import metadata

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_VERSION_TABLE = "alembic_version"


class SchemaState(enum.StrEnum):
    """The schema of a database, compared with the one this program needs."""

    EMPTY = "empty"
    BEHIND = "behind"  # an upgrade is needed
    CURRENT = "current"
    NEWER = "newer"  # of a version unknown to this program
    FOREIGN = "foreign"  # another program's


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStatus:
    """The version of a database, and the one this program needs."""

    state: SchemaState
    current: str | None  # None: no known version
    head: str


class Schema:
    """The version of one database's tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def head(self) -> str:
        """The version this program needs."""
        return known_versions()[0]

    def current(self) -> str | None:
        """The version of the database; None when it has no known version."""
        return self.status().current

    def status(self) -> SchemaStatus:
        """Compare the database with this program; changes nothing, not even a foreign file."""
        names, current = self._database.read(_look)
        if not self._database.is_sqlite:
            names &= set(metadata.tables)  # a file has one program, a server may be shared
        return compare(current, known_versions(), foreign=bool(names))

    def check(self) -> None:
        """Raise StoreError, saying what to do, unless the database is current."""
        status = self.status()
        if status.state is not SchemaState.CURRENT:
            raise StoreError(f"{self._database.name}: {_advice(status)}")

    def upgrade(self, to: str = "head") -> None:
        """Upgrade the tables in one transaction; two processes that try at once take turns.

        `to` names an earlier version, for tests.  Raise StoreError, and change nothing, for a
        newer or foreign database.
        """
        status = self.status()
        if status.state in (SchemaState.NEWER, SchemaState.FOREIGN):
            raise StoreError(f"{self._database.name}: {_advice(status)}")
        if self._database.is_sqlite:
            self._database.without_foreign_keys(lambda connection: self._upgrade(connection, to))
        else:
            self._database.write(lambda connection: self._upgrade(connection, to))

    def _upgrade(self, connection: Connection, to: str) -> None:
        from alembic import command  # its import takes 0.1 s; only migrations need it
        from alembic.config import Config

        take_lock(connection, AdvisoryLock.MIGRATIONS)
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, to)
        failpoints.hit(failpoints.Point.MIGRATING)


def known_versions() -> list[str]:
    """The known versions, the newest first, from the names of the migration files."""
    return sorted(
        (file.name[1:5] for file in (_MIGRATIONS / "versions").glob("v*.py")), reverse=True
    )


def compare(current: str | None, versions: list[str], *, foreign: bool) -> SchemaStatus:
    """`versions` are the known ones, newest first; `foreign`: there are tables without version."""
    if current is None:
        state = SchemaState.FOREIGN if foreign else SchemaState.EMPTY
    elif current == versions[0]:
        state = SchemaState.CURRENT
    else:
        state = SchemaState.BEHIND if current in versions else SchemaState.NEWER
    return SchemaStatus(state=state, current=current, head=versions[0])


def _look(connection: Connection) -> tuple[set[str], str | None]:
    names: Any = inspect(connection).get_table_names()
    current = None
    if _VERSION_TABLE in names:
        current = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608 - a constant
    return set(names) - {_VERSION_TABLE}, current


def _advice(status: SchemaStatus) -> str:
    if status.state is SchemaState.FOREIGN:
        return "holds another program's tables: set database.url to another database"
    if status.state is SchemaState.NEWER:
        return (
            f"has version {status.current}, which this program does not know (it knows "
            f"{status.head}): a newer program made it; update this one, or restore a backup"
        )
    return f"its tables are not up to date (needed: {status.head}): run `monitor db upgrade`"
