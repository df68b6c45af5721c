"""`monitor feeds`: the feeds to poll.  One file per group of commands, wired here."""

from __future__ import annotations

import typer

from monitor.cli.feeds import add_feed, change_feed, check_feeds, edit_feed, list_feeds, opml_files

app = typer.Typer(help="The news feeds to poll.", no_args_is_help=True)
app.command("add")(add_feed.add)
app.command("list")(list_feeds.list_feeds)
app.command("show")(list_feeds.show_feed)
app.command("check")(check_feeds.check)
app.command("edit")(edit_feed.edit)
app.command("pause")(change_feed.pause)
app.command("resume")(change_feed.resume)
app.command("interval")(change_feed.interval)
app.command("every", hidden=True)(change_feed.interval)  # its old name, for one release
app.command("full-text")(change_feed.full_text)
app.command("login")(change_feed.login)
app.command("headers")(change_feed.headers)
app.command("remove")(change_feed.remove)
app.command("import")(opml_files.import_list)
app.command("export")(opml_files.export_list)
