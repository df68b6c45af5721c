"""What all tables share: their base, the lengths of texts, the words of partial indexes."""

from __future__ import annotations

from sqlalchemy import MetaData, text
from sqlmodel import SQLModel

URL_LENGTH = 2_000  # bytes: an index entry of PostgreSQL holds 2,700
TITLE_LENGTH = 1_000
TEXT_LENGTH = 200_000
SENTENCE_LENGTH = 1_000

# What the partial indexes hold.  A question must say it in these very words to be answered from
# the index: a bound parameter proves nothing when the plan is made.
RELEVANT = text("relevant")
PENDING = text("state = 'pending'")
HELD = text("state = 'held'")
SILENCED = text("state = 'silenced'")
LEASED = text("lease_token IS NOT NULL")


class TableRow(SQLModel):
    """A row as it lies in the database; never leaves the store."""

    metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s"})
