"""The sources we ask, when each is due, and who is asking it right now."""

from __future__ import annotations

import builtins
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update

from monitor.domain.feeds import ClaimedFeed, Feed, FeedState
from monitor.polling import publisher_hints
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import feed_rows
from monitor.store.repositories import websub
from monitor.store.schema.tables import feed_memories, feeds

FREE = {"lease_until": None, "lease_token": None}
# Changes a feed while a claim holds it; another claim's feed stays as it is.
HELD = update(feeds).where(
    feeds.c.key == bindparam("of_key"), feeds.c.lease_token == bindparam("token")
)


class Feeds:
    """The table of feeds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, feed: Feed) -> bool:
        """Keep a feed; False when its key or address is there already: that one stays as it is.

        Raise ConfigError for an address that can't be stored.
        """
        return bool(self.add_all([feed]))

    def add_all(self, new: Iterable[Feed]) -> builtins.list[Feed]:
        """Keep the feeds whose key and address are not there yet; those that were kept.

        Raise ConfigError, keeping none, when one of them can't be stored.
        """
        asked = [(feed, feed_rows.feed_values(feed)) for feed in new]

        def insert(connection: Connection) -> builtins.list[Feed]:
            taken = _taken(connection, [feed for feed, _ in asked])
            kept, fresh = [], []
            for feed, values in asked:
                if not {feed.key, feed.url} & taken:
                    taken |= {feed.key, feed.url}
                    kept.append(feed)
                    fresh.append(values)
            self._database.insert_new(connection, feeds, fresh)
            return kept

        return self._database.write(insert)

    def list(self) -> builtins.list[Feed]:
        """Every feed, by title and address."""
        found = self._database.read(
            lambda connection: [
                feed_rows.feed_from_row(row) for row in connection.execute(select(feeds))
            ]
        )
        return sorted(found, key=lambda feed: (feed.title.casefold(), feed.url))

    def find(self, key_or_url: str) -> Feed | None:
        """The feed of this key, of this address, or whose key alone begins so (6 digits or more).

        Raise ConfigError when several begin so.
        """
        row = self._database.read(
            lambda connection: key_prefix.find_row(
                connection, feeds, key_or_url, feeds.c.url == key_or_url
            )
        )
        return feed_rows.feed_from_row(row) if row else None

    def remove(self, key: str) -> bool:
        """Forget the feed; its articles stay.  False when there is none of this key.

        A hub that tells us of it will be told to stop.
        """

        def change(connection: Connection) -> bool:
            websub.drop_subscription(connection, key)
            return connection.execute(delete(feeds).where(feeds.c.key == key)).rowcount > 0

        return self._database.write(change)

    def set_paused(self, key: str, paused: bool) -> bool:
        """A paused feed is never claimed.  False when there is none of this key."""
        return self._change(key, paused=paused)

    def set_interval(self, key: str, every: timedelta | None) -> bool:
        """The operator's own pause between polls, or None for the feed's rhythm.

        In force with the next poll.  False when there is none of this key.
        """
        return self._change(key, every_us=every)

    def set_fulltext(self, key: str, wanted: bool) -> bool:
        """Ask the pages of its articles for their text, from its next poll on, or no more.

        False when there is none of this key.
        """
        return self._change(key, fulltext=wanted)

    def revive(self, key: str, now: datetime) -> bool:
        """Ask a feed that was gone once more.  False when there is none of this key."""
        return self._change(key, failures=0, due_at=now, due_why="now: it was resumed")

    def _change(self, key: str, **values: object) -> bool:
        change = update(feeds).where(feeds.c.key == key).values(values)
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def titles(self, keys: Iterable[str]) -> dict[str, str]:
        """Key → title, of those that are there."""
        wanted = list(chunks(keys))
        return self._database.read(lambda connection: titles(connection, wanted))

    def memories(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Key → what is remembered of the feed's documents, of those that have any."""
        wanted = builtins.list(chunks(keys))

        def look(connection: Connection) -> dict[str, bytes]:
            found: dict[str, bytes] = {}
            for chunk in wanted:
                there = select(feed_memories).where(feed_memories.c.feed_key.in_(chunk))
                found |= {row.feed_key: row.memory for row in connection.execute(there)}
            return found

        return self._database.read(look)

    def claim(
        self,
        now: datetime,
        *,
        limit: int,
        lease: timedelta,
        only: Sequence[str] | None = None,
        due_only: bool = True,
    ) -> builtins.list[ClaimedFeed]:
        """Lease feeds until `now` + `lease`, the longest overdue first.

        `only` names the keys to choose from; without `due_only` feeds that are not due yet are
        leased too.  A feed is leased to one claim at a time, in whatever process; a paused feed
        is never leased.
        """
        free = or_(feeds.c.lease_until.is_(None), feeds.c.lease_until <= now)
        wanted = select(feeds).where(feeds.c.paused.is_(False), free)
        if due_only:
            # a publisher who said twice that the feed is gone is not asked by the clock
            ended = and_(
                feeds.c.state == FeedState.GONE,
                feeds.c.failures >= publisher_hints.GONE_ANSWERS_TO_END,
            )
            wanted = wanted.where(feeds.c.due_at <= now, ~ended)
        if only is not None:
            wanted = wanted.where(feeds.c.key.in_(only))
        wanted = wanted.order_by(feeds.c.due_at, feeds.c.key).limit(limit)
        wanted = wanted.with_for_update(skip_locked=True)

        def take(connection: Connection) -> builtins.list[ClaimedFeed]:
            claimed = [
                ClaimedFeed(feed=feed_rows.feed_from_row(row), token=secrets.token_hex(16))
                for row in connection.execute(wanted)
            ]
            _set_leases(connection, claimed, now + lease)
            return claimed

        return self._database.write(take)

    def extend(self, claimed: Collection[ClaimedFeed], until: datetime) -> set[str]:
        """Extend these leases until then; return the tokens of those that are still held."""
        if not claimed:
            return set()
        token_of = {claim.feed.key: claim.token for claim in claimed}

        def change(connection: Connection) -> set[str]:
            connection.execute(HELD.values(lease_until=until), _held_rows(claimed))
            tokens: set[str] = set()
            for chunk in chunks(sorted(token_of)):
                held = select(feeds.c.key, feeds.c.lease_token).where(feeds.c.key.in_(chunk))
                for row in connection.execute(held):
                    if row.lease_token == token_of[row.key]:
                        tokens.add(row.lease_token)
            return tokens

        return self._database.write(change)

    def release(self, claimed: Collection[ClaimedFeed]) -> None:
        """End these leases, except where another claim holds the feed; the due times stay."""
        if claimed:
            self._database.write(
                lambda connection: connection.execute(HELD.values(FREE), _held_rows(claimed))
            )


def titles(connection: Connection, keys: Iterable[builtins.list[str]]) -> dict[str, str]:
    """Key → title, of those that are there; `keys` come in chunks."""
    found: dict[str, str] = {}
    for chunk in keys:
        named = select(feeds.c.key, feeds.c.title).where(feeds.c.key.in_(chunk))
        found |= {row.key: row.title for row in connection.execute(named)}
    return found


def _taken(connection: Connection, new: Sequence[Feed]) -> set[str]:
    """The keys and addresses of these feeds that are there."""
    taken: set[str] = set()
    for column, names in (
        (feeds.c.key, [feed.key for feed in new]),
        (feeds.c.url, [feed.url for feed in new]),
    ):
        for chunk in chunks(names):
            taken.update(connection.scalars(select(column).where(column.in_(chunk))))
    return taken


def _set_leases(connection: Connection, claimed: Sequence[ClaimedFeed], until: datetime) -> None:
    if claimed:
        change = update(feeds).where(feeds.c.key == bindparam("of_key"))
        change = change.values(lease_until=until, lease_token=bindparam("token"))
        connection.execute(change, _held_rows(claimed))


def _held_rows(claimed: Iterable[ClaimedFeed]) -> builtins.list[dict[str, str]]:
    """The parameters of `HELD`, in the order of keys, so that two processes never deadlock."""
    rows = [{"of_key": claim.feed.key, "token": claim.token} for claim in claimed]
    return sorted(rows, key=lambda row: row["of_key"])
