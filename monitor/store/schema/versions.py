"""Which version are the tables of, and is it ours?"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from monitor import failpoints
from monitor.domain.errors import StoreError
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import metadata

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_VERSION_TABLE = "alembic_version"
_UPGRADE_LOCK = 7_238_061_113  # any number, the same in every process


class SchemaState(enum.StrEnum):
    """How the tables of a database stand to this program."""

    EMPTY = "empty"
    BEHIND = "behind"  # an upgrade is due
    CURRENT = "current"
    NEWER = "newer"  # of a version that this program does not know
    FOREIGN = "foreign"  # another program's


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStatus:
    """What was found, and what this program wants."""

    state: SchemaState
    current: str | None  # None: no version of ours
    head: str


class Schema:
    """The version of one database's tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def head(self) -> str:
        """The version this program works with."""
        return versions()[0]

    def current(self) -> str | None:
        """The version the database has; None when it has none of ours."""
        return self.status().current

    def status(self) -> SchemaStatus:
        """How the database stands to this program.  Changes nothing, not even a foreign file."""
        names, current = self._database.read(_look)
        if not self._database.is_sqlite:
            names &= set(metadata.tables)  # a file is one program's, a server may be shared
        return judge(current, versions(), foreign=bool(names))

    def check(self) -> None:
        """Raise StoreError, saying what to do, unless the database is current."""
        status = self.status()
        if status.state is not SchemaState.CURRENT:
            raise StoreError(f"{self._database.name}: {_advice(status)}")

    def upgrade(self, to: str = "head") -> None:
        """Bring the tables up to date, whole or not at all; two that try at once take turns.

        `to` names a version on the way, for tests.  Raise StoreError, and change nothing, for a
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
        from alembic import command  # a tenth of a second that only migrations need
        from alembic.config import Config

        if not self._database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, to)
        failpoints.hit(failpoints.Point.MIGRATING)


def versions() -> list[str]:
    """Ours, the newest first: of the files' names, so that asking for them costs nothing."""
    return sorted(
        (file.name[1:5] for file in (_MIGRATIONS / "versions").glob("v*.py")), reverse=True
    )


def judge(current: str | None, known: list[str], *, foreign: bool) -> SchemaStatus:
    """`known` are our versions, the newest first; `foreign`: there are tables without a version."""
    if current is None:
        state = SchemaState.FOREIGN if foreign else SchemaState.EMPTY
    elif current == known[0]:
        state = SchemaState.CURRENT
    else:
        state = SchemaState.BEHIND if current in known else SchemaState.NEWER
    return SchemaStatus(state=state, current=current, head=known[0])


def _look(connection: Connection) -> tuple[set[str], str | None]:
    names: Any = inspect(connection).get_table_names()
    current = None
    if _VERSION_TABLE in names:
        current = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608 - a constant
    return set(names) - {_VERSION_TABLE}, current


def _advice(status: SchemaStatus) -> str:
    if status.state is SchemaState.FOREIGN:
        return "holds another program's tables; name another database in database.url"
    if status.state is SchemaState.NEWER:
        return (
            f"is of version {status.current}, which this program does not know (it knows "
            f"{status.head}): it was made by a newer one; update, or restore a backup"
        )
    return f"its tables are not up to date (to be {status.head}): run `monitor db upgrade`"
