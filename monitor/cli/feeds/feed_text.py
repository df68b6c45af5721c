"""Feeds as text: a row of the table of `feeds list`, the lines of `feeds show`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.collecting.feeds import FeedDetails, feed_state, state_reason
from monitor.actions.header_files import header_names
from monitor.domain.feeds import Feed
from monitor.polling import publisher_hints, staleness
from monitor.text.formats import duration_text, readable_duration, short_instant

if TYPE_CHECKING:
    from monitor.polling.websub import HubSubscription


def table_row(feed: Feed, now: datetime) -> tuple[str, ...]:
    """Key, feed, language, full text, state, last read, last new, due, why."""
    return (
        feed.key[:8],
        feed.title or feed.url,
        feed.language or "",
        "full" if feed.fulltext else "",
        feed_state(feed),
        short_instant(feed.poll.last_ok_at),
        short_instant(feed.history.newest_at),
        "" if feed.paused else short_instant(feed.poll.due_at),
        state_reason(feed, now),
    )


def lines(details: FeedDetails) -> Iterator[tuple[str, str]]:
    """Pairs of a name and a text."""
    feed = details.feed
    yield from _identity(feed)
    yield from _polling(feed)
    if details.hub is not None:
        yield "hub", _hub(details.hub)
    if feed.fulltext:
        yield "full text", "from the pages of its new articles"
    if feed.tags:
        yield "tags", ", ".join(feed.tags)
    if feed.note:
        yield "note", feed.note


def _identity(feed: Feed) -> Iterator[tuple[str, str]]:
    from monitor.polling import redirects

    redirect = feed.poll.redirect
    yield "feed", feed.title or "untitled"
    yield "address", feed.url
    for url in reversed(feed.former_urls):
        yield "formerly", url
    if redirect is not None and redirect.to != feed.url:
        yield "moving to", f"{redirect.to}, {redirects.progress(redirect)}"
    if feed.login is not None:
        password = "password set" if feed.login.password else "no password"
        yield "user", f"{feed.login.user}, {password}"
    if feed.headers:
        yield "headers", f"{', '.join(header_names(feed.headers))}; their values are hidden"
    yield "key", feed.key


def _polling(feed: Feed) -> Iterator[tuple[str, str]]:

    poll = feed.poll
    error = f": {poll.last_error}" if poll.last_error else ""
    yield "state", f"{feed_state(feed)}{error}"
    if poll.since is not None:
        yield "since", short_instant(poll.since)
    yield "polled", short_instant(poll.asked_at)
    yield "last read", short_instant(poll.last_ok_at)
    yield "last new", short_instant(feed.history.newest_at)
    usual_gap = staleness.usual_gap(feed.history)
    if usual_gap:
        yield "publishes", f"usually every {readable_duration(usual_gap)}"
    reason = f", {poll.due_why}" if poll.due_why else ""
    due = f"{short_instant(poll.due_at)}{reason}"
    yield "next", "after `monitor feeds resume`" if feed.paused else due
    yield "interval", duration_text(feed.every) if feed.every else "automatic, as it publishes"
    limits = publisher_hints.sentence(poll.hints)
    if limits:
        yield "asks for", limits


def _hub(hub: HubSubscription) -> str:
    until = f" until {short_instant(hub.until)}" if hub.until else ""
    reason = f": {hub.why}" if hub.why else ""
    return f"{hub.hub} {hub.state}{until}{reason}"
