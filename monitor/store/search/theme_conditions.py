"""The conditions that an article counts for a theme, of whichever topic."""

from __future__ import annotations

from sqlalchemy import ColumnElement, cast, false, func, or_, select, true, type_coerce

from monitor.store.database.transactions import Database
from monitor.store.schema.tables import articles


def counts_for_theme(database: Database, slug: str) -> ColumnElement[bool]:
    """The leading decision, or one on a further topic, counts for the theme."""
    is_leading = database.list_contains(articles.c.labels, slug)
    if not database.is_sqlite:
        from sqlalchemy.dialects.postgresql import JSONB

        other = type_coerce(articles.c.other_decisions, JSONB)
        return or_(is_leading, other.contains([{"labels": [slug]}]))
    decisions = func.json_each(articles.c.other_decisions).table_valued("value")
    labels = func.json_each(decisions.c.value, "$.labels").table_valued("value")
    is_other = select(labels.c.value).select_from(decisions.join(labels, true()))
    return or_(is_leading, is_other.where(labels.c.value == slug).exists())


def counts_for_any_theme(database: Database) -> ColumnElement[bool]:
    """The leading decision, or one on a further topic, counts for at least one theme."""
    if not database.is_sqlite:
        from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

        labels = func.jsonb_array_length(type_coerce(articles.c.labels, JSONB))
        others = type_coerce(articles.c.other_decisions, JSONB)
        has_label = func.jsonb_path_exists(others, cast("$[*].labels[*]", JSONPATH))
        return or_(labels > 0, func.coalesce(has_label, false()))
    decisions = func.json_each(articles.c.other_decisions).table_valued("value")
    number = func.json_array_length(decisions.c.value, "$.labels")
    return or_(
        func.json_array_length(articles.c.labels) > 0,
        select(decisions.c.value).where(number > 0).exists(),
    )
