"""Decisions of one topic in SQL, whether they lead their article or stand beside what leads it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Double,
    FromClause,
    String,
    cast,
    func,
    or_,
    select,
    union_all,
)

from monitor.store.database.postgresql_values import jsonb
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import articles, marks


def answers_for_leading(table: FromClause) -> ColumnElement[bool]:
    """That a mark is about the topic that leads the article of `table`."""
    name = marks.c.topic + "@"
    # no LIKE: "_" in a name would stand for any letter
    return or_(marks.c.topic == "", func.substr(table.c.pack, 1, func.length(name)) == name)


def decisions_on(
    database: Database, topic: str, condition: ColumnElement[bool]
) -> CompoundSelect[tuple[str, bool, str, float, float]]:
    """Key, `relevant`, `reason`, `score` and `pack_score` of the decisions on a topic.

    Of the articles that meet the condition; one that was not judged for the topic is left out.
    """
    led = select(
        articles.c.key,
        articles.c.relevant,
        cast(articles.c.reason, String).label("reason"),
        articles.c.score,
        articles.c.pack_score,
    ).where(condition, articles.c.pack.startswith(f"{topic}@", autoescape=True))
    elements = (
        func.json_each(articles.c.other_decisions)
        if database.is_sqlite
        else func.jsonb_array_elements(jsonb(articles.c.other_decisions))
    )
    decision = elements.table_valued("value", joins_implicitly=True)

    def field(name: str) -> ColumnElement[Any]:
        if database.is_sqlite:
            return func.json_extract(decision.c.value, f"$.{name}")
        return func.jsonb_extract_path_text(jsonb(decision.c.value), name)

    beside = select(
        articles.c.key,
        cast(field("relevant"), Boolean).label("relevant"),
        field("reason").label("reason"),
        cast(field("score"), Double).label("score"),
        cast(field("pack_score"), Double).label("pack_score"),
    ).where(
        condition,
        articles.c.other_decisions.is_not(None),
        field("pack").startswith(f"{topic}@", autoescape=True),
    )
    return union_all(led, beside)
