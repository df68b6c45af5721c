"""`monitor db`: the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import invocation, output

app = typer.Typer(help="Upgrade and back up the database.", no_args_is_help=True)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to this program's schema.  SQLite does so by itself at start."""
    from monitor.runtime import build

    chosen = invocation.settled_settings(context)
    with build.open_store(chosen, upgrade=True) as store:
        output.note(f"the database is at revision {store.schema.current()}")


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to; never overwritten.")],
) -> None:
    """Copy a SQLite database while the service runs."""
    with invocation.open_store(context) as store:
        store.backup(file)
    output.note(f"copied to {file}")
