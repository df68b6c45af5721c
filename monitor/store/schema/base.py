"""Base of the schema: text lengths, and the conditions of partial indexes."""

from __future__ import annotations

from sqlalchemy import text

URL_LENGTH = 2_000  # bytes: an index entry of PostgreSQL holds 2,700
HOST_LENGTH = 255  # a name of the DNS has 253
TITLE_LENGTH = 1_000
TEXT_LENGTH = 200_000
SENTENCE_LENGTH = 1_000
QUESTION_LENGTH = 500
LOGIN_LENGTH = 500
NAME_BYTES = 300  # of a person, a passkey or a token

# The conditions of partial indexes.  A query must contain the same text to use the index: the
# planner does not know the value of a bound parameter.
RELEVANT = text("relevant")
REVIEW = text(
    "NOT relevant AND NOT backlog AND score >= review_threshold AND reason IN ('below', 'boosted')"
)
REMEMBERED = text("own_score IS NOT NULL")
REMEMBERED_BESIDE = text("opens_other_gate")
NEAR_LINE = text("abs(score - threshold) <= 0.05")
IS_NEAR = text("near_line")
WAITS = text("in_review")
HAS_THEMES = text("themes IS NOT NULL")
PENDING = text("state = 'pending'")
HELD = text("state = 'held'")
DEAD = text("state = 'dead'")
SENT = text("state = 'sent'")
SILENCED = text("state = 'silenced'")
REPEATED = text("state = 'repeated'")
LEASED = text("lease_token IS NOT NULL")
OPEN_WINDOW = text("words IS NOT NULL")
RUNNING = text("state = 'running'")
