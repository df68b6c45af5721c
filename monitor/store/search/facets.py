"""Search facets: counts by theme, language, feed and month over what a question finds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Text, cast

from monitor.store.schema.tables import articles

# Articles that are counted: more of them cost time, and nobody needs "12,345" to choose a facet.
MOST_COUNTED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Counts over the articles of a question, the newest `MOST_COUNTED` of them."""

    total: int
    is_capped: bool  # there are more articles than were counted
    themes: Mapping[str, int]  # slug → articles that count for it
    languages: Mapping[str, int]  # "ko" → articles; "" for an unknown one
    feeds: Mapping[str, int]  # feed key → articles
    months: Mapping[str, int]  # "2025-06" (UTC) → articles


def count(connection: Connection, query: Select[Any]) -> Facets:
    """Count over the articles of a query that is in its order already."""
    columns = (
        cast(articles.c.labels, Text).label("labels"),  # few differ: each is read as JSON once
        articles.c.language,
        articles.c.feed_key,
        articles.c.seen_at,
    )
    counted = query.with_only_columns(*columns).limit(MOST_COUNTED + 1)
    rows = connection.execute(counted).all()
    counts = [Counter(column) for column in zip(*rows[:MOST_COUNTED], strict=True)]
    labels, tags, feeds, instants = counts or [Counter[Any]() for _ in columns]
    themes, languages, months = Counter[str](), Counter[str](), Counter[str]()
    for slugs, number in labels.items():
        themes.update(dict.fromkeys(json.loads(slugs), number))
    for tag, number in tags.items():
        languages[(tag or "").split("-")[0].lower()] += number
    for instant, number in instants.items():
        months[f"{instant:%Y-%m}"] += number
    return Facets(
        total=min(len(rows), MOST_COUNTED),
        is_capped=len(rows) > MOST_COUNTED,
        themes=themes,
        languages=languages,
        feeds=feeds,
        months=months,
    )
