"""Counts by topic: flagged articles, those in review, and the flagged ones that people marked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from monitor.store.database.transactions import Database
from monitor.store.schema.tables import IS_RELEVANT, articles, marks
from monitor.store.teaching.review_list import waiting_condition


class TopicCounts:
    """Reads the tables of articles and marks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def flagged(self, since: datetime) -> Mapping[str, int]:
        """Topic → articles seen since then that are relevant for it; one may count for several."""
        query = (
            select(articles.c.topics, func.count().label("number"))
            .where(IS_RELEVANT, articles.c.seen_at >= since)
            .group_by(articles.c.topics)
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        counts: Counter[str] = Counter()
        for topics, number in rows:
            for topic in topics or ():
                counts[topic] += number
        return counts

    def in_review(self, since: datetime) -> Mapping[str, int]:
        """Topic → articles seen since then that it leads and that wait for an answer."""
        query = (
            select(articles.c.pack, func.count().label("number"))
            .where(*waiting_condition(since))
            .group_by(articles.c.pack)
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        counts: Counter[str] = Counter()
        for pack, number in rows:
            counts[pack.partition("@")[0]] += number
        return counts

    def marked_flagged(self, since: datetime) -> Mapping[str, tuple[int, int]]:
        """Topic → (relevant, all) of the articles flagged for it that were marked for it since.

        An article on which people disagree is not counted.
        """
        query = (
            select(marks.c.article_key, marks.c.topic, marks.c.relevant, articles.c.topics)
            .join(articles, articles.c.key == marks.c.article_key)
            .where(IS_RELEVANT, marks.c.marked_at >= since)
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        opinions: dict[tuple[str, str], set[bool]] = defaultdict(set)
        for row in rows:
            if row.topic in (row.topics or ()):
                opinions[row.topic, row.article_key].add(row.relevant)
        counts: dict[str, tuple[int, int]] = {}
        for (topic, _), opinion in opinions.items():
            if len(opinion) == 1:
                relevant, total = counts.get(topic, (0, 0))
                counts[topic] = relevant + (True in opinion), total + 1
        return counts
