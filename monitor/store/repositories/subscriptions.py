"""Subscriptions: who gets which alerts, over which channel, in which state."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from monitor.domain.alerts import (
    AlertState,
    EndpointHealth,
    Subscription,
    SubscriptionState,
)
from monitor.domain.errors import ConfigError
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database
from monitor.store.events import event_contents, event_writes
from monitor.store.mapping import subscription_rows
from monitor.store.repositories import digests
from monitor.store.schema.tables import IS_DEAD, IS_PENDING, alerts, subscriptions
from monitor.store.search.feed_lookup import named_feeds

# Secrets that one subscription may sign with at the same time.
MAX_SECRETS = 4
_UNDELIVERED = (AlertState.PENDING, AlertState.HELD)


class Subscriptions:
    """The table of subscriptions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subscription: Subscription) -> bool:
        """Store a subscription; False when its key or name exists already.

        Raise ConfigError for a name or address that can't be stored.
        """
        values = subscription_rows.subscription_values(subscription)
        return self._database.write(
            lambda connection: self._database.insert_new(connection, subscriptions, [values]) > 0
        )

    def find(self, key_or_name: str) -> Subscription | None:
        """The one with this key or name, or the only one whose key begins so (4 digits or more).

        Raise ConfigError when several begin so.
        """

        def read(connection: Connection) -> builtins.list[Subscription]:
            named = subscriptions.c.name == key_or_name
            row = key_prefix.find_row(connection, subscriptions, key_or_name, named)
            return _from_rows(connection, [row] if row else [])

        return next(iter(self._database.read(read)), None)

    def by_key(self, key: str) -> Subscription | None:
        """The subscription with exactly this key."""
        query = select(subscriptions).where(subscriptions.c.key == key)
        return next(iter(self._database.read(lambda opened: _read(opened, query))), None)

    def remove(self, key: str, now: datetime) -> bool:
        """Delete the subscription; its pending alerts are listed as undelivered.

        False when no subscription has this key.
        """

        def change(connection: Connection) -> bool:
            deleted = connection.execute(delete(subscriptions).where(subscriptions.c.key == key))
            ending = _Ending(reason="removed", sentence="the subscription was removed", at=now)
            _give_up(self._database, connection, key, ending)
            return deleted.rowcount > 0

        return self._database.write(change)

    def set_state(self, key: str, state: SubscriptionState, reason: str = "") -> bool:
        """Pause, disable or activate it; False when no subscription has this key.

        The alerts of an inactive one wait.  One that becomes active loses its failures and its
        back-off.
        """
        health = (
            subscription_rows.health_values(EndpointHealth())
            if state is SubscriptionState.ACTIVE
            else {}
        )
        return self._change(key, state=state, state_reason=reason, **health)

    def edit(self, after: Subscription, now: datetime) -> bool:
        """Store its name, address, filters and schedule as they are in `after`.

        State and signing secrets stay.  A new address starts without the failures of the old one;
        under a new schedule the held alerts are checked at once.  False when no subscription has
        this key.  Raise ConfigError when another one has the name.
        """
        values = subscription_rows.edited_values(after)

        def change(connection: Connection) -> bool:
            this = subscriptions.c.key == after.key
            row = connection.execute(select(subscriptions).where(this).with_for_update()).first()
            if row is None:
                return False
            _check_name(connection, after)
            if row.address != after.address:
                values.update(subscription_rows.health_values(EndpointHealth()))
            connection.execute(update(subscriptions).where(this).values(values))
            if subscription_rows.schedule_from_json(row.cadence) != after.cadence:
                digests.reschedule(connection, after.key, after.cadence, now)
            return True

        return self._database.write(change)

    def renew_link(self, key: str) -> bool:
        """End the link by which its receiver manages it; a new one is made from the new version."""
        return self._change(key, link_version=subscriptions.c.link_version + 1)

    def set_health(self, key: str, health: EndpointHealth) -> bool:
        """Store the endpoint's health.  False when no subscription has this key."""
        return self._change(key, **subscription_rows.health_values(health))

    def end_pauses(self, now: datetime, keys: Collection[str] | None = None) -> int:
        """End the pauses of these receivers after failures; how many were paused.

        None: of all that have an alert that was given up.  Their failures stay: one more pauses
        them again.
        """
        given_up = select(alerts.c.subscription_key).where(IS_DEAD)
        is_meant = subscriptions.c.key.in_(given_up if keys is None else keys)
        change = update(subscriptions).where(is_meant, subscriptions.c.rests_until > now)
        change = change.values(rests_until=now)
        return self._database.write(lambda connection: connection.execute(change).rowcount)

    def try_first(self, alert_key: str, subscription_key: str, now: datetime) -> None:
        """End the receiver's pause, and let this alert be the one that is tried when it ends.

        The longest overdue is tried first, so this one becomes due just before all others.
        """
        earliest = select(func.min(alerts.c.due_at)).where(
            alerts.c.subscription_key == subscription_key, IS_PENDING
        )

        def change(connection: Connection) -> None:
            due_at = min(now, connection.scalar(earliest) or now) - timedelta.resolution
            this = update(alerts).where(alerts.c.key == alert_key, IS_PENDING)
            connection.execute(this.values(due_at=due_at))

        if self.end_pauses(now, [subscription_key]):
            self._database.write(change)

    def rotate(self, key: str, secret: str, *, now: datetime, until: datetime) -> Subscription:
        """Sign with a new secret, and with the old one too, until `until`.

        Secrets replaced earlier keep their end, which is moved to `until` if it is later; those
        that ended are deleted.  Raise ConfigError when there is no such subscription, or when
        `MAX_SECRETS` are in use.
        """

        def change(connection: Connection) -> Subscription:
            query = select(subscriptions).where(subscriptions.c.key == key).with_for_update()
            row = connection.execute(query).first()
            if row is None:
                raise ConfigError(f"no subscription {key!r}: it was removed meanwhile")
            before = subscription_rows.subscription_from_row(row)
            ends = [*before.old_secrets, (before.signing_secret, until)]
            in_use = tuple((old, min(end, until)) for old, end in ends if min(end, until) > now)
            if len(in_use) >= MAX_SECRETS:
                first = min(end for _, end in in_use)
                raise ConfigError(
                    f"{MAX_SECRETS} secrets are in use: wait until {first:%Y-%m-%d %H:%M} UTC,"
                    " when one ends, or end all old ones at once with --now"
                )
            connection.execute(
                update(subscriptions)
                .where(subscriptions.c.key == key)
                .values(secret=secret, old_secrets=subscription_rows.secrets_json(in_use))
            )
            return replace(before, signing_secret=secret, old_secrets=in_use)

        return self._database.write(change)

    def _change(self, key: str, **values: object) -> bool:
        change = update(subscriptions).where(subscriptions.c.key == key).values(**values)
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def unsubscribe(self, key: str, reason: str, now: datetime) -> bool:
        """The reader unsubscribed: the pending alerts are listed as undelivered.

        False when no subscription has this key, or when it is unsubscribed already.
        """
        change = (
            update(subscriptions)
            .where(subscriptions.c.key == key)
            .where(subscriptions.c.state != SubscriptionState.UNSUBSCRIBED)
            .values(state=SubscriptionState.UNSUBSCRIBED, state_reason=reason)
        )

        def end(connection: Connection) -> bool:
            changed = connection.execute(change).rowcount > 0
            if changed:
                ending = _Ending(reason="unsubscribed", sentence="its reader unsubscribed", at=now)
                _give_up(self._database, connection, key, ending)
            return changed

        return self._database.write(end)

    def confirm(
        self,
        key: str,
        themes: Collection[str],
        state: SubscriptionState = SubscriptionState.ACTIVE,
        reason: str = "",
    ) -> bool:
        """Store the themes that the reader confirmed, and the state that follows.

        False for a subscription that awaits no answer.
        """
        waiting = (SubscriptionState.UNCONFIRMED, SubscriptionState.UNSUBSCRIBED)
        change = (
            update(subscriptions)
            .where(subscriptions.c.key == key, subscriptions.c.state.in_(waiting))
            .values(state=state, state_reason=reason, themes=sorted(themes))
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def delete_unconfirmed(self, before: datetime) -> int:
        """Delete sign-ups made before then that were never confirmed; return how many."""
        statement = delete(subscriptions).where(
            subscriptions.c.state == SubscriptionState.UNCONFIRMED,
            subscriptions.c.created_at < before,
        )
        return self._database.write(lambda connection: connection.execute(statement).rowcount)

    def list(self) -> builtins.list[Subscription]:
        """Every subscription, by name."""
        query = select(subscriptions)
        subscribers = self._database.read(lambda connection: _read(connection, query))
        return sorted(
            subscribers, key=lambda subscriber: (subscriber.name.casefold(), subscriber.key)
        )


def _read(connection: Connection, query: Select[Any]) -> list[Subscription]:
    return _from_rows(connection, connection.execute(query).all())


def _from_rows(connection: Connection, rows: Sequence[Row[Any]]) -> list[Subscription]:
    """The subscriptions of these rows, with the feeds that their filters name."""
    names_feeds = any("feed:" in (row.filter or "") for row in rows)
    feeds = named_feeds(connection) if names_feeds else ()
    return [subscription_rows.subscription_from_row(row, feeds) for row in rows]


def _check_name(connection: Connection, after: Subscription) -> None:
    """Raise ConfigError when another subscription has this name."""
    others = select(subscriptions.c.key).where(
        subscriptions.c.name == after.name, subscriptions.c.key != after.key
    )
    if connection.execute(others).first() is not None:
        raise ConfigError(f"there is a subscription {after.name!r} already: choose another name")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """Why and when the alerts of a subscription were given up."""

    reason: str  # of the events, one word
    sentence: str  # of the list of deliveries
    at: datetime


def _give_up(database: Database, connection: Connection, key: str, ending: _Ending) -> None:
    """List the pending and held alerts of this subscription as undelivered.

    Stores their events: the last call of the transaction.
    """
    rows = connection.execute(
        update(alerts)
        .where(alerts.c.subscription_key == key, alerts.c.state.in_(_UNDELIVERED))
        .values(
            state=AlertState.DEAD,
            held_for=None,
            last_error=ending.sentence,
            lease_until=None,
            lease_token=None,
        )
        .returning(alerts.c.key, alerts.c.type, alerts.c.attempts)
    ).all()
    new = [
        event_contents.delivery_ended(
            row.key, key, row.type, attempts=row.attempts, reason=ending.reason, at=ending.at
        )
        for row in sorted(rows, key=lambda row: row.key)
    ]
    event_writes.add(database, connection, new)
