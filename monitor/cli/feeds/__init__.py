"""`monitor feeds`: the feeds to poll.  One file per group of commands, wired here."""

from __future__ import annotations

import typer

from monitor.cli.feeds import add, change, check, listing, lists

app = typer.Typer(help="The news feeds to poll.", no_args_is_help=True)
app.command("add")(add.add)
app.command("list")(listing.list_feeds)
app.command("show")(listing.show_feed)
app.command("check")(check.check)
app.command("pause")(change.pause)
app.command("resume")(change.resume)
app.command("interval")(change.interval)
app.command("every", hidden=True)(change.interval)  # its old name, for one release
app.command("full-text")(change.full_text)
app.command("remove")(change.remove)
app.command("import")(lists.import_list)
app.command("export")(lists.export_list)
