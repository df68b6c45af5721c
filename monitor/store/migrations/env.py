"""Alembic's entry point: runs the migrations on the connection and transaction of `Schema`.

Migrations have no `downgrade`: going back would have to invent or drop data.  Make a backup with
`monitor db backup` first if you may want to go back.
"""

from __future__ import annotations

from alembic import context

from monitor.store.migrations.declared_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
