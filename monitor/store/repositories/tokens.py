"""The secret behind signed URL tokens, and how often each feed's token was renewed."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from monitor.alerts import tokens
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import feed_links, secrets

_ROW_NAME = "links"


class Tokens:
    """The installation's secret, and the number of renewals of each subscription's feed token."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def secret(self) -> str:
        """The signing secret: made at the first call, never changed, since old mails use it."""
        query = select(secrets.c.value).where(secrets.c.name == _ROW_NAME)
        stored = self._database.read(lambda connection: connection.scalar(query))
        if stored is not None:
            return str(stored)
        row = {"name": _ROW_NAME, "value": tokens.new_secret()}

        def insert(connection: Connection) -> str:
            self._database.insert_new(connection, secrets, [row])
            return str(connection.scalar(query))  # another process may have been first

        return self._database.write(insert)

    def renewals(self, subscription_key: str) -> int:
        """How often the address of this subscription's feed was renewed."""
        query = select(feed_links.c.renewals)
        query = query.where(feed_links.c.subscription_key == subscription_key)
        return self._database.read(lambda connection: connection.scalar(query)) or 0

    def renew(self, subscription_key: str) -> int:
        """Renew the address, which ends the old one; return the number of renewals."""
        first = {"subscription_key": subscription_key, "renewals": 0}
        change = (
            update(feed_links)
            .where(feed_links.c.subscription_key == subscription_key)
            .values(renewals=feed_links.c.renewals + 1)
        )

        def increment(connection: Connection) -> None:
            self._database.insert_new(connection, feed_links, [first])
            connection.execute(change)

        self._database.write(increment)
        return self.renewals(subscription_key)
