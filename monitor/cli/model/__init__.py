"""`monitor model`: train, judge, evaluate, show and switch topic packs."""

from __future__ import annotations

import typer

from monitor.cli.model import packs, recall, training

app = typer.Typer(help="Train, evaluate, show and switch topic packs.", no_args_is_help=True)
app.command("show")(packs.show)
app.command("judge")(packs.judge)
app.command("evaluate")(packs.evaluate)
app.command("golden")(packs.golden)
app.command("recall")(recall.recall)
app.command("train")(training.train)
app.command("promote")(training.promote)
app.command("rollback")(training.rollback)
