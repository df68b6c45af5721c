"""The tables of retention: how far the database is pruned, and the names of pruned articles.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from monitor.store.database.columns import EnumText, UtcDateTime, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.database.stored_states import Pruned


class PrunePositionRow(TableRow, table=True):
    """How far the regular round has come: everything older was looked at."""

    __tablename__ = "prune_positions"

    kind: Pruned = Field(sa_type=EnumText(Pruned), primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    key: str = Field(sa_type=key_type())
    pruned: int = Field(sa_type=BigInteger)  # since the first round


class PrunedArticleRow(TableRow, table=True):
    """The names of an article that was pruned whole: while a feed lists it, it is not new again."""

    __tablename__ = "pruned_articles"
    __table_args__ = (
        # is this page known, under any guid?
        Index("ix_pruned_articles_alias", "alias"),
        # is this story known, under another name?
        Index("ix_pruned_articles_wording", "wording"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    wording: str = Field(sa_type=key_type(16), primary_key=True)  # now, and before each edit
    feed_key: str = Field(sa_type=key_type())
    alias: str = Field(sa_type=key_type())
