"""Feeds that moved for good, inside the commit: asked there from now on, or not where another is.

Keys stay, and so do the articles.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState
from monitor.polling import publisher_hints
from monitor.store.mapping import feed_rows
from monitor.store.schema.tables import feeds, subscriptions

log = logging.getLogger(__name__)


def apply_redirects(connection: Connection, polled: Sequence[PollResult]) -> None:
    """Move those that have a new address, one at a time: two may move to the same.

    Where a feed is already that does well, one of them would be asked in vain: the one that comes
    ends, and says where its articles come from.  While the one that is there does not do well,
    the other stays where it was.
    """
    for poll in polled:
        if poll.url is None or feed_rows.is_too_long(poll.url):
            continue
        there = select(feeds).where(feeds.c.url == poll.url, feeds.c.key != poll.feed_key)
        if connection.execute(there).first() is None:
            _move(connection, poll, poll.url)
            continue
        # Another process may be changing it: then this is for the next poll, nobody waits.
        other = connection.execute(there.with_for_update(skip_locked=True)).first()
        if other is not None and _does_well(other):
            _join(connection, poll, other)


def _move(connection: Connection, poll: PollResult, url: str) -> None:
    this = feeds.c.key == poll.feed_key
    row = connection.execute(select(feeds.c.url, feeds.c.former_urls).where(this)).one()
    former = [one for one in row.former_urls if one not in (row.url, url)] + [row.url]
    connection.execute(update(feeds).where(this).values(url=url, former_urls=former))
    log.info("feed.moved", extra={"feed": poll.feed_key, "from": row.url, "to": url})


def _does_well(there: Row[Any]) -> bool:
    """Is it asked, was it read before (a first poll tells nobody), and did its last one go well?"""
    return not there.paused and there.first_ok_at is not None and there.failures == 0


def _join(connection: Connection, poll: PollResult, there: Row[Any]) -> None:
    """End the feed of this poll: the other brings its articles, to those who asked for it, too."""
    this = feeds.c.key == poll.feed_key
    feed = connection.execute(select(feeds).where(this)).one()
    why = (
        f"it moved to {there.url}, which is watched as “{there.title or there.url}”:"
        f" its articles come from there; `monitor feeds remove {feed.key[:12]}`"
    )
    connection.execute(
        update(feeds)
        .where(this)
        .values(
            state=FeedState.GONE,
            failures=publisher_hints.GONE_ANSWERS_TO_END,
            last_error=why,
            due_why="not asked any more: another feed is at its new address",
            since=poll.at or poll.state.due_at,
        )
    )
    if feed.fulltext and not there.fulltext:
        connection.execute(update(feeds).where(feeds.c.key == there.key).values(fulltext=True))
    _ask_for_both(connection, feed.key, there.key)
    log.warning("feed.joined", extra={"feed": feed.key, "from": feed.url, "to": there.url})


def _ask_for_both(connection: Connection, gone: str, there: str) -> None:
    """Who asked for one feed asks for the other, too."""
    for row in connection.execute(select(subscriptions.c.key, subscriptions.c.feeds)).all():
        if gone in row.feeds:
            both = sorted({*row.feeds, there})
            change = update(subscriptions).where(subscriptions.c.key == row.key)
            connection.execute(change.values(feeds=both))
