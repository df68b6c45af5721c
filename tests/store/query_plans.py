"""Query plans of the statements that a store executes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from monitor.store.store import Store


@contextmanager
def plans(store: Store, *parts: str) -> Iterator[list[str]]:
    """The plan of each SELECT with one of these parts that is executed meanwhile, as it is."""
    explained: list[str] = []
    prefix = "EXPLAIN QUERY PLAN " if store._database.is_sqlite else "EXPLAIN "

    def explain(connection, cursor, statement, parameters, context, executemany) -> None:
        if statement.startswith("SELECT") and any(part in statement for part in parts):
            cursor.execute(prefix + statement, parameters)
            explained.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    engine = store._database.engine
    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield explained
    finally:
        event.remove(engine, "before_cursor_execute", explain)
