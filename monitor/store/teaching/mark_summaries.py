"""Marks without the texts of their articles: for counts, and for what disagrees with the pack."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from monitor.store.database.transactions import Database
from monitor.store.schema.tables import articles, marks


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSummary:
    """A mark, and what the pack of its topic said of its article when it was judged."""

    article_key: str
    title: str
    language: str | None
    by: str
    relevant: bool
    marked_at: datetime
    score: float  # of the pack, without the keyword rules
    threshold: float
    pack: str  # the id of the pack that judged
    topic: str  # that the mark answers for


class MarkSummaries:
    """Reads the tables of marks and articles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> builtins.list[MarkSummary]:
        """Every mark, the newest first, in the order of `Marks.list`."""
        query = (
            select(
                marks.c.article_key,
                articles.c.title,
                articles.c.language,
                marks.c.marked_by.label("by"),
                marks.c.relevant,
                marks.c.marked_at,
                articles.c.pack_score.label("score"),
                articles.c.threshold,
                articles.c.pack,
                marks.c.topic,
                articles.c.other_decisions,
            )
            .join(articles, marks.c.article_key == articles.c.key)
            .order_by(marks.c.marked_at.desc(), marks.c.article_key, marks.c.marked_by)
        )
        return self._database.read(
            lambda connection: [_summary(row._asdict()) for row in connection.execute(query)]
        )


def _summary(columns: Mapping[str, Any]) -> MarkSummary:
    values = dict(columns)
    for decision in values.pop("other_decisions") or ():
        if decision["pack"].partition("@")[0] == values["topic"]:
            values["score"] = float(decision["pack_score"])
            values["threshold"] = float(decision["threshold"])
            values["pack"] = decision["pack"]
    return MarkSummary(**values)
