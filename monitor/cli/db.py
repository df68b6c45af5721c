"""`monitor db`: the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import setting, show

app = typer.Typer(help="Upgrade and back up the database.", no_args_is_help=True)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to this program's schema.  SQLite does so by itself at start."""
    from monitor import app as parts

    chosen = setting.settled_settings(context)
    with parts.open_store(chosen, upgrade=True) as store:
        show.note(f"the database is at revision {store.schema.current()}")


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to; never overwritten.")],
) -> None:
    """Copy a SQLite database while the service runs."""
    with setting.open_store(context) as store:
        store.backup(file)
    show.note(f"copied to {file}")
