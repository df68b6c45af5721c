"""`monitor init`: everything a service needs, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.actions.workspace import create_workspace
from monitor.cli import invocation, output
from monitor.runtime import clock


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where.")] = Path(),
    bare: Annotated[bool, typer.Option("--bare", help="Without the starter feeds.")] = False,
) -> None:
    """Write monitor.toml, make the database, add the starter feeds.  Nothing is overwritten."""
    created = create_workspace(folder, with_starter=not bare, now=clock.now())
    file, count = created.config_file, created.feeds_added
    program = invocation.program()
    command = program if folder == Path() else f"{program} --config {file}"
    state = f"beside it a database {f'with {count} starter feeds' if count else 'without feeds'}"
    output.print_change("wrote", "configuration", str(file), state)
    output.print_note(
        "\n".join(
            (
                "next:",
                f"  {command} subscriptions add me --email you@example.org",
                f"  {command} run",
                "it prints a link to the console, where flagged articles are read and marked",
                f"settings are explained in {file}; `{command} doctor` checks all of it",
            )
        )
    )
