"""Apply permanent redirects in the commit; merge feeds that redirect to one URL.

The keys of feeds stay, and so do their articles.
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
from monitor.text.urls import is_same_server

log = logging.getLogger(__name__)


def apply_redirects(connection: Connection, polled: Sequence[PollResult]) -> None:
    """Change the address of redirected feeds, one after another: two may move to one address.

    When a healthy feed has that address already, the redirected feed ends, and says where its
    articles come from.  While the feed at that address is not healthy, the redirect waits.
    """
    for poll in polled:
        if poll.url is None or feed_rows.is_too_long(poll.url):
            continue
        same_url = select(feeds).where(feeds.c.url == poll.url, feeds.c.key != poll.feed_key)
        if connection.execute(same_url).first() is None:
            _move(connection, poll, poll.url)
            continue
        # Another process may be changing that feed: then the redirect waits for the next poll.
        other = connection.execute(same_url.with_for_update(skip_locked=True)).first()
        if other is not None and _is_healthy(other):
            _merge(connection, poll, other)


def _move(connection: Connection, poll: PollResult, url: str) -> None:
    this = feeds.c.key == poll.feed_key
    row = connection.execute(select(feeds.c.url, feeds.c.former_urls).where(this)).one()
    former = [old for old in row.former_urls if old not in (row.url, url)] + [row.url]
    values = {**feed_rows.address_values(url), "former_urls": former}
    change = update(feeds).where(this).values(values)
    if not is_same_server(row.url, url):  # secrets are for the server they were given for
        change = change.values(**feed_rows.login_values(None), headers=None)
    connection.execute(change)
    log.info("feed.moved", extra={"feed": poll.feed_key, "from": row.url, "to": url})


def _is_healthy(row: Row[Any]) -> bool:
    """Whether it is polled, was read before (a first poll causes no alerts), and did not fail."""
    return not row.paused and row.first_ok_at is not None and row.failures == 0


def _merge(connection: Connection, poll: PollResult, other: Row[Any]) -> None:
    """End the feed of this poll; its subscriptions get the articles of the other feed."""
    this = feeds.c.key == poll.feed_key
    feed = connection.execute(select(feeds).where(this)).one()
    why = (
        f"it moved to {other.url}, which is watched as “{other.title or other.url}”:"
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
    if feed.fulltext and not other.fulltext:
        connection.execute(update(feeds).where(feeds.c.key == other.key).values(fulltext=True))
    _subscribe_to_other(connection, feed.key, other.key)
    log.warning("feed.joined", extra={"feed": feed.key, "from": feed.url, "to": other.url})


def _subscribe_to_other(connection: Connection, ended: str, other: str) -> None:
    """Add the other feed to the subscriptions of the feed that ended."""
    for row in connection.execute(select(subscriptions.c.key, subscriptions.c.feeds)).all():
        if ended in row.feeds:
            feed_keys = sorted({*row.feeds, other})
            change = update(subscriptions).where(subscriptions.c.key == row.key)
            connection.execute(change.values(feeds=feed_keys))
