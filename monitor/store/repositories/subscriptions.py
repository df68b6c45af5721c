"""Who asked to be told of what."""

from __future__ import annotations

import builtins
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from monitor.domain.alerts import AlertState, EndpointHealth, Subscription, SubscriptionState
from monitor.domain.errors import ConfigError
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database
from monitor.store.mapping import alert_rows
from monitor.store.schema.tables import alerts, subscriptions

# Secrets that one subscription signs with at the same time.
MOST_SECRETS = 4
_UNTOLD = (AlertState.PENDING, AlertState.HELD)


class Subscriptions:
    """The table of subscriptions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subscription: Subscription) -> bool:
        """Keep a subscription; False when its key or name is there already.

        Raise ConfigError for a name or address that can't be stored.
        """
        values = alert_rows.subscription_values(subscription)
        return self._database.write(
            lambda connection: self._database.insert_new(connection, subscriptions, [values]) > 0
        )

    def find(self, key_or_name: str) -> Subscription | None:
        """The one of this key, of this name, or whose key alone begins so (6 digits or more).

        Raise ConfigError when several begin so.
        """
        row = self._database.read(
            lambda connection: key_prefix.find_row(
                connection, subscriptions, key_or_name, subscriptions.c.name == key_or_name
            )
        )
        return alert_rows.subscription_of(row) if row else None

    def by_key(self, key: str) -> Subscription | None:
        """The one of this very key."""
        wanted = select(subscriptions).where(subscriptions.c.key == key)
        row = self._database.read(lambda connection: connection.execute(wanted).first())
        return alert_rows.subscription_of(row) if row else None

    def remove(self, key: str) -> bool:
        """Forget the subscription; what it was still to be told is listed as undelivered.

        False when there is none of this key.
        """

        def forget(connection: Connection) -> bool:
            gone = connection.execute(delete(subscriptions).where(subscriptions.c.key == key))
            _give_up(connection, key, "the subscription was removed")
            return gone.rowcount > 0

        return self._database.write(forget)

    def set_state(self, key: str, state: SubscriptionState, reason: str = "") -> bool:
        """Pause, disable or wake it; its alerts wait meanwhile.  False when there is none.

        One that is woken starts afresh: its failures are forgotten, and it no longer rests.
        """
        afresh = (
            alert_rows.health_values(EndpointHealth()) if state is SubscriptionState.ACTIVE else {}
        )
        return self._change(key, state=state, state_reason=reason, **afresh)

    def set_health(self, key: str, health: EndpointHealth) -> bool:
        """Keep how telling it goes.  False when there is none of this key."""
        return self._change(key, **alert_rows.health_values(health))

    def rotate(self, key: str, secret: str, *, now: datetime, until: datetime) -> Subscription:
        """Sign with a new secret, and until then with the old one too.

        Secrets that were replaced before keep their own end, but none one after `until`; those
        that ended are forgotten.  Raise ConfigError when there is no such subscription, or so many
        secrets in use that one more would only confuse.
        """

        def change(connection: Connection) -> Subscription:
            wanted = select(subscriptions).where(subscriptions.c.key == key).with_for_update()
            row = connection.execute(wanted).first()
            if row is None:
                raise ConfigError(f"no subscription {key!r}: it was removed meanwhile")
            before = alert_rows.subscription_of(row)
            ends = [*before.old_secrets, (before.secret, until)]
            kept = tuple((old, min(end, until)) for old, end in ends if min(end, until) > now)
            if len(kept) >= MOST_SECRETS:
                first = min(end for _, end in kept)
                raise ConfigError(
                    f"{MOST_SECRETS} secrets are in use: wait until {first:%Y-%m-%d %H:%M} UTC,"
                    " when one ends, or end all old ones at once with --now"
                )
            connection.execute(
                update(subscriptions)
                .where(subscriptions.c.key == key)
                .values(secret=secret, old_secrets=alert_rows.secrets_values(kept))
            )
            return replace(before, secret=secret, old_secrets=kept)

        return self._database.write(change)

    def _change(self, key: str, **values: object) -> bool:
        change = update(subscriptions).where(subscriptions.c.key == key).values(**values)
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def unsubscribe(self, key: str, reason: str) -> bool:
        """Its reader wants no more: what it was still to be told is listed as undelivered.

        False when there is none of this key, or it was ended so before: asking twice is no harm.
        """
        change = (
            update(subscriptions)
            .where(subscriptions.c.key == key)
            .where(subscriptions.c.state != SubscriptionState.UNSUBSCRIBED)
            .values(state=SubscriptionState.UNSUBSCRIBED, state_reason=reason)
        )

        def end(connection: Connection) -> bool:
            was_there = connection.execute(change).rowcount > 0
            if was_there:
                _give_up(connection, key, "its reader unsubscribed")
            return was_there

        return self._database.write(end)

    def confirm(self, key: str, themes: Collection[str]) -> bool:
        """Its reader said yes, to these themes; False for one that does not wait for that."""
        waiting = (SubscriptionState.UNCONFIRMED, SubscriptionState.UNSUBSCRIBED)
        change = (
            update(subscriptions)
            .where(subscriptions.c.key == key, subscriptions.c.state.in_(waiting))
            .values(state=SubscriptionState.ACTIVE, state_reason="", themes=sorted(themes))
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def forget_unconfirmed(self, before: datetime) -> int:
        """Forget who signed up before then and never said yes; how many those were."""
        gone = delete(subscriptions).where(
            subscriptions.c.state == SubscriptionState.UNCONFIRMED,
            subscriptions.c.created_at < before,
        )
        return self._database.write(lambda connection: connection.execute(gone).rowcount)

    def list(self) -> builtins.list[Subscription]:
        """Every subscription, by name."""
        found = self._database.read(
            lambda connection: [
                alert_rows.subscription_of(row) for row in connection.execute(select(subscriptions))
            ]
        )
        return sorted(found, key=lambda one: (one.name.casefold(), one.key))


def _give_up(connection: Connection, key: str, why: str) -> None:
    """List what this subscription was still to be told as undelivered."""
    connection.execute(
        update(alerts)
        .where(alerts.c.subscription_key == key, alerts.c.state.in_(_UNTOLD))
        .values(
            state=AlertState.DEAD,
            held_for=None,
            last_error=why,
            lease_until=None,
            lease_token=None,
        )
    )
