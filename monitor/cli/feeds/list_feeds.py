"""`monitor feeds list` and `show`: states, and the reasons for them."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.actions.collecting import feeds as feed_actions
from monitor.cli import invocation, output
from monitor.cli.feeds import feed_text
from monitor.cli.options import FeedArgument, Json
from monitor.domain.feeds import FeedState
from monitor.runtime import clock


def list_feeds(
    context: typer.Context,
    state: Annotated[
        list[FeedState] | None, typer.Option(help="Only feeds in this state; may be repeated.")
    ] = None,
    json: Json = False,
) -> None:
    """Every feed with its state and the reason: of a fault, else of the time of its next poll."""
    with invocation.open_store(context) as store:
        rows = feed_actions.list_feeds(store, state or ())
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    now = clock.now()
    output.print_table(
        ("key", "feed", "lang", "text", "state", "last read", "last new", "due", "why"),
        [feed_text.table_row(row.feed, now) for row in rows],
        optional=("text", "lang", "last new", "last read"),
        empty=f"no feed is {' or '.join(state)}"
        if state
        else "no feeds yet: `monitor feeds add URL`, or `monitor feeds import FILE.opml`",
    )


def show_feed(context: typer.Context, feed: FeedArgument, json: Json = False) -> None:
    """All about one feed: its state, the time of its next poll, and the reason for that time."""
    with invocation.open_store(context) as store:
        shown = feed_actions.show_feed(store, feed)
    if json:
        output.print_json(shown.as_json())
        return
    for name, text in feed_text.lines(shown):
        typer.echo(f"{name:11} {text}")
