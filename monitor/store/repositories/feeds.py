"""Feeds: their settings and poll state, when each is due, and which claim holds it."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from monitor.domain.errors import ConfigError
from monitor.domain.feeds import ClaimedFeed, Feed, FeedLogin
from monitor.polling import next_poll
from monitor.store.claims import feed_claims
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database, select_in
from monitor.store.events import event_writes, feed_events
from monitor.store.mapping import feed_rows
from monitor.store.mapping.column_text import headers_json
from monitor.store.repositories import websub
from monitor.store.schema.tables import feed_memories, feeds, former_feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedName:
    """How people call a feed."""

    title: str  # may be empty
    url: str


class Feeds:
    """The table of feeds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = feed_claims.new_holder()  # whoever opened the store, as one process

    def add(self, feed: Feed) -> bool:
        """Store a feed; False, and nothing changes, when its key or address exists already.

        Raise ConfigError for an address that can't be stored.
        """
        return bool(self.add_all([feed]))

    def add_all(self, new: Iterable[Feed]) -> builtins.list[Feed]:
        """Store the feeds whose key and address are new; return those.

        Raise ConfigError, storing none, when one of them can't be stored.
        """
        candidates = [(feed, feed_rows.feed_values(feed)) for feed in new]

        def insert(connection: Connection) -> builtins.list[Feed]:
            used = _existing_names(connection, [feed for feed, _ in candidates])
            added, rows = [], []
            for feed, values in candidates:
                if not {feed.key, feed.url} & used:
                    used |= {feed.key, feed.url}
                    added.append(feed)
                    rows.append(values)
            self._database.insert_new(connection, feeds, rows)
            return added

        return self._database.write(insert)

    def list(self, *, paused: bool | None = None) -> builtins.list[Feed]:
        """Every feed, by title and address; with `paused` those that are paused, or are not."""
        query = select(feeds)
        if paused is not None:
            query = query.where(feeds.c.paused.is_(paused))
        listed = self._database.read(
            lambda connection: [feed_rows.feed_from_row(row) for row in connection.execute(query)]
        )
        return sorted(listed, key=lambda feed: (feed.title.casefold(), feed.url))

    def names(self) -> builtins.list[FeedName]:
        """The title and address of every feed, in the order of `list`, without the rest of it."""
        query = select(feeds.c.title, feeds.c.url)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        names = [FeedName(title=row.title, url=row.url) for row in rows]
        return sorted(names, key=lambda name: (name.title.casefold(), name.url))

    def keys(self, *, due_at: datetime | None = None) -> builtins.list[str]:
        """The key of every feed in the order of `list`; with `due_at` of those due by then."""
        query = select(feeds.c.key, feeds.c.title, feeds.c.url)
        if due_at is not None:
            query = query.where(feeds.c.due_at <= due_at)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [row.key for row in sorted(rows, key=lambda row: (row.title.casefold(), row.url))]

    def by_keys(self, keys: Iterable[str]) -> dict[str, Feed]:
        """Feed key → the feed; unknown keys are left out."""
        rows = self._database.read(
            lambda connection: builtins.list(
                select_in(connection, select(feeds), feeds.c.key, keys)
            )
        )
        return {row.key: feed_rows.feed_from_row(row) for row in rows}

    def find(self, key_or_url: str) -> Feed | None:
        """The feed with this key or address, or the only one whose key begins so (4 digits up).

        Raise ConfigError when several begin so.
        """
        row = self._database.read(
            lambda connection: key_prefix.find_row(
                connection, feeds, key_or_url, feeds.c.url == key_or_url
            )
        )
        return feed_rows.feed_from_row(row) if row else None

    def remove(self, key: str) -> bool:
        """Delete the feed; its articles stay, with its title.  False when no feed has this key.

        The next WebSub round unsubscribes from its hub.
        """

        def change(connection: Connection) -> bool:
            websub.drop_subscription(connection, key)
            _keep_title(self._database, connection, key)
            return connection.execute(delete(feeds).where(feeds.c.key == key)).rowcount > 0

        return self._database.write(change)

    def set_paused(self, key: str, paused: bool, now: datetime) -> bool:
        """Pause or resume it; a paused feed is never claimed.  False when no feed has this key."""

        def change(connection: Connection) -> bool:
            this = feeds.c.key == key
            row = connection.execute(select(feeds).where(this).with_for_update()).first()
            if row is None:
                return False
            connection.execute(update(feeds).where(this).values(paused=paused))
            if row.paused != paused:
                event = feed_events.paused(row, paused=paused, at=now)
                event_writes.add(self._database, connection, [event])
            return True

        return self._database.write(change)

    def set_interval(self, key: str, interval: timedelta | None) -> bool:
        """Set the pause between polls; None: as often as the feed's publishing rate asks for.

        In force with the next poll.  False when no feed has this key.
        """
        return self._change(key, every_us=interval)

    def set_fulltext(self, key: str, enabled: bool) -> bool:
        """Fetch the pages of its new articles for their full text, or stop, from the next poll on.

        False when no feed has this key.
        """
        return self._change(key, fulltext=enabled)

    def set_login(self, key: str, login: FeedLogin | None, now: datetime) -> bool:
        """Set or remove the user name and password, and poll the feed now.

        False when no feed has this key.
        """
        return self._change(
            key,
            **feed_rows.login_values(login),
            etag=None,  # another user may get another document
            last_modified=None,
            failures=0,
            due_at=now,
            due_why="now: its login was changed",
        )

    def set_headers(self, key: str, headers: Sequence[tuple[str, str]], now: datetime) -> bool:
        """Set the feed's own request headers, instead of all others, and poll the feed now.

        False when no feed has this key.
        """
        return self._change(
            key,
            headers=headers_json(headers),
            etag=None,  # another document may be sent
            last_modified=None,
            failures=0,
            due_at=now,
            due_why="now: its headers were changed",
        )

    def edit(self, after: Feed, now: datetime) -> bool:
        """Store its address, title, language, tags and note as they are in `after`.

        A new address is polled at the next round, without what was learned of the former one's
        documents, and with the login of `after`; a poll of the former address that runs now is not
        stored.  False when no feed has this key.  Raise ConfigError when another feed has the
        address.
        """
        values = feed_rows.edited_values(after)

        def change(connection: Connection) -> bool:
            this = feeds.c.key == after.key
            row = connection.execute(select(feeds).where(this).with_for_update()).first()
            if row is None:
                return False
            if row.url != after.url:
                _check_address(connection, after)
                websub.drop_subscription(connection, after.key)
                values.update(feed_rows.moved_values(row, after, now), **feed_claims.FREE)
            connection.execute(update(feeds).where(this).values(values))
            return True

        return self._database.write(change)

    def revive(self, key: str, now: datetime) -> bool:
        """Make a feed due that was gone for good.  False when no feed has this key."""
        return self._change(key, failures=0, due_at=now, due_why=next_poll.RESUMED)

    def make_due(self, key: str, now: datetime) -> bool:
        """Poll a feed at the next round.  False when no feed has this key."""
        return self._change(key, due_at=now, due_why="now: a person asked for it")

    def _change(self, key: str, **values: object) -> bool:
        change = update(feeds).where(feeds.c.key == key).values(values)
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def titles(self, keys: Iterable[str]) -> dict[str, str]:
        """Feed key → title, of removed feeds too; unknown keys are left out."""
        feed_keys = builtins.list(keys)
        return self._database.read(lambda connection: titles(connection, feed_keys))

    def all_titles(self) -> dict[str, str]:
        """Feed key → title of every feed, of removed ones too."""
        return self._database.read(all_titles)

    def memories(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Feed key → the parser's memory of earlier documents; feeds without one are left out."""
        feed_keys = builtins.list(keys)

        def select_memories(connection: Connection) -> dict[str, bytes]:
            rows = select_in(connection, select(feed_memories), feed_memories.c.feed_key, feed_keys)
            return {row.feed_key: row.memory for row in rows}

        return self._database.read(select_memories)

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
        leased too.  A feed is leased to one claim at a time, in whatever process, and the feeds of
        a host to one process at a time; a paused feed is never leased.
        """
        choice = feed_claims.Choice(limit=limit, only=only, due_only=due_only)
        return self._database.write(
            lambda connection: feed_claims.claim(connection, self._holder, choice, now, lease)
        )

    def extend(self, claimed: Collection[ClaimedFeed], until: datetime) -> set[str]:
        """Extend these leases until then; return the tokens of those that are still held."""
        if not claimed:
            return set()
        return self._database.write(
            lambda connection: feed_claims.extend(connection, claimed, until)
        )

    def release(self, claimed: Collection[ClaimedFeed]) -> None:
        """End these leases, except where another claim holds the feed; the due times stay."""
        if claimed:
            self._database.write(lambda connection: feed_claims.release(connection, claimed))


def titles(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Feed key → title, of removed feeds too; unknown keys are left out."""
    feed_keys = builtins.set(keys)
    query = select(feeds.c.key, feeds.c.title)
    current = {row.key: row.title for row in select_in(connection, query, feeds.c.key, feed_keys)}
    removed = feed_keys - current.keys()
    if not removed:
        return current
    query = select(former_feeds.c.key, former_feeds.c.title)
    rows = select_in(connection, query, former_feeds.c.key, removed)
    return current | {row.key: row.title for row in rows}


def all_titles(connection: Connection) -> dict[str, str]:
    """Feed key → title of every feed, of removed ones too."""
    former = select(former_feeds.c.key, former_feeds.c.title)
    current = select(feeds.c.key, feeds.c.title)
    rows = [*connection.execute(former), *connection.execute(current)]
    return {row.key: row.title for row in rows}


def _check_address(connection: Connection, after: Feed) -> None:
    """Raise ConfigError when another feed has this address."""
    others = select(feeds.c.key).where(feeds.c.url == after.url, feeds.c.key != after.key)
    other = connection.execute(others).first()
    if other is not None:
        raise ConfigError(f"{after.url} is the feed {other.key[:12]} already: remove one of them")


def _keep_title(database: Database, connection: Connection, key: str) -> None:
    title = connection.scalar(select(feeds.c.title).where(feeds.c.key == key))
    if title:
        insert = database.insert(former_feeds).values(key=key, title=title)
        change = {"title": insert.excluded.title}
        upsert = insert.on_conflict_do_update(index_elements=["key"], set_=change)
        connection.execute(upsert)


def _existing_names(connection: Connection, new: Sequence[Feed]) -> set[str]:
    """The keys and addresses of these feeds that are stored already."""
    keys = [feed.key for feed in new]
    urls = [feed.url for feed in new]
    existing = {row.key for row in select_in(connection, select(feeds.c.key), feeds.c.key, keys)}
    url_rows = select_in(connection, select(feeds.c.url), feeds.c.url, urls)
    return existing | {row.url for row in url_rows}
