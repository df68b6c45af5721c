"""The base class of all tables, text lengths, and the conditions of partial indexes."""

from __future__ import annotations

from sqlalchemy import MetaData, text
from sqlmodel import SQLModel

URL_LENGTH = 2_000  # bytes: an index entry of PostgreSQL holds 2,700
TITLE_LENGTH = 1_000
TEXT_LENGTH = 200_000
SENTENCE_LENGTH = 1_000
QUESTION_LENGTH = 500
LOGIN_LENGTH = 500

# The conditions of partial indexes.  A query must contain the same text to use the index: the
# planner does not know the value of a bound parameter.
RELEVANT = text("relevant")
REVIEW = text(
    "NOT relevant AND NOT backlog AND score >= review_threshold AND reason IN ('below', 'boosted')"
)
REMEMBERED = text("own_score IS NOT NULL")
NEAR_LINE = text("abs(score - threshold) <= 0.05")
IS_NEAR = text("near_line")
WAITS = text("in_review")
PENDING = text("state = 'pending'")
HELD = text("state = 'held'")
DEAD = text("state = 'dead'")
SENT = text("state = 'sent'")
SILENCED = text("state = 'silenced'")
REPEATED = text("state = 'repeated'")
LEASED = text("lease_token IS NOT NULL")
OPEN_WINDOW = text("words IS NOT NULL")
RUNNING = text("state = 'running'")


class TableRow(SQLModel):
    """The base of all tables; rows never leave the store."""

    metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s"})
