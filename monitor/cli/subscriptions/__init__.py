"""`monitor subscriptions`: who is told of what, how and when.  One file per group of commands."""

from __future__ import annotations

import typer

from monitor.cli.subscriptions import (
    add,
    edit,
    links,
    listing,
    rotate,
    state,
    trial,
)

app = typer.Typer(help="Who is told of what, how and when.", no_args_is_help=True)
app.command("add")(add.add)
app.command("list")(listing.list_subscriptions)
app.command("show")(listing.show_subscription)
app.command("edit")(edit.edit)
app.command("pause")(state.pause)
app.command("resume")(state.resume)
app.command("remove")(state.remove)
app.command("links")(links.show_links)
app.command("rotate")(rotate.rotate)
app.command("test")(trial.send_trial_message)
