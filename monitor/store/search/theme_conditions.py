"""The conditions that an article counts for a theme, of whichever topic."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    TextClause,
    and_,
    bindparam,
    column,
    func,
    or_,
    select,
    text,
    true,
    type_coerce,
    union,
)

from monitor.store.database.postgresql_values import json_path, jsonb
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import IS_NUMBERED_WITH_THEMES, article_numbers, articles

_HAS_THEME = (
    "EXISTS (SELECT 1 FROM article_numbers AS themed INDEXED BY ix_article_numbers_themes"
    " WHERE themed.number = article_words.rowid AND themed.themes IS NOT NULL"
    " AND instr(themed.themes, :quoted) > 0)"
)


def counts_for_theme(database: Database, slug: str) -> ColumnElement[bool]:
    """The leading decision, or one on a further topic, counts for the theme."""
    is_leading = database.list_contains(articles.c.labels, slug)
    if not database.is_sqlite:
        further = jsonb(articles.c.other_decisions).contains([{"labels": [slug]}])
        return or_(is_leading, further)
    labels, slugs = _sqlite_labels_of_others()
    return or_(is_leading, labels.where(slugs == slug).exists())


def numbered_for_theme(database: Database, slug: str) -> ColumnElement[bool]:
    """The same by what stands beside the number.  `slug` is ASCII, without quotation marks.

    A slug between its quotation marks occurs in the JSON of a list if it is one of the items.
    """
    if not database.is_sqlite:
        return and_(IS_NUMBERED_WITH_THEMES, database.list_contains(article_numbers.c.themes, slug))
    json_text = type_coerce(article_numbers.c.themes, String)
    return and_(IS_NUMBERED_WITH_THEMES, func.instr(json_text, f'"{slug}"') > 0)


def hit_for_theme(slug: str) -> TextClause:
    """The same of a row of `article_words` in SQLite, by the index of the themes alone.

    Left to choose, SQLite looks up each hit in the table, which is many times as large.
    """
    return text(_HAS_THEME).bindparams(bindparam("quoted", f'"{slug}"', unique=True))


def themes_of_decisions(database: Database) -> ColumnElement[Any]:
    """The themes for which the decisions on all topics count, as a JSON list; null for none."""
    if not database.is_sqlite:
        from sqlalchemy.dialects.postgresql import aggregate_order_by

        path = json_path("$[*].labels[*]")
        leading, further = (
            elements.table_valued("slug").render_derived()
            for elements in (
                func.jsonb_array_elements(jsonb(articles.c.labels)),
                func.jsonb_path_query(jsonb(articles.c.other_decisions), path),
            )
        )
        slug = union(select(leading.c.slug), select(further.c.slug)).subquery().c.slug
        return select(func.jsonb_agg(aggregate_order_by(slug, slug))).scalar_subquery()
    leading_labels = func.json_each(articles.c.labels).table_valued("value")
    labels, _ = _sqlite_labels_of_others()
    both = union(select(leading_labels.c.value.label("slug")), labels).order_by(column("slug"))
    listed = func.json_group_array(both.subquery().c.slug)
    return select(func.nullif(listed, "[]")).scalar_subquery()


def _sqlite_labels_of_others() -> tuple[Select[tuple[Any]], ColumnElement[Any]]:
    """The query of the labels of decisions on further topics, and its column."""
    decisions = func.json_each(articles.c.other_decisions).table_valued("value")
    labels = func.json_each(decisions.c.value, "$.labels").table_valued("value")
    query = select(labels.c.value.label("slug")).select_from(decisions.join(labels, true()))
    return query, labels.c.value
