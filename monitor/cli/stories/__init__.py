"""`monitor stories`: which articles report one event."""

from __future__ import annotations

import typer

from monitor.cli.stories import grouping

app = typer.Typer(help="Group articles that report one event.", no_args_is_help=True)
app.callback()(grouping.keep_verb)
app.command("assign")(grouping.assign)
