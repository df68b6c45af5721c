"""`monitor feeds add`: poll a feed, or the feed that a page names."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from monitor.actions import option_values
from monitor.actions.collecting import feeds as feed_actions
from monitor.actions.collecting.feed_discovery import FeedAddress, discover_feed
from monitor.actions.collecting.feeds import NewFeed
from monitor.cli import invocation, output
from monitor.cli.options import Json
from monitor.runtime import clock


def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The address of a feed, or of a page that names one.")],
    interval: Annotated[
        str | None,
        typer.Option(
            "--every", metavar="30m", help="Time between two polls; else as the feed publishes."
        ),
    ] = None,
    lang: Annotated[str | None, typer.Option(metavar="CODE", help="Language: en, ko, …")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    full_text: Annotated[
        bool, typer.Option("--full-text", help="Read the pages of its new articles, too.")
    ] = False,
    try_: Annotated[
        bool, typer.Option("--try/--no-try", help="Fetch the address now; find the page's feed.")
    ] = True,
    json: Json = False,
) -> None:
    """Poll a feed from now on.  Its first poll stores what is there and alerts nobody."""
    settings = invocation.settled_settings(context)
    url = feed_actions.check_feed_url(url, settings.egress.allow)
    if full_text:
        feed_actions.check_full_text()
    address = FeedAddress(url=url)
    if try_:
        address = asyncio.run(discover_feed(url, settings, clock.now()))
    request = NewFeed(
        url=address.url,
        language=lang,
        interval=option_values.parse_duration(interval, "every") if interval else None,
        tags=tuple(tag or ()),
        full_text=full_text,
    )
    with invocation.open_store(context) as store:
        added = feed_actions.add_feed(store, request, clock.now())
    if json:
        output.print_json({"key": added.feed.key, "url": added.feed.url, "added": added.is_new})
        return
    unchanged = "" if added.is_new else " (stored before; unchanged)"
    output.print_note(f"{added.feed.key[:12]} {added.feed.url}{unchanged}")
    if address.remark:
        output.print_note(f"  {address.remark}")
