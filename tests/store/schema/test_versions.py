"""Migrations create the declared tables on both databases, each in one transaction."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection, Engine, MetaData, String, create_engine, inspect, text
from sqlalchemy.types import TypeEngine

from monitor.domain.errors import StoreError
from monitor.store.database import engine
from monitor.store.database.transactions import Database
from monitor.store.migrations import declared_tables
from monitor.store.schema import versions as schema_module
from monitor.store.schema.versions import Schema, SchemaState, compare
from monitor.store.store import PATIENCE, Store
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article
from tests.store_fixtures import Postgresql

# the oldest first
VERSIONS = [
    version.revision for version in ScriptDirectory(str(schema_module._MIGRATIONS)).walk_revisions()
][::-1]

REMOVED = {"has_themes"}  # columns that a later version has no more


def test_files_are_named_by_their_versions() -> None:
    assert schema_module.known_versions() == VERSIONS[::-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Postgresql = request.getfixturevalue("postgresql")
    with server.database(template="template0") as url:
        yield url


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(engine.read_url(empty_url), patience=PATIENCE)
    yield database
    database.close()


def schema_of(connectable: Engine) -> dict[str, Any]:
    """Every table as the database describes it; more than Alembic's own comparison sees."""
    look = inspect(connectable)
    return {
        name: {
            "columns": [
                {**column, "type": str(column["type"].compile(connectable.dialect))}
                for column in look.get_columns(name)
            ],
            "primary key": look.get_pk_constraint(name),
            "references": look.get_foreign_keys(name),
            "unique": sorted(look.get_unique_constraints(name), key=str),
            "checks": sorted(look.get_check_constraints(name), key=str),
            "indexes": sorted(
                (
                    {**index, "dialect_options": str_values(index.get("dialect_options", {}))}
                    for index in look.get_indexes(name)
                ),
                key=str,
            ),
        }
        for name in look.get_table_names()
        if is_declared(name)
    }


def is_declared(name: str) -> bool:
    """Whether SQLAlchemy knows the table: it has no words for the index of the search."""
    return name != "alembic_version" and not name.startswith("article_words")


def is_index_of_words(change: Any) -> bool:
    """Whether a difference is that the migrations made the index of the search."""
    kind, item = change[:2]
    name = item.table.name if kind == "remove_index" else getattr(item, "name", "")
    return kind.startswith("remove_") and not is_declared(name)


def str_values(options: dict[str, Any]) -> dict[str, str]:
    """The conditions of partial indexes as text, because the objects are never equal."""
    return {name: str(value) for name, value in options.items()}


def fill(connection: Connection) -> dict[str, dict[str, Any]]:
    """Insert a row with the keys "x" into every table; return the rows by table."""
    metadata = MetaData()
    metadata.reflect(connection)
    rows = {}
    for table in metadata.sorted_tables:
        # these have their row
        if is_declared(table.name) and table.name not in ("search_indexes", "event_logs"):
            values = {column.name: _sample_value(column.type) for column in table.columns}
            connection.execute(table.insert(), values)
            rows[table.name] = rows_of(connection, table.name)[0]
    return rows


def rows_of(connection: Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def _sample_value(kind: TypeEngine[Any]) -> Any:
    """A value for a column of this type."""
    values: dict[type, Any] = {str: "x", bytes: b"x", int: 1, float: 0.5, bool: True}
    values |= {datetime: NOW, date: NOW.date()}
    return [] if isinstance(kind, JSON) else values[kind.python_type]


class TestUpgrade:
    def test_leaves_nothing_to_migrate(self, empty: Database) -> None:
        Schema(empty).upgrade()
        with empty.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, declared_tables.metadata)
            assert [change for change in differences if not is_index_of_words(change)] == []

    def test_creates_the_declared_tables_column_by_column(
        self, empty: Database, request: pytest.FixtureRequest, tmp_path: Path
    ) -> None:
        Schema(empty).upgrade()
        migrated = schema_of(empty.engine)
        if empty.is_sqlite:
            declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
            declared_tables.metadata.create_all(declared)
            assert migrated == schema_of(declared)
            declared.dispose()
            return
        with request.getfixturevalue("postgresql").database(template="template0") as url:
            declared = create_engine(engine.read_url(url))
            declared_tables.metadata.create_all(declared)
            assert migrated == schema_of(declared)
            declared.dispose()

    def test_a_second_time_changes_nothing(self, empty: Database) -> None:
        schema = Schema(empty)
        schema.upgrade()
        before = schema_of(empty.engine)
        schema.upgrade()
        assert schema_of(empty.engine) == before
        assert schema.current() == schema.head() == VERSIONS[-1]

    @pytest.mark.parametrize("version", VERSIONS)
    def test_keeps_the_rows_of_a_database_of_any_version(
        self, empty: Database, version: str
    ) -> None:
        schema = Schema(empty)
        schema.upgrade(to=version)
        assert schema.current() == version
        before = empty.write(fill)
        schema.upgrade()
        assert before
        after = empty.read(lambda connection: {name: rows_of(connection, name) for name in before})
        for name, row in before.items():
            stays = {column: value for column, value in row.items() if column not in REMOVED}
            assert after[name] == [after[name][0] | stays], name

    def test_enforces_foreign_keys_again_afterwards(self, tmp_path: Path) -> None:
        with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
            store.schema.upgrade()
            on = store._database.read(
                lambda connection: connection.scalar(text("PRAGMA foreign_keys"))
            )
            assert on == 1

    def test_that_breaks_a_foreign_key_is_rolled_back(self, tmp_path: Path) -> None:
        with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
            orphan = text("INSERT INTO alert_articles VALUES ('nobody', 0, 'nothing')")
            with pytest.raises(StoreError, match="alert_articles refers to nothing"):
                store._database.without_foreign_keys(lambda connection: connection.execute(orphan))
            left = store._database.read(
                lambda connection: connection.scalar(text("SELECT count(*) FROM alert_articles"))
            )
            assert left == 0

    def test_that_copies_a_table_keeps_the_rows_that_refer_to_it(self, sqlite_url: str) -> None:
        """Dropping the original would also delete the rows of alert_articles."""

        def widen(connection: Connection) -> None:
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("alerts", recreate="always") as table:
                table.alter_column("last_error", type_=String(2_000))

        feed, asker = a_feed(), a_subscription()
        article = an_article(feed=feed)
        alert = an_alert(article, asker)
        with Store.open(sqlite_url) as store:
            store.feeds.add(feed)
            store.subscriptions.add(asker)
            store.commit([a_poll(feed, article, alerts=(alert,))])
            store._database.without_foreign_keys(widen)
            assert store.outbox.list() == [alert]


class TestNames:
    def test_every_constraint_and_index_has_one(self) -> None:
        for table in declared_tables.metadata.sorted_tables:
            for item in [*table.constraints, *table.indexes]:
                assert re.fullmatch(rf"(pk|uq|ix|fk|ck)_{table.name}\w*", str(item.name)), item

    def test_of_tables_are_plural(self) -> None:
        names = set(declared_tables.metadata.tables) - {"people"}  # a plural without its letter
        assert all(name.endswith("s") for name in names)


@pytest.mark.parametrize(
    ("current", "foreign", "state"),
    [
        (None, False, SchemaState.EMPTY),
        (None, True, SchemaState.FOREIGN),
        ("0003", True, SchemaState.CURRENT),
        ("0002", True, SchemaState.BEHIND),
        ("0001", True, SchemaState.BEHIND),
        ("0004", True, SchemaState.NEWER),
        ("deadbeef", True, SchemaState.NEWER),
    ],
)
def test_a_version_is_compared_with_the_known_ones(
    current: str | None, foreign: bool, state: SchemaState
) -> None:
    status = compare(current, ["0003", "0002", "0001"], foreign=foreign)
    assert (status.state, status.current, status.head) == (state, current, "0003")


class TestRefusal:
    def test_of_a_newer_database_says_what_to_do(self, database_url: str) -> None:
        with Store.open(database_url) as store:
            store._database.write(
                lambda connection: connection.execute(
                    text("UPDATE alembic_version SET version_num = '9999'")
                )
            )
        for upgrade in (None, False, True):
            with pytest.raises(StoreError, match="version 9999, which this program does not know"):
                Store.open(database_url, upgrade=upgrade)

    def test_of_another_programs_tables_leaves_them_unchanged(
        self, empty: Database, empty_url: str
    ) -> None:
        empty.write(lambda connection: connection.execute(text("CREATE TABLE feeds (mine TEXT)")))
        before = schema_of(empty.engine)
        for upgrade in (False, True):
            with pytest.raises(StoreError, match="another program's tables"):
                Store.open(empty_url, upgrade=upgrade)
        assert schema_of(empty.engine) == before

    def test_of_an_empty_database_names_the_command(self, empty_url: str) -> None:
        with pytest.raises(StoreError, match="monitor db upgrade"):
            Store.open(empty_url, upgrade=False)

    def test_of_postgresql_is_the_default(self, postgresql: Postgresql) -> None:
        with postgresql.database(template="template0") as url:
            with pytest.raises(StoreError, match="run `monitor db upgrade`"):
                Store.open(url)
            Store.open(url, upgrade=True).close()
            Store.open(url).close()

    def test_ignores_other_tables_of_a_shared_server(self, postgresql: Postgresql) -> None:
        with postgresql.database(template="template0") as url:
            database = Database(engine.read_url(url), patience=PATIENCE)
            database.write(
                lambda connection: connection.execute(text("CREATE TABLE other (a INT)"))
            )
            database.close()
            Store.open(url, upgrade=True).close()


# Upgrades, and dies by SIGKILL when the n-th statement of the migration has run.
_DOOMED = """
import os, signal, sys
from sqlalchemy import event
from monitor.store.database import engine
from monitor.store.database.transactions import Database
from monitor.store.schema.versions import Schema
from monitor.store.store import PATIENCE

url, last = sys.argv[1], int(sys.argv[2])
database = Database(engine.read_url(url), patience=PATIENCE)
schema, seen = Schema(database), [0]

def count(connection, cursor, statement, *_):
    seen[0] += "CREATE" in statement or "alembic_version" in statement
    if seen[0] == last:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(database.engine, "after_cursor_execute", count)
schema.upgrade()
"""


@pytest.mark.parametrize("statements", [1, 4, 14])
def test_a_killed_upgrade_changes_nothing(empty: Database, empty_url: str, statements: int) -> None:
    doomed = [sys.executable, "-c", _DOOMED, empty_url, str(statements)]
    ended = subprocess.run(doomed, timeout=30, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert inspect(empty.engine).get_table_names() == []
    Store.open(empty_url, upgrade=True).close()
    assert Schema(empty).status().state is SchemaState.CURRENT


def test_upgrades_at_the_same_time_take_turns(empty_url: str) -> None:
    opening = (
        "import sys; from monitor.store.store import Store; Store.open(sys.argv[1], upgrade=True)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", opening, empty_url], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors.decode()
    Store.open(empty_url, upgrade=False).close()
