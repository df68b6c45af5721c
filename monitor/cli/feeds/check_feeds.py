"""`monitor feeds check`: try feeds now, without storing anything."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.actions.collecting import feed_check
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.runtime import clock
from monitor.text.formats import zoned_instant


def check(
    context: typer.Context,
    feed: Annotated[
        list[str] | None, typer.Argument(help="Addresses or keys; all if none.")
    ] = None,
    json: Json = False,
) -> None:
    """Fetch feeds now and show what they answer; nothing is stored.

    Of a feed with full text the page of the first entry is read, too.
    """
    settings = invocation.settings(context)
    with invocation.open_store(context) as store:
        feeds = feed_check.feeds_to_check(store, feed or [], clock.now())
    checks = invocation.run(feed_check.check_feeds(feeds, settings))
    if json:
        output.print_json([result.as_json() for result in checks])
    else:
        output.print_table(
            ("feed", "answer", "entries", "newest"),
            [
                (
                    result.url,
                    result.answer,
                    str(result.entries),
                    zoned_instant(result.newest) if result.newest else "–",
                )
                for result in checks
            ],
            empty="no feeds yet: `monitor feeds add URL`",
        )
    if not all(result.ok for result in checks):
        raise typer.Exit(1)
