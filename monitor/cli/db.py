"""`monitor db`: upgrade, back up and index the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import invocation, output

app = typer.Typer(help="Upgrade, back up and index the database.", no_args_is_help=True)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to this program's schema.  SQLite does so by itself at start."""
    from monitor.actions.operations.backups import upgrade_database

    revision = upgrade_database(invocation.settled_settings(context))
    output.print_note(f"the database is at revision {revision}")


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
) -> None:
    """Copy a SQLite database while the service runs."""
    from monitor.actions.operations.backups import back_up_database

    with invocation.open_store(context) as store:
        back_up_database(store, file)
    output.print_note(f"copied to {file}")


@app.command()
def index(context: typer.Context) -> None:
    """Index the words of articles stored before there was a search; `monitor run` does so, too."""
    from monitor.actions.reading.searches import rebuild_index_step

    with invocation.open_store(context) as store:
        progress = rebuild_index_step(store)
        while not progress.is_complete:
            output.print_note(f"{progress.indexed:,} of {progress.articles:,} articles")
            progress = rebuild_index_step(store)
    output.print_note(f"the search index has the words of all {progress.articles:,} articles")
