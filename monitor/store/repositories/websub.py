"""WebSub subscriptions at hubs, and their effect on feeds: due at once, or polled less often."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState
from monitor.polling import publisher_hints, websub
from monitor.polling.websub import HubSubscription, HubSubscriptionState, PendingUnsubscribe
from monitor.store.database.columns import is_storable
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import websub_rows
from monitor.store.schema.base import URL_LENGTH
from monitor.store.schema.tables import farewells, feeds, hubs

# However often a hub notifies, its feed is polled no more often than this.
SPACING = timedelta(minutes=1)
# The due time of an unsubscribe request whose caller knows no time, as when a feed is removed:
# the next round sends it.
SOONEST = datetime(2000, 1, 1, tzinfo=UTC)
_DUE_WHY = "now: its hub announced news"
_PUSHABLE = (
    FeedState.OK,
    FeedState.UNCHANGED,
    FeedState.EMPTY,
    FeedState.DEGRADED,
    FeedState.SILENT,
)


class WebSub:
    """The tables of hub subscriptions (one for each feed that names a hub) and of those ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(
        self,
        announced: Mapping[str, tuple[str, str]],
        now: datetime,
        left: Collection[str] = (),
    ) -> None:
        """Want a subscription for each announced feed (key → hub and topic); drop the others.

        A live one whose feed announces no hub any more is not renewed, and lasts to its end.  For
        the feeds in `left`, which are no longer polled, it ends now, and its hub is told.
        """

        def change(connection: Connection) -> None:
            existing = {row.feed_key: row for row in connection.execute(select(hubs))}
            for key, (hub, topic) in announced.items():
                row = existing.get(key)
                is_new = row is None or (row.hub, row.topic) != (hub, topic)
                if is_new and _is_storable(hub, topic):
                    drop_subscription(connection, key, now)
                    _insert(connection, websub.new_subscription(key, hub, topic, now))
            for key in existing.keys() - announced.keys():
                if key in left:
                    drop_subscription(connection, key, now)
                else:
                    _let_expire(connection, existing[key], now)

        self._database.write(change)

    def due(self, now: datetime, *, limit: int, address: str) -> list[HubSubscription]:
        """The subscriptions with something to do, the longest due first.

        Also those whose hub knows a callback that does not begin with `address`.
        """
        has_old_address = and_(
            hubs.c.callback != "", ~hubs.c.callback.startswith(address, autoescape=True)
        )
        due = select(hubs).where(or_(hubs.c.due_at <= now, has_old_address))
        in_order = due.order_by(hubs.c.due_at).limit(limit)
        return self._database.read(
            lambda connection: [
                websub_rows.hub_from_row(row) for row in connection.execute(in_order)
            ]
        )

    def by_token(self, token: str) -> HubSubscription | None:
        """The subscription whose callback address ends in `token`."""
        return self._find(hubs.c.token == token) if is_storable(token) else None

    def by_feed(self, key: str) -> HubSubscription | None:
        """The subscription for this feed."""
        return self._find(hubs.c.feed_key == key)

    def due_unsubscribes(self, now: datetime, *, limit: int) -> list[PendingUnsubscribe]:
        """The unsubscribe requests to send now; those that are over are deleted."""

        def take(connection: Connection) -> list[PendingUnsubscribe]:
            due = select(farewells).where(farewells.c.due_at <= now)
            rows = connection.execute(due.order_by(farewells.c.due_at).limit(limit))
            requests = [websub_rows.unsubscribe_from_row(row) for row in rows]
            over = {
                request.token for request in requests if websub.is_unsubscribe_over(request, now)
            }
            connection.execute(delete(farewells).where(farewells.c.token.in_(over)))
            return [request for request in requests if request.token not in over]

        return self._database.write(take)

    def unsubscribe_by_token(self, token: str) -> PendingUnsubscribe | None:
        """The unsubscribe request whose callback address ends in `token`."""
        if not is_storable(token):
            return None
        query = select(farewells).where(farewells.c.token == token)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return websub_rows.unsubscribe_from_row(row) if row else None

    def save_unsubscribe(self, request: PendingUnsubscribe) -> None:
        """Store the changed request; nothing when it was deleted meanwhile."""
        change = update(farewells).where(farewells.c.token == request.token)
        change = change.values(tries=request.tries, due_at=request.due_at)
        self._database.write(lambda connection: connection.execute(change))

    def delete_unsubscribe(self, request: PendingUnsubscribe) -> None:
        """Delete a request that the hub has verified."""
        statement = delete(farewells).where(farewells.c.token == request.token)
        self._database.write(lambda connection: connection.execute(statement))

    def save(self, subscription: HubSubscription) -> None:
        """Store the changed subscription; nothing when it was dropped meanwhile."""
        change = update(hubs).where(hubs.c.token == subscription.token)
        change = change.values(websub_rows.hub_values(subscription))
        self._database.write(lambda connection: connection.execute(change))

    def record_notification(self, subscription: HubSubscription, now: datetime) -> None:
        """The hub announced news: the feed is due, unless it fails.

        Not within a minute of the last poll, nor before the publisher's Retry-After has passed.
        """
        notified = update(hubs).where(hubs.c.token == subscription.token)
        notified = notified.values(heard_at=now, unread=True)
        feed = select(feeds).where(feeds.c.key == subscription.feed_key)

        def change(connection: Connection) -> None:
            connection.execute(notified)
            row = connection.execute(feed).first()
            if row is not None and row.state in _PUSHABLE:
                _make_due(connection, row, now)

        self._database.write(change)

    def _find(self, condition: ColumnElement[bool]) -> HubSubscription | None:
        row = self._database.read(
            lambda connection: connection.execute(select(hubs).where(condition)).first()
        )
        return websub_rows.hub_from_row(row) if row else None


def drop_subscription(connection: Connection, feed_key: str, now: datetime = SOONEST) -> None:
    """Delete the feed's subscription: its notifications are refused now, and its hub is told."""
    of_feed = hubs.c.feed_key == feed_key
    row = connection.execute(select(hubs).where(of_feed)).first()
    if row is None:
        return
    request = websub.pending_unsubscribe(websub_rows.hub_from_row(row), now)
    if request is not None:
        connection.execute(insert(farewells).values(asdict(request)))
    connection.execute(delete(hubs).where(of_feed))
    connection.execute(update(feeds).where(feeds.c.key == feed_key).values(pushed_until=None))


def apply_polls(connection: Connection, polls: Sequence[PollResult]) -> None:
    """Part of a commit: update the subscriptions of the polled feeds.

    A hub that announced what a poll found is trusted, and its feed is polled less often until the
    subscription ends; a hub that did not is not.  A notification that came during the poll makes
    the feed due again.
    """
    by_key = {poll.feed_key: poll for poll in polls}
    for keys in chunks(by_key):
        for row in connection.execute(select(hubs).where(hubs.c.feed_key.in_(keys))).all():
            _apply_poll(connection, row, by_key[row.feed_key])


def _apply_poll(connection: Connection, row: Row[Any], poll: PollResult) -> None:
    asked_at = poll.state.asked_at
    late = row.heard_at is not None and asked_at is not None and row.heard_at > asked_at
    has_news = any(not article.backlog for article in poll.articles)
    trusted = row.unread if has_news else row.trusted
    of_feed = hubs.c.feed_key == poll.feed_key
    connection.execute(update(hubs).where(of_feed).values(trusted=trusted, unread=late))
    until = row.until if trusted and row.state is HubSubscriptionState.ACTIVE else None
    is_feed = feeds.c.key == poll.feed_key
    connection.execute(update(feeds).where(is_feed).values(pushed_until=until))
    if late and poll.state.state in _PUSHABLE:
        feed = connection.execute(select(feeds).where(is_feed)).one()
        _make_due(connection, feed, row.heard_at)


def _make_due(connection: Connection, feed: Row[Any], now: datetime) -> None:
    due_at = now
    if feed.asked_at is not None:
        wait = publisher_hints.hints_from_json(feed.wishes).wait or timedelta()
        due_at = max(now, feed.asked_at + max(SPACING, wait))
    if due_at < feed.due_at:
        change = update(feeds).where(feeds.c.key == feed.key)
        connection.execute(change.values(due_at=due_at, due_why=_DUE_WHY))


def _insert(connection: Connection, subscription: HubSubscription) -> None:
    values = websub_rows.hub_values(subscription)
    values |= {"feed_key": subscription.feed_key, "unread": False, "trusted": False}
    connection.execute(insert(hubs).values(values))


def _let_expire(connection: Connection, row: Row[Any], now: datetime) -> None:
    """End without renewal: a live subscription at its end, any other now."""
    of_feed = hubs.c.feed_key == row.feed_key
    if row.state is HubSubscriptionState.ACTIVE and row.until > now:
        connection.execute(update(hubs).where(of_feed).values(due_at=row.until))
    else:
        connection.execute(delete(hubs).where(of_feed))


def _is_storable(*addresses: str) -> bool:
    return all(is_storable(url) and len(url.encode()) <= URL_LENGTH for url in addresses)
