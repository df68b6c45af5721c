"""Claims of feeds: leased to one process at a time, and a host to one process at a time.

Several processes share a database.  A publisher limits how often it is asked, and each process
keeps the limits of `poll.per_host` and `poll.spacing` for itself; so the feeds of one host are
leased to one process only.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Select,
    and_,
    bindparam,
    literal,
    or_,
    select,
    update,
)

from monitor.domain.feeds import ClaimedFeed, FeedState
from monitor.polling import publisher_hints
from monitor.store.database.advisory_locks import AdvisoryLock, take_lock
from monitor.store.database.transactions import select_in
from monitor.store.mapping import feed_rows
from monitor.store.schema.tables import feeds

FREE = {"lease_until": None, "lease_token": None, "lease_holder": None}
# Changes a feed only while this claim holds it.
_HELD = update(feeds).where(
    feeds.c.key == bindparam("of_key"), feeds.c.lease_token == bindparam("token")
)

_others = feeds.alias("others")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which feeds a claim may take."""

    limit: int
    only: Sequence[str] | None = None  # keys to choose from; None: all feeds
    due_only: bool = True  # else feeds that are not due yet, too


def new_holder() -> str:
    """The name of a process that claims feeds, unlike that of any other."""
    return secrets.token_hex(16)


def claim(
    connection: Connection,
    holder: str,
    choice: Choice,
    now: datetime,
    lease: timedelta,
) -> list[ClaimedFeed]:
    """Lease feeds to this holder until `now` + `lease`, the longest overdue first."""
    _wait_for_turn(connection)
    claimed = [
        ClaimedFeed(feed=feed_rows.feed_from_row(row), token=secrets.token_hex(16))
        for row in connection.execute(_free_feeds(holder, choice, now))
    ]
    if claimed:
        change = update(feeds).where(feeds.c.key == bindparam("of_key"))
        change = change.values(
            lease_until=now + lease, lease_token=bindparam("token"), lease_holder=holder
        )
        connection.execute(change, _held_rows(claimed))
    return claimed


def extend(connection: Connection, claimed: Collection[ClaimedFeed], until: datetime) -> set[str]:
    """Extend these leases until then; return the tokens of those that are still held.

    A lease that had ended is lost when another process has taken the feed, or its host.
    """
    _wait_for_turn(connection)
    token_of = {claim.feed.key: claim.token for claim in claimed}
    query = select(feeds.c.key, feeds.c.lease_token).where(~_host_was_taken_over())
    rows = select_in(connection, query, feeds.c.key, sorted(token_of))
    held = {row.key for row in rows if row.lease_token == token_of[row.key]}
    extended = [claim for claim in claimed if claim.feed.key in held]
    if extended:
        connection.execute(_HELD.values(lease_until=until), _held_rows(extended))
    return {claim.token for claim in extended}


def release(connection: Connection, claimed: Collection[ClaimedFeed]) -> None:
    """End these leases, except where another claim holds the feed; the due times stay."""
    connection.execute(_HELD.values(FREE), _held_rows(claimed))


def _wait_for_turn(connection: Connection) -> None:
    """Two processes at once would each miss the hosts that the other is about to take."""
    take_lock(connection, AdvisoryLock.FEED_CLAIMS)


def _free_feeds(holder: str, choice: Choice, now: datetime) -> Select[Any]:
    is_free = or_(feeds.c.lease_until.is_(None), feeds.c.lease_until <= now)
    query = select(feeds).where(feeds.c.paused.is_(False), is_free, ~_host_is_taken(holder, now))
    if choice.due_only:
        # a feed whose publisher answered 410 twice is no longer polled by the clock
        ended = and_(
            feeds.c.state == FeedState.GONE,
            feeds.c.failures >= publisher_hints.GONE_ANSWERS_TO_END,
        )
        query = query.where(feeds.c.due_at <= now, ~ended)
    if choice.only is not None:
        query = query.where(feeds.c.key.in_(choice.only))
    query = query.order_by(feeds.c.due_at, feeds.c.key).limit(choice.limit)
    return query.with_for_update(skip_locked=True, of=feeds)


def _host_is_taken(holder: str, now: datetime) -> Exists:
    """Whether another process asks the feed's host now."""
    return _has_other_lease(literal(now, feeds.c.lease_until.type), literal(holder))


def _host_was_taken_over() -> Exists:
    """Whether another process has leased the feed's host since this feed was leased last.

    It could only after all leases of the host had ended, so its own ends later than they.
    """
    return _has_other_lease(feeds.c.lease_until, feeds.c.lease_holder)


def _has_other_lease(after: ColumnElement[datetime], holder: ColumnElement[str]) -> Exists:
    """Whether a process other than `holder` has leased a feed of this host until later."""
    return (
        select(_others.c.key)
        .where(
            _others.c.host == feeds.c.host,
            _others.c.host != "",
            _others.c.lease_token.is_not(None),
            _others.c.lease_until > after,
            _others.c.lease_holder != holder,
        )
        .exists()
    )


def _held_rows(claimed: Iterable[ClaimedFeed]) -> list[dict[str, str]]:
    """The parameters of `_HELD`, in the order of keys, so that two processes never deadlock."""
    rows = [{"of_key": claim.feed.key, "token": claim.token} for claim in claimed]
    return sorted(rows, key=lambda row: row["of_key"])
