"""Strips of feeds: how the polls of each went hour by hour, written with the polls."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from monitor.domain.alerts import PollResult
from monitor.health.feed_strip import FeedStrip, hour_of
from monitor.store.database.transactions import Database, select_in
from monitor.store.schema.tables import feed_strips


def add_polls(database: Database, connection: Connection, polled: Sequence[PollResult]) -> None:
    """Add these polls to the strips of their feeds, which the transaction has locked.

    Most polls bring nothing new in an hour that had such a poll already: they write nothing.
    """
    timed = [(poll, poll.at) for poll in polled if poll.at is not None]
    before = read(connection, [poll.feed_key for poll, _ in timed])
    changed: dict[str, FeedStrip] = {}
    for poll, at in timed:
        strip = before.get(poll.feed_key, FeedStrip(hour_of(at)))
        new = sum(not article.backlog for article in poll.articles)
        after = strip.with_poll(at, poll.state.state, new)
        if after != before.get(poll.feed_key):
            changed[poll.feed_key] = after
    _write(database, connection, changed)


def read(connection: Connection, feed_keys: Sequence[str]) -> dict[str, FeedStrip]:
    """Feed key → strip; a feed that was never polled has none."""
    rows = select_in(connection, select(feed_strips), feed_strips.c.feed_key, feed_keys)
    return {row.feed_key: FeedStrip(row.newest, bytes(row.cells)) for row in rows}


def _write(database: Database, connection: Connection, strips: dict[str, FeedStrip]) -> None:
    if not strips:
        return
    insert = database.insert(feed_strips)
    upsert = insert.on_conflict_do_update(
        index_elements=["feed_key"],
        set_={"newest": insert.excluded.newest, "cells": insert.excluded.cells},
    )
    rows = [
        {"feed_key": key, "newest": strip.newest, "cells": strip.cells}
        for key, strip in sorted(strips.items())
    ]
    connection.execute(upsert, rows)
