"""Alembic's entry: runs the versions on the connection, in the transaction, of `schema.Schema`.

Versions only go up, and have no `downgrade`: a way back would have to invent or drop what people
were told.  Who may want to go back makes a `monitor db backup` first.
"""

from __future__ import annotations

from alembic import context

from monitor.store.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
