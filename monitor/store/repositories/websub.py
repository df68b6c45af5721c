"""Leases with hubs (WebSub), and what a hub's word does to a feed: it is due, or asked less."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState
from monitor.polling import publisher_hints, websub
from monitor.polling.websub import HubSubscription, HubSubscriptionState, PendingUnsubscribe
from monitor.store.database.columns import is_storable
from monitor.store.database.transactions import Database, chunks
from monitor.store.schema.base import SENTENCE_LENGTH, URL_LENGTH
from monitor.store.schema.tables import farewells, feeds, hubs

# However often a hub calls, its feed is asked no more often than this.
SPACING = timedelta(minutes=1)
# When there is nobody to say what time it is, as when a feed is removed: the next round says it.
SOONEST = datetime(2000, 1, 1, tzinfo=UTC)
_WHY = "now: its hub announced news"
_WELL = (FeedState.OK, FeedState.UNCHANGED, FeedState.EMPTY, FeedState.DEGRADED, FeedState.SILENT)


class WebSub:
    """The table of leases: one for each feed that names a hub."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(
        self,
        announced: Mapping[str, tuple[str, str]],
        now: datetime,
        left: Collection[str] = (),
    ) -> None:
        """Wish for a lease for each feed (key → hub and topic), give up those not announced.

        A lease that runs is not renewed then, but lasts to its end; of the feeds in `left`, which
        nobody asks any more, it ends now, and its hub is told.
        """

        def change(connection: Connection) -> None:
            there = {row.feed_key: row for row in connection.execute(select(hubs))}
            for key, (hub, topic) in announced.items():
                row = there.get(key)
                if (row is None or (row.hub, row.topic) != (hub, topic)) and _fits(hub, topic):
                    drop_subscription(connection, key, now)
                    lease = websub.wish(key, hub, topic, now)
                    new = {**_values(lease), "feed_key": key, "unread": False, "trusted": False}
                    connection.execute(insert(hubs).values(new))
            for key in there.keys() - announced.keys():
                row = there[key]
                this = hubs.c.feed_key == key
                if key in left:
                    drop_subscription(connection, key, now)
                elif row.state is HubSubscriptionState.LIVE and row.until > now:
                    connection.execute(update(hubs).where(this).values(due_at=row.until))
                else:
                    connection.execute(delete(hubs).where(this))

        self._database.write(change)

    def due(self, now: datetime, *, limit: int, address: str) -> list[HubSubscription]:
        """Those with something to do, the longest due first.

        Also those whose hub was told of a callback that does not begin with `address`.
        """
        elsewhere = and_(
            hubs.c.callback != "", ~hubs.c.callback.startswith(address, autoescape=True)
        )
        wanted = select(hubs).where(or_(hubs.c.due_at <= now, elsewhere))
        wanted = wanted.order_by(hubs.c.due_at).limit(limit)
        return self._database.read(
            lambda connection: [_lease(row) for row in connection.execute(wanted)]
        )

    def by_token(self, token: str) -> HubSubscription | None:
        """The lease whose callback ends so."""
        return self._one(hubs.c.token == token) if is_storable(token) else None

    def by_feed(self, key: str) -> HubSubscription | None:
        """The lease for this feed."""
        return self._one(hubs.c.feed_key == key)

    def due_unsubscribes(self, now: datetime, *, limit: int) -> list[PendingUnsubscribe]:
        """Those to be said now; those that are over are forgotten."""

        def take(connection: Connection) -> list[PendingUnsubscribe]:
            found = select(farewells).where(farewells.c.due_at <= now)
            found = found.order_by(farewells.c.due_at).limit(limit)
            due = [_farewell(row) for row in connection.execute(found)]
            over = [one.token for one in due if websub.is_over(one, now)]
            connection.execute(delete(farewells).where(farewells.c.token.in_(over)))
            return [one for one in due if one.token not in over]

        return self._database.write(take)

    def unsubscribe_by_token(self, token: str) -> PendingUnsubscribe | None:
        """That whose callback ends so."""
        if not is_storable(token):
            return None
        wanted = select(farewells).where(farewells.c.token == token)
        row = self._database.read(lambda connection: connection.execute(wanted).first())
        return _farewell(row) if row else None

    def save_unsubscribe(self, one: PendingUnsubscribe) -> None:
        """Keep what changed; nothing when it is over."""
        change = update(farewells).where(farewells.c.token == one.token)
        change = change.values(tries=one.tries, due_at=one.due_at)
        self._database.write(lambda connection: connection.execute(change))

    def delete_unsubscribe(self, one: PendingUnsubscribe) -> None:
        """All is said."""
        gone = delete(farewells).where(farewells.c.token == one.token)
        self._database.write(lambda connection: connection.execute(gone))

    def _one(self, wanted: Any) -> HubSubscription | None:
        row = self._database.read(
            lambda connection: connection.execute(select(hubs).where(wanted)).first()
        )
        return _lease(row) if row else None

    def save(self, lease: HubSubscription) -> None:
        """Keep what changed; nothing when the lease was given up meanwhile."""
        change = update(hubs).where(hubs.c.token == lease.token).values(_values(lease))
        self._database.write(lambda connection: connection.execute(change))

    def record_notification(self, lease: HubSubscription, now: datetime) -> None:
        """The hub says that there is news: the feed is due, if it does well.

        Not within a minute of the last time, nor before the publisher's Retry-After has passed.
        """
        heard = update(hubs).where(hubs.c.token == lease.token)

        def change(connection: Connection) -> None:
            connection.execute(heard.values(heard_at=now, unread=True))
            row = connection.execute(select(feeds).where(feeds.c.key == lease.feed_key)).first()
            if row is not None and row.state in _WELL:
                _make_due(connection, row, now)

        self._database.write(change)


def drop_subscription(connection: Connection, feed_key: str, now: datetime = SOONEST) -> None:
    """Give the feed's lease up; calls under it are refused from now on, and its hub is told."""
    this = hubs.c.feed_key == feed_key
    row = connection.execute(select(hubs).where(this)).first()
    if row is None:
        return
    if (one := websub.farewell(_lease(row), now)) is not None:
        connection.execute(insert(farewells).values(asdict(one)))
    connection.execute(delete(hubs).where(this))
    connection.execute(update(feeds).where(feeds.c.key == feed_key).values(pushed_until=None))


def apply_polls(connection: Connection, polled: Sequence[PollResult]) -> None:
    """Part of a commit: what these polls say of their hubs.

    A hub that announced what a poll found is trusted, and its feed asked less until the lease
    ends; one that kept silent is not.  Who called while the poll was under way is heard now.
    """
    by_key = {poll.feed_key: poll for poll in polled}
    for chunk in chunks(by_key):
        for row in connection.execute(select(hubs).where(hubs.c.feed_key.in_(chunk))).all():
            _settle(connection, row, by_key[row.feed_key])


def _settle(connection: Connection, row: Row[Any], poll: PollResult) -> None:
    asked_at = poll.state.asked_at
    late = row.heard_at is not None and asked_at is not None and row.heard_at > asked_at
    news = any(not article.backlog for article in poll.articles)
    trusted = row.unread if news else row.trusted
    this = hubs.c.feed_key == poll.feed_key
    connection.execute(update(hubs).where(this).values(trusted=trusted, unread=late))
    until = row.until if trusted and row.state is HubSubscriptionState.LIVE else None
    feed = feeds.c.key == poll.feed_key
    connection.execute(update(feeds).where(feed).values(pushed_until=until))
    if late and poll.state.state in _WELL:
        _make_due(connection, connection.execute(select(feeds).where(feed)).one(), row.heard_at)


def _make_due(connection: Connection, feed: Row[Any], now: datetime) -> None:
    at = now
    if feed.asked_at is not None:
        wait = publisher_hints.of(feed.wishes).wait or timedelta()
        at = max(now, feed.asked_at + max(SPACING, wait))
    if at < feed.due_at:
        change = update(feeds).where(feeds.c.key == feed.key)
        connection.execute(change.values(due_at=at, due_why=_WHY))


def _fits(*addresses: str) -> bool:
    return all(is_storable(url) and len(url.encode()) <= URL_LENGTH for url in addresses)


def _values(lease: HubSubscription) -> dict[str, Any]:
    """What a save changes: not when the hub was heard, which others write."""
    return {
        "hub": lease.hub,
        "topic": lease.topic,
        "token": lease.token,
        "secret": lease.secret,
        "state": lease.state,
        "callback": lease.callback,
        "due_at": lease.due_at,
        "until": lease.until,
        "failures": lease.failures,
        "why": lease.why[:SENTENCE_LENGTH],
    }


def _lease(row: Row[Any]) -> HubSubscription:
    return HubSubscription(
        feed_key=row.feed_key,
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        state=row.state,
        callback=row.callback,
        due_at=row.due_at,
        until=row.until,
        heard_at=row.heard_at,
        failures=row.failures,
        why=row.why,
    )


def _farewell(row: Row[Any]) -> PendingUnsubscribe:
    return PendingUnsubscribe(
        token=row.token,
        hub=row.hub,
        topic=row.topic,
        callback=row.callback,
        until=row.until,
        due_at=row.due_at,
        tries=row.tries,
    )
