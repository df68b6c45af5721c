"""`monitor feeds pause`, `resume`, `interval`, `login`, `headers`, `remove`: change one feed."""

from __future__ import annotations

import enum
from functools import partial
from typing import Annotated

import typer

from monitor.actions import option_values
from monitor.actions.collecting import feeds as feed_actions
from monitor.actions.header_files import header_names, read_headers
from monitor.cli import invocation, output
from monitor.cli.access import local_caller
from monitor.cli.feeds.login_options import PasswordFile, User, read_login
from monitor.cli.options import FeedArgument, HeaderFile
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Feed
from monitor.runtime import clock
from monitor.text.formats import duration_text

_AUTOMATIC = "auto"


class OnOff(enum.StrEnum):
    """A switch."""

    ON = "on"
    OFF = "off"


def pause(context: typer.Context, feed: FeedArgument) -> None:
    """Stop polling a feed until `feeds resume`."""
    with invocation.open_store(context) as store:
        pause_now = partial(feed_actions.pause_feed, store, feed, clock.now())
        paused = local_caller.recorded(store, "pause feed", pause_now, _url)
    _confirm("paused", paused, "not polled until `monitor feeds resume`")


def resume(context: typer.Context, feed: FeedArgument) -> None:
    """Poll a paused feed again, or a feed that was gone."""
    with invocation.open_store(context) as store:
        resume_now = partial(feed_actions.resume_feed, store, feed, clock.now())
        resumed = local_caller.recorded(store, "resume feed", resume_now, _url)
    _confirm("resumed", resumed, "polled when it is due")


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
        change = partial(feed_actions.set_interval, store, feed, length)
        after = {"interval": time}
        changed = local_caller.recorded(store, "set interval", change, _url, after=after)
    pace = f"every {duration_text(length)}" if length else "as often as it publishes"
    _confirm("changed", changed, f"polled {pace}, from its next poll on")


def full_text(
    context: typer.Context,
    feed: FeedArgument,
    switch: Annotated[OnOff, typer.Argument(help="Read the pages of its new articles, or not.")],
) -> None:
    """Judge a feed's articles by the text of their pages, too, from its next poll on.

    `monitor explain` says why a page's text was not used.
    """
    with invocation.open_store(context) as store:
        change = partial(feed_actions.set_full_text, store, feed, switch is OnOff.ON)
        after = {"full_text": switch}
        changed = local_caller.recorded(store, "set full text", change, _url, after=after)
    pages = "with" if switch is OnOff.ON else "without"
    _confirm("changed", changed, f"judged {pages} its pages, from its next poll on")


def login(
    context: typer.Context,
    feed: FeedArgument,
    user: User = None,
    password_file: PasswordFile = None,
    remove_login: Annotated[
        bool, typer.Option("--remove", help="Poll the feed without a user name and password.")
    ] = False,
) -> None:
    """Set, change or remove the user name and password of a feed (HTTP Basic).

    The feed is polled with it at the next round.  It is sent to the feed's own server only.
    """
    if remove_login == (user is not None or password_file is not None):
        raise ConfigError("say which: --user NAME, or --remove")
    new_login = None if remove_login else read_login(user, password_file)
    with invocation.open_store(context) as store:
        change = partial(feed_actions.set_login, store, feed, new_login, clock.now())
        after = {"user": new_login.user if new_login else None}
        changed = local_caller.recorded(store, "set login", change, _url, after=after)
    state = f"the password of {new_login.user!r} is set" if new_login else "no password any more"
    _confirm("changed", changed, state)


def headers(
    context: typer.Context,
    feed: FeedArgument,
    header_file: HeaderFile = None,
    remove_headers: Annotated[
        bool, typer.Option("--remove", help="Poll the feed without headers of its own.")
    ] = False,
) -> None:
    """Set or remove a feed's own request headers: a bearer token, a cookie, an API key.

    The file has “Name: value” lines and replaces all headers that the feed has.  They are sent to
    the feed's own server only, from the next round on.
    """
    if remove_headers == (header_file is not None):
        raise ConfigError("say which: --header-file FILE, or --remove")
    new_headers = () if header_file is None else read_headers(header_file)
    with invocation.open_store(context) as store:
        change = partial(feed_actions.set_headers, store, feed, new_headers, clock.now())
        after = {"headers": header_names(new_headers)}
        changed = local_caller.recorded(store, "set headers", change, _url, after=after)
    names = ", ".join(header_names(new_headers))
    _confirm("changed", changed, f"sends {names}" if names else "no headers any more")


def remove(context: typer.Context, feed: FeedArgument) -> None:
    """Stop polling a feed and delete it; its articles stay."""
    with invocation.open_store(context) as store:
        remove_now = partial(feed_actions.remove_feed, store, feed)
        removed = local_caller.recorded(store, "remove feed", remove_now, _url)
    _confirm("removed", removed, "its articles stay")


def _url(feed: Feed) -> str:
    return feed.url


def _confirm(done: str, feed: Feed, state: str) -> None:
    output.print_change(done, "feed", feed.url, state, key=feed.key)
