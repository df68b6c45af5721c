"""Claims of the outbox: which alerts are leased next, and all that their messages need."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
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
from monitor.domain.alerts import BY_RECEIVER, AlertState, Claim, Subscription, SubscriptionState
from monitor.domain.messages import MessageType
from monitor.store.database.transactions import select_in
from monitor.store.mapping import alert_rows, subscription_rows
from monitor.store.repositories import feeds, revisions, sources
from monitor.store.repositories.articles import by_keys as articles_by_key
from monitor.store.schema.tables import (
    IS_ACTIVE,
    IS_PENDING,
    alert_articles,
    alerts,
    subscriptions,
)

Instant = datetime | BindParameter[datetime]

# The confirmation request is the one message for subscriptions that are not active.
_AWAITS_CONFIRMATION = subscriptions.c.state.in_(
    (SubscriptionState.UNCONFIRMED, SubscriptionState.UNSUBSCRIBED)
)
# A receiver who paused or left by their own link is told so; so is nobody else who is not active.
_CHANGED_BY_RECEIVER = and_(
    subscriptions.c.state.in_((SubscriptionState.PAUSED, SubscriptionState.UNSUBSCRIBED)),
    subscriptions.c.state_reason.startswith(BY_RECEIVER),
)
may_be_told = or_(
    IS_ACTIVE,
    and_(_AWAITS_CONFIRMATION, alerts.c.type == MessageType.CONFIRM),
    and_(_CHANGED_BY_RECEIVER, alerts.c.type == MessageType.CHANGED),
)


# Of `due`, which a service asks each second: built once, it is compiled and recognised once.
_NOW = bindparam("now", type_=alerts.c.due_at.type)
_SHARE = bindparam("share", type_=Integer())
_EXCLUDED = bindparam("excluded", type_=subscriptions.c.key.type, expanding=True)


def is_awake(now: Instant) -> ColumnElement[bool]:
    """The condition that the subscription's endpoint is not in back-off after failures."""
    return or_(subscriptions.c.rests_until.is_(None), subscriptions.c.rests_until <= now)


def _is_free(now: Instant) -> ColumnElement[bool]:
    unleased = or_(alerts.c.lease_until.is_(None), alerts.c.lease_until <= now)
    return and_(IS_PENDING, alerts.c.due_at <= now, unleased)


@cache
def due(*, is_sqlite: bool) -> Select[str, str, datetime]:
    """Key, subscription and due time of claimable alerts: the first `share` of each subscription.

    The alerts of each subscription are read from the front of its index: a million that wait
    behind them cost nothing.  Execute it with `due_parameters`.
    """
    first = (
        select(alerts.c.key, alerts.c.subscription_key, alerts.c.due_at)
        .where(alerts.c.subscription_key == subscriptions.c.key, _is_free(_NOW), may_be_told)
        .order_by(alerts.c.due_at, alerts.c.key)
        .limit(_SHARE)
    )
    chosen: FromClause
    if is_sqlite:  # it has no LATERAL
        chosen = alerts.alias("chosen")
        keys = first.with_only_columns(alerts.c.key).correlate(subscriptions)
        joined = subscriptions.join(chosen, chosen.c.key.in_(keys))
    else:
        chosen = first.lateral("chosen")
        joined = subscriptions.join(chosen, true())
    return (
        select(chosen.c.key, chosen.c.subscription_key, chosen.c.due_at)
        .select_from(joined)
        .where(or_(IS_ACTIVE, _AWAITS_CONFIRMATION, _CHANGED_BY_RECEIVER), is_awake(_NOW))
        .where(subscriptions.c.key.not_in(_EXCLUDED))
    )


def due_parameters(now: datetime, exclude: Collection[str], share: int) -> dict[str, object]:
    """The parameters of `due`: `share` alerts of each subscription, none of those in `exclude`."""
    return {_NOW.key: now, _SHARE.key: share, _EXCLUDED.key: list(exclude)}


def in_turns(rows: Iterable[tuple[str, str, datetime]], limit: int) -> list[str]:
    """Alert keys round robin: the first alert of every subscription, then the second, … to `limit`.

    `rows` are (alert key, subscription key, due time).  Within a turn, and within a subscription,
    the longest overdue comes first.
    """
    turns: Counter[str] = Counter()
    queue = []
    for key, subscription, due_at in sorted(rows, key=lambda row: (row[2], row[0])):
        queue.append((turns[subscription], due_at, key))
        turns[subscription] += 1
    return [key for _, _, key in sorted(queue)[:limit]]


def take(
    connection: Connection, keys: Sequence[str], now: datetime, until: datetime
) -> list[Claim]:
    """Lease those of these alerts that no other process has leased since they were chosen."""
    rows = _lock(connection, keys, now)
    tokens = {row.key: secrets.token_hex(16) for row in rows}
    if tokens:
        connection.execute(
            update(alerts)
            .where(alerts.c.key == bindparam("of_key"))
            .values(lease_until=until, lease_token=bindparam("token")),
            [{"of_key": key, "token": token} for key, token in tokens.items()],
        )
        failpoints.hit(failpoints.Point.CLAIMING)
    return _claims(connection, rows, tokens, until)


def _lock(connection: Connection, keys: Sequence[str], now: datetime) -> Sequence[Row[Any]]:
    """The rows of the alerts that are still free, locked until the transaction ends."""
    free = select(alerts).where(_is_free(now)).with_for_update(skip_locked=True)
    rows = {row.key: row for row in select_in(connection, free, alerts.c.key, keys)}
    return [rows[key] for key in keys if key in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseState:
    """Who may record an attempt of an alert now, and whether it still waits to be sent."""

    token: str | None
    is_pending: bool
    subscription_key: str
    message_type: MessageType


def held(connection: Connection, keys: Iterable[str]) -> dict[str, LeaseState]:
    """Alert key → its lease; unknown keys are left out.  Locks the alerts."""
    query = select(
        alerts.c.key, alerts.c.lease_token, alerts.c.state, alerts.c.subscription_key, alerts.c.type
    )
    locked = query.order_by(alerts.c.key).with_for_update()
    rows = select_in(connection, locked, alerts.c.key, sorted(keys))
    return {
        row.key: LeaseState(
            token=row.lease_token,
            is_pending=row.state == AlertState.PENDING,
            subscription_key=row.subscription_key,
            message_type=row.type,
        )
        for row in rows
    }


def still_held(connection: Connection, tokens: Iterable[str]) -> set[str]:
    """The tokens that hold an alert."""
    query = select(alerts.c.lease_token)
    return {row.lease_token for row in select_in(connection, query, alerts.c.lease_token, tokens)}


def _claims(
    connection: Connection, rows: Sequence[Row[Any]], tokens: dict[str, str], until: datetime | None
) -> list[Claim]:
    """The claims of these alerts, with all that their messages need."""
    keys_by_alert = article_keys(connection, [row.key for row in rows])
    newest = articles_by_key(connection, itertools.chain.from_iterable(keys_by_alert.values()))
    subscribers = _subscriptions(connection, [row.subscription_key for row in rows])
    versions = revisions.by_article(connection, newest)
    sources_by_article = sources.by_article(connection, list(newest.values()))
    titles = feeds.titles(connection, [article.feed_key for article in newest.values()])
    claims = []
    for row in rows:
        articles = tuple(
            revisions.as_of(newest[key], versions[key], row.created_at)
            for key in keys_by_alert[row.key]
        )
        feed_keys = {article.feed_key for article in articles}
        claims.append(
            Claim(
                alert=alert_rows.alert_from_row(row, keys_by_alert[row.key]),
                subscription=subscribers[row.subscription_key],
                articles=articles,
                feed_titles={key: titles[key] for key in feed_keys if key in titles},
                sources={article.key: sources_by_article[article.key] for article in articles},
                token=tokens[row.key],
                until=until,
                took_over=row.lease_token is not None,
            )
        )
    return claims


def unleased(connection: Connection, row: Row[Any]) -> Claim | None:
    """All that the message of an alert needs, to be shown; None: its subscription was removed."""
    if not _subscriptions(connection, [row.subscription_key]):
        return None
    return _claims(connection, [row], {row.key: ""}, None)[0]


def article_keys(connection: Connection, alert_keys: Iterable[str]) -> dict[str, list[str]]:
    """Alert key → the keys of its articles, in order."""
    keys: dict[str, list[str]] = defaultdict(list)
    in_order = select(alert_articles).order_by(alert_articles.c.position)
    for row in select_in(connection, in_order, alert_articles.c.alert_key, alert_keys):
        keys[row.alert_key].append(row.article_key)
    return keys


def _subscriptions(connection: Connection, keys: Iterable[str]) -> dict[str, Subscription]:
    rows = select_in(connection, select(subscriptions), subscriptions.c.key, keys)
    return {row.key: subscription_rows.subscription_from_row(row) for row in rows}
