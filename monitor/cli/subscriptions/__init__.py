"""`monitor subscriptions`: subscribers with filters, destinations, schedules; wired here."""

from __future__ import annotations

import typer

from monitor.cli.subscriptions import (
    add_subscription,
    edit_subscription,
    list_subscriptions,
    pause_resume,
    preview_alerts,
    remove_subscription,
    rotate_secret,
    send_trial,
    show_links,
)

app = typer.Typer(help="Who gets which alerts, how and when.", no_args_is_help=True)
app.command("add")(add_subscription.add)
app.command("list")(list_subscriptions.list_subscriptions)
app.command("show")(list_subscriptions.show_subscription)
app.command("edit")(edit_subscription.edit)
app.command("preview")(preview_alerts.preview)
app.command("pause")(pause_resume.pause)
app.command("resume")(pause_resume.resume)
app.command("remove")(remove_subscription.remove)
app.command("links")(show_links.show_links)
app.command("rotate")(rotate_secret.rotate)
app.command("test")(send_trial.send_trial_message)
