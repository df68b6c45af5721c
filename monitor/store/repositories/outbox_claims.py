"""Which alerts are taken next, and all that their messages are made of."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
    true,
    update,
)

from monitor import failpoints
from monitor.domain.alerts import Claim, Subscription, SubscriptionState
from monitor.domain.articles import Article
from monitor.domain.messages import MessageType
from monitor.store.database.transactions import chunks
from monitor.store.mapping import alert_rows, article_rows
from monitor.store.repositories import feeds, revisions, sources
from monitor.store.schema.tables import (
    IS_ACTIVE,
    IS_PENDING,
    alert_articles,
    alerts,
    articles,
    subscriptions,
)

# The one message that goes to somebody who is not told anything yet: "do you want this?"
_is_asked = subscriptions.c.state.in_(
    (SubscriptionState.UNCONFIRMED, SubscriptionState.UNSUBSCRIBED)
)
may_be_told = or_(IS_ACTIVE, and_(_is_asked, alerts.c.type == MessageType.CONFIRM))


def is_awake(now: datetime) -> ColumnElement[bool]:
    """Its receiver is not left alone for a while after failures."""
    return or_(subscriptions.c.rests_until.is_(None), subscriptions.c.rests_until <= now)


def _free(now: datetime) -> ColumnElement[bool]:
    unleased = or_(alerts.c.lease_until.is_(None), alerts.c.lease_until <= now)
    return and_(IS_PENDING, alerts.c.due_at <= now, unleased)


def due(
    now: datetime, exclude: Collection[str], most: int, *, is_sqlite: bool
) -> Select[str, str, datetime]:
    """The keys, subscriptions and due times of what may be claimed: the first `most` of each.

    Each subscription's are read from the front of its index: a million that wait behind them
    cost nothing.
    """
    first = (
        select(alerts.c.key, alerts.c.subscription_key, alerts.c.due_at)
        .where(alerts.c.subscription_key == subscriptions.c.key, _free(now), may_be_told)
        .order_by(alerts.c.due_at, alerts.c.key)
        .limit(most)
    )
    chosen: FromClause
    if is_sqlite:  # it has no LATERAL
        chosen = alerts.alias("chosen")
        keys = first.with_only_columns(alerts.c.key).correlate(subscriptions)
        together = subscriptions.join(chosen, chosen.c.key.in_(keys))
    else:
        chosen = first.lateral("chosen")
        together = subscriptions.join(chosen, true())
    return (
        select(chosen.c.key, chosen.c.subscription_key, chosen.c.due_at)
        .select_from(together)
        .where(or_(IS_ACTIVE, _is_asked), is_awake(now), subscriptions.c.key.not_in(list(exclude)))
    )


def in_turns(found: Iterable[tuple[str, str, datetime]], limit: int) -> list[str]:
    """The first alert of every subscription, then the second of every one, … up to the limit.

    Within a turn, and of one subscription, the longest due is the first.
    """
    places: Counter[str] = Counter()
    queue = []
    for key, subscription, due_at in sorted(found, key=lambda one: (one[2], one[0])):
        queue.append((places[subscription], due_at, key))
        places[subscription] += 1
    return [key for _, _, key in sorted(queue)[:limit]]


def take(
    connection: Connection, keys: Sequence[str], now: datetime, until: datetime
) -> list[Claim]:
    """Lease those of these alerts that no other process took since they were chosen."""
    taken = _lock(connection, keys, now)
    tokens = {row.key: secrets.token_hex(16) for row in taken}
    if tokens:
        connection.execute(
            update(alerts)
            .where(alerts.c.key == bindparam("of_key"))
            .values(lease_until=until, lease_token=bindparam("token")),
            [{"of_key": key, "token": token} for key, token in tokens.items()],
        )
        failpoints.hit(failpoints.Point.CLAIMING)
    return _claims(connection, taken, tokens)


def _lock(connection: Connection, keys: Sequence[str], now: datetime) -> Sequence[Row[Any]]:
    """The alerts of these keys that are still free, ours until the transaction ends."""
    found: dict[str, Row[Any]] = {}
    for chunk in chunks(keys):
        wanted = select(alerts).where(alerts.c.key.in_(chunk), _free(now))
        for row in connection.execute(wanted.with_for_update(skip_locked=True)):
            found[row.key] = row
    return [found[key] for key in keys if key in found]


def held(connection: Connection, keys: Iterable[str]) -> dict[str, str | None]:
    """Alert key → the token that holds it, of those that are there; ours until the commit."""
    found: dict[str, str | None] = {}
    for chunk in chunks(sorted(keys)):
        wanted = select(alerts.c.key, alerts.c.lease_token).where(alerts.c.key.in_(chunk))
        for row in connection.execute(wanted.order_by(alerts.c.key).with_for_update()):
            found[row.key] = row.lease_token
    return found


def still_held(connection: Connection, tokens: Iterable[str]) -> set[str]:
    """Those of these tokens that hold an alert."""
    found: set[str] = set()
    for chunk in chunks(tokens):
        wanted = select(alerts.c.lease_token).where(alerts.c.lease_token.in_(chunk))
        found.update(connection.scalars(wanted))
    return found


def _claims(
    connection: Connection, taken: Sequence[Row[Any]], tokens: dict[str, str]
) -> list[Claim]:
    """The claims, with all that a message is made of."""
    told = told_of(connection, [row.key for row in taken])
    found = _articles(connection, [key for keys in told.values() for key in keys])
    askers = _subscriptions(connection, [row.subscription_key for row in taken])
    before = revisions.by_article(connection, found)
    brought = sources.by_article(connection, list(found.values()))
    titles = feeds.titles(connection, chunks(article.feed_key for article in found.values()))
    claims = []
    for row in taken:
        tells = tuple(
            revisions.as_of(found[key], before[key], row.created_at) for key in told[row.key]
        )
        of_feeds = {article.feed_key for article in tells}
        claims.append(
            Claim(
                alert=alert_rows.alert_of(row, told[row.key]),
                subscription=askers[row.subscription_key],
                articles=tells,
                feed_titles={key: titles[key] for key in of_feeds if key in titles},
                sources={article.key: brought[article.key] for article in tells},
                token=tokens[row.key],
            )
        )
    return claims


def told_of(connection: Connection, keys: Iterable[str]) -> dict[str, list[str]]:
    """Alert key → the keys of its articles, in order."""
    told: dict[str, list[str]] = defaultdict(list)
    for chunk in chunks(keys):
        wanted = select(alert_articles).where(alert_articles.c.alert_key.in_(chunk))
        for row in connection.execute(wanted.order_by(alert_articles.c.position)):
            told[row.alert_key].append(row.article_key)
    return told


def _articles(connection: Connection, keys: Iterable[str]) -> dict[str, Article]:
    found: dict[str, Article] = {}
    for chunk in chunks(keys):
        wanted = select(articles).where(articles.c.key.in_(chunk))
        found |= {row.key: article_rows.article_from_row(row) for row in connection.execute(wanted)}
    return found


def _subscriptions(connection: Connection, keys: Iterable[str]) -> dict[str, Subscription]:
    found: dict[str, Subscription] = {}
    for chunk in chunks(keys):
        wanted = select(subscriptions).where(subscriptions.c.key.in_(chunk))
        found |= {row.key: alert_rows.subscription_of(row) for row in connection.execute(wanted)}
    return found
