"""Search facets: counts by topic, theme, language, feed and month over what a question finds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    Text,
    cast,
    func,
    type_coerce,
)

from monitor.search.question import SearchPosition
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import articles
from monitor.store.search.numbered_query import NumberedQuery

# Articles that are counted: more of them cost time, and nobody needs "12,345" to choose a facet.
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts over the articles of a question, the newest `MOST_COUNTED` of them."""

    total: int
    is_capped: bool  # there are more articles than were counted
    topics: Mapping[str, int]  # name → articles that are relevant for it
    themes: Mapping[str, int]  # slug → articles that count for it
    languages: Mapping[str, int]  # "ko" → articles; "" for an unknown one
    feeds: Mapping[str, int]  # feed key → articles
    months: Mapping[str, int]  # "2025-06" (UTC) → articles
    last: SearchPosition | None = None  # that was counted; None: its number is not known

    def largest_feeds(self, number: int) -> list[str]:
        """The keys of the feeds with the most articles; equal ones by their keys."""
        return sorted(self.feeds, key=lambda key: (-self.feeds[key], key))[:number]


def count(database: Database, connection: Connection, query: NumberedQuery) -> Facets:
    """Count over the first articles of a query.  Raise TookTooLong."""
    columns = (
        _undecoded(database, articles.c.topics),
        _undecoded(database, articles.c.labels),
        articles.c.language,
        articles.c.feed_key,
        _month(database),
    )
    number = query.number
    place = () if number is None else (number.label("number"), articles.c.score)
    rows = query.rows(connection, MOST_COUNTED + 1, (*columns, *place))
    is_capped = len(rows) > MOST_COUNTED
    # few different labels: each is decoded once, not once an article
    counted_rows = [row[: len(columns)] for row in rows[:MOST_COUNTED]]
    values = zip(*counted_rows, strict=True) if rows else [()] * len(columns)
    topics, labels, languages, feeds, months = map(Counter, values)
    primary = Counter[str]()
    for language, articles_in_it in languages.items():
        primary[(language or "").split("-")[0].lower()] += articles_in_it
    return Facets(
        total=min(len(rows), MOST_COUNTED),
        is_capped=is_capped,
        topics=_of_lists(topics),
        themes=_of_lists(labels),
        languages=primary,
        feeds=feeds,
        months=months,
        last=_place(rows[MOST_COUNTED - 1]) if is_capped and number is not None else None,
    )


def _place(row: Row[Any]) -> SearchPosition:
    return SearchPosition(number=row.number, score=row.score)


def _of_lists(counts: Mapping[str | None, int]) -> Counter[str]:
    """Counts of JSON lists as counts of their items; null is an empty list."""
    items = Counter[str]()
    for text, number in counts.items():
        items.update(dict.fromkeys(json.loads(text or "[]") or (), number))
    return items


def _undecoded(database: Database, column: ColumnElement[Any]) -> ColumnElement[str]:
    """The JSON of a column as its text."""
    return type_coerce(column, String) if database.is_sqlite else cast(column, Text)


def _month(database: Database) -> ColumnElement[str]:
    """ "2025-06", in UTC."""
    if database.is_sqlite:
        return func.substr(type_coerce(articles.c.seen_at, String), 1, 7)
    return func.to_char(func.timezone("UTC", articles.c.seen_at), "YYYY-MM")
