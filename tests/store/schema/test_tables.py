"""The tables that queries use: each has a key, and a revision has what an edit may change."""

from __future__ import annotations

from sqlalchemy import Connection, select

from monitor.domain.alerts import AlertState
from monitor.store.schema import tables
from tests.store.schema import rows


def test_every_table_has_a_primary_key_of_a_known_name():
    names = {name: table.primary_key.name for name, table in tables.metadata.tables.items()}
    assert names == {name: f"pk_{name}" for name in names}


def test_a_revision_has_every_column_that_an_edit_may_change():
    fixed = {"key", "copy_key", "feed_key", "seen_at", "backlog", "alias", "opens_other_gate"}
    assert set(tables.revisions.c.keys()) == set(tables.articles.c.keys()) - fixed | {"article_key"}
    for name in set(tables.revisions.c.keys()) - {"article_key"}:
        assert tables.revisions.c[name].nullable == tables.articles.c[name].nullable


def test_a_condition_in_a_query_selects_the_alerts_of_its_state(connection: Connection):
    conditions = {
        AlertState.PENDING: tables.IS_PENDING,
        AlertState.HELD: tables.IS_HELD,
        AlertState.DEAD: tables.IS_DEAD,
        AlertState.SILENCED: tables.IS_SILENCED,
    }
    rows.add_article(connection)
    for state in conditions:
        rows.add_alert(connection, key=state, state=state)
    for state, condition in conditions.items():
        keys = connection.scalars(select(tables.alerts.c.key).where(condition)).all()
        assert keys == [state]
