"""Who asked to be told of what."""

from __future__ import annotations

import builtins

from sqlalchemy import Connection, delete, select, update

from monitor.domain import AlertState, Subscription, SubscriptionState
from monitor.store import lookup, rows
from monitor.store.database import Database
from monitor.store.tables import alerts, subscriptions


class Subscriptions:
    """The table of subscriptions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subscription: Subscription) -> bool:
        """Keep a subscription; False when its key or name is there already.

        Raise ConfigError for a name or address that can't be stored.
        """
        values = rows.subscription_values(subscription)
        return self._database.write(
            lambda connection: self._database.insert_new(connection, subscriptions, [values]) > 0
        )

    def find(self, key_or_name: str) -> Subscription | None:
        """The one of this key, of this name, or whose key alone begins so (6 digits or more).

        Raise ConfigError when several begin so.
        """
        row = self._database.read(
            lambda connection: lookup.find(
                connection, subscriptions, key_or_name, subscriptions.c.name == key_or_name
            )
        )
        return rows.subscription_of(row) if row else None

    def remove(self, key: str) -> bool:
        """Forget the subscription; what it was still to be told is listed as undelivered.

        False when there is none of this key.
        """

        def forget(connection: Connection) -> bool:
            gone = connection.execute(delete(subscriptions).where(subscriptions.c.key == key))
            connection.execute(
                update(alerts)
                .where(alerts.c.subscription_key == key, alerts.c.state == AlertState.PENDING)
                .values(
                    state=AlertState.DEAD,
                    last_error="the subscription was removed",
                    lease_until=None,
                    lease_token=None,
                )
            )
            return gone.rowcount > 0

        return self._database.write(forget)

    def set_state(self, key: str, state: SubscriptionState, reason: str = "") -> bool:
        """Pause, disable or wake it; its alerts wait meanwhile.  False when there is none."""
        change = (
            update(subscriptions)
            .where(subscriptions.c.key == key)
            .values(state=state, state_reason=reason)
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def list(self) -> builtins.list[Subscription]:
        """Every subscription, by name."""
        found = self._database.read(
            lambda connection: [
                rows.subscription_of(row) for row in connection.execute(select(subscriptions))
            ]
        )
        return sorted(found, key=lambda one: (one.name.casefold(), one.key))
