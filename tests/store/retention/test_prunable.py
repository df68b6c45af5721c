"""What may be pruned is walked in order of age by an index."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from monitor.store.database.stored_states import Pruned
from monitor.store.retention.prunable import AGED, in_order_of_age
from tests.fakes import NOW


@pytest.mark.parametrize("kind", list(AGED))
def test_old_rows_are_walked_by_an_index(connection: Connection, kind: Pruned) -> None:
    if connection.dialect.name != "sqlite":
        pytest.skip("an empty table of PostgreSQL has no plan worth reading")
    _, aged_at = AGED[kind]
    query = in_order_of_age(kind).where(aged_at < NOW, aged_at >= NOW).limit(5)
    compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    steps = [row[3] for row in plan]
    assert "USING" in steps[0], steps
    assert not any("TEMP B-TREE" in step for step in steps), steps
