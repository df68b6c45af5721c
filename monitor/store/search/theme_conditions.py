"""The condition that an article counts for a theme, of whichever topic."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select, true, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from monitor.store.database.transactions import Database
from monitor.store.schema.tables import articles


def counts_for_theme(database: Database, slug: str) -> ColumnElement[bool]:
    """The leading decision, or one on a further topic, counts for the theme."""
    is_leading = database.list_contains(articles.c.labels, slug)
    if not database.is_sqlite:
        other = type_coerce(articles.c.other_decisions, JSONB)
        return or_(is_leading, other.contains([{"labels": [slug]}]))
    decisions = func.json_each(articles.c.other_decisions).table_valued("value")
    labels = func.json_each(decisions.c.value, "$.labels").table_valued("value")
    is_other = select(labels.c.value).select_from(decisions.join(labels, true()))
    return or_(is_leading, is_other.where(labels.c.value == slug).exists())
