"""`monitor figures`: figures that articles state, with their kinds and claimants."""

from __future__ import annotations

import typer

from monitor.cli.figures import extract_figures

app = typer.Typer(help="Figures that articles state, and who claims them.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Figures that articles state, and who claims them."""  # keeps `extract` a subcommand


app.command("extract")(extract_figures.extract)
