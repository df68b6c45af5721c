"""Outlets of parties: whether a watched feed of theirs has published anything since a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain, product, starmap
from urllib.parse import urlsplit

from sqlalchemy import Connection, or_, select

from monitor.store.schema.tables import articles, feeds


def parties_that_published(
    connection: Connection, outlets: Mapping[str, Sequence[str]], since: datetime
) -> set[str]:
    """Those of the parties from whose hosts an article was read after `since`.

    `outlets` has the hosts of each party; feeds of their subdomains count.
    """
    hosts = set(chain.from_iterable(outlets.values()))
    if not hosts:
        return set()
    named = or_(*(feeds.c.url.contains(host, autoescape=True) for host in sorted(hosts)))
    rows = connection.execute(select(feeds.c.key, feeds.c.url).where(named)).all()
    published = {row.key for row in rows if _has_article(connection, row.key, since)}
    live_hosts = {urlsplit(row.url).hostname or "" for row in rows if row.key in published}
    return {
        party
        for party, listed in outlets.items()
        if any(starmap(_is_of, product(live_hosts, listed)))
    }


def _has_article(connection: Connection, feed_key: str, since: datetime) -> bool:
    query = select(articles.c.key).where(
        articles.c.feed_key == feed_key, articles.c.seen_at > since
    )
    return connection.execute(query.limit(1)).first() is not None


def _is_of(host: str, outlet: str) -> bool:
    return host == outlet or host.endswith(f".{outlet}")
