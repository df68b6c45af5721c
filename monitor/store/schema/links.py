"""The tables behind signed links: the secret that signs them, and renewals of feed links.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from sqlalchemy import ForeignKeyConstraint, String
from sqlmodel import Field

from monitor.store.database.columns import key_type
from monitor.store.database.declared_row import TableRow


class SecretRow(TableRow, table=True):
    """A secret of this installation: made once, never changed."""

    __tablename__ = "secrets"

    name: str = Field(sa_type=String(64), primary_key=True)
    value: str = Field(sa_type=String(500))


class FeedLinkRow(TableRow, table=True):
    """The number of renewals of a subscription's feed address; no row: 0."""

    __tablename__ = "feed_links"
    __table_args__ = (
        # a new subscription has new addresses anyway
        ForeignKeyConstraint(
            ["subscription_key"],
            ["subscriptions.key"],
            name="fk_feed_links_subscription_key",
            ondelete="CASCADE",
        ),
    )

    subscription_key: str = Field(sa_type=key_type(), primary_key=True)
    renewals: int
