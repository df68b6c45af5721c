"""`monitor stories`: which articles report one event."""

from __future__ import annotations

import typer

from monitor.cli.stories import decide_stories, grouping, read_stories, replays, spike_list

app = typer.Typer(help="Stories: articles that report one event.", no_args_is_help=True)
app.command("list")(read_stories.list_)
app.command("show")(read_stories.show)
app.command("merge")(decide_stories.merge)
app.command("split")(decide_stories.split)
app.command("rename")(decide_stories.rename)
app.command("undo")(decide_stories.undo)
app.command("spikes")(spike_list.spikes)
app.command("assign")(grouping.assign)
app.command("replay")(replays.replay)
