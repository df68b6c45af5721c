"""What the addresses that only their owner knows are made with."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from monitor.alerts import tokens
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import feed_links, secrets

_NAME = "links"


class Tokens:
    """The installation's secret, and how often each subscription's feed got a new address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def secret(self) -> str:
        """Made when it is asked for first, and never changed: old mails name it."""
        wanted = select(secrets.c.value).where(secrets.c.name == _NAME)
        found = self._database.read(lambda connection: connection.scalar(wanted))
        if found is not None:
            return str(found)
        made = {"name": _NAME, "value": tokens.new_secret()}

        def keep(connection: Connection) -> str:
            self._database.insert_new(connection, secrets, [made])
            return str(connection.scalar(wanted))  # another process may have been first

        return self._database.write(keep)

    def renewals(self, subscription_key: str) -> int:
        """How often the feed of this subscription got a new address."""
        wanted = select(feed_links.c.renewals)
        wanted = wanted.where(feed_links.c.subscription_key == subscription_key)
        return self._database.read(lambda connection: connection.scalar(wanted)) or 0

    def renew(self, subscription_key: str) -> int:
        """Give it a new one, at which the old ends; how often that was done."""
        first = {"subscription_key": subscription_key, "renewals": 0}
        change = (
            update(feed_links)
            .where(feed_links.c.subscription_key == subscription_key)
            .values(renewals=feed_links.c.renewals + 1)
        )

        def keep(connection: Connection) -> None:
            self._database.insert_new(connection, feed_links, [first])
            connection.execute(change)

        self._database.write(keep)
        return self.renewals(subscription_key)
