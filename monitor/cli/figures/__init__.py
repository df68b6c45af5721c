"""`monitor figures`: figures that articles state, with their kinds and claimants."""

from __future__ import annotations

import typer

from monitor.cli.figures import extract_figures, stored_figures

app = typer.Typer(help="Figures that articles state, and who claims them.", no_args_is_help=True)
app.command("list")(stored_figures.list_)
app.command("correct")(stored_figures.correct)
app.command("extract")(extract_figures.extract)
