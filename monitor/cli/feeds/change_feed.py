"""`monitor feeds pause`, `resume`, `interval`, `full-text` and `remove`: change one feed."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from monitor.actions import option_values
from monitor.actions.collecting import feeds as feed_actions
from monitor.cli import invocation, output
from monitor.cli.options import FeedArgument
from monitor.runtime import clock

_AUTOMATIC = "auto"


class OnOff(enum.StrEnum):
    """A switch."""

    ON = "on"
    OFF = "off"


def pause(context: typer.Context, feed: FeedArgument) -> None:
    """Stop polling a feed until `feeds resume`."""
    with invocation.open_store(context) as store:
        feed_actions.pause_feed(store, feed)


def resume(context: typer.Context, feed: FeedArgument) -> None:
    """Poll a paused feed again, or a feed that was gone."""
    with invocation.open_store(context) as store:
        feed_actions.resume_feed(store, feed, clock.now())


def interval(
    context: typer.Context,
    feed: FeedArgument,
    time: Annotated[
        str,
        typer.Argument(metavar="30m|auto", help="Between two polls; auto: as the feed publishes."),
    ],
) -> None:
    """Set the time between two polls of a feed, or let it follow how often the feed publishes.

    It counts from the next poll.  The limits that the publisher declares are kept in any case.
    """
    length = None if time == _AUTOMATIC else option_values.parse_duration(time, "the interval")
    with invocation.open_store(context) as store:
        feed_actions.set_interval(store, feed, length)


def full_text(
    context: typer.Context,
    feed: FeedArgument,
    switch: Annotated[OnOff, typer.Argument(help="Read the pages of its new articles, or not.")],
) -> None:
    """Judge a feed's articles by the text of their pages, too, from its next poll on.

    `monitor explain` says why a page's text was not used.
    """
    with invocation.open_store(context) as store:
        feed_actions.set_full_text(store, feed, switch is OnOff.ON)


def remove(context: typer.Context, feed: FeedArgument) -> None:
    """Stop polling a feed and delete it; its articles stay."""
    with invocation.open_store(context) as store:
        removed = feed_actions.remove_feed(store, feed)
    output.print_note(f"removed {removed.url}; its articles stay")
