"""Remembered articles: those of the last days that pass the gate of a topic, for its memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from monitor.domain.feeds import Entry
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import (
    IS_REMEMBERED,
    IS_REMEMBERED_BESIDE,
    article_numbers,
    articles,
    story_articles,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedArticle:
    """A stored article that passes the gate of a topic, with its score by that pack alone."""

    number: int  # ascending in the order of commits
    key: str
    copy_key: str
    feed_key: str
    origin: str | None  # as its story has it; None: it is in none
    entry: Entry  # headline and the feed's text; nothing else
    at: datetime  # when it was published; when it was seen, if that is unknown or later
    score: float


_COLUMNS = (
    article_numbers.c.number,
    articles.c.key,
    articles.c.copy_key,
    articles.c.feed_key,
    story_articles.c.origin,
    articles.c.title,
    articles.c.text,
    articles.c.published_at,
    articles.c.seen_at,
    articles.c.own_score,
)
_JOINED = articles.join(article_numbers, article_numbers.c.key == articles.c.key).outerjoin(
    story_articles, story_articles.c.article_key == articles.c.key
)


class RememberedArticles:
    """A read of the table of articles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(
        self, *, since: datetime, after: int, topic: str, limit: int
    ) -> list[RememberedArticle]:
        """The newest articles seen at `since` or later, numbered after `after`, the oldest first.

        Only those that a version of the topic's pack has judged, whichever topic leads them.
        """
        seen = (articles.c.seen_at >= since, article_numbers.c.number > after)
        is_led = articles.c.pack.startswith(f"{topic}@", autoescape=True)
        led = _newest_first(limit).where(IS_REMEMBERED, *seen, is_led)
        beside = _newest_first(limit).add_columns(articles.c.other_decisions)
        beside = beside.where(IS_REMEMBERED_BESIDE, *seen)

        def read(connection: Connection) -> list[RememberedArticle]:
            remembered = [_remembered(row, row.own_score) for row in connection.execute(led)]
            for row in connection.execute(beside):
                score = _score_beside(row, topic)
                if score is not None:
                    remembered.append(_remembered(row, score))
            remembered.sort(key=lambda article: article.number)
            return remembered[-limit:]

        return self._database.read(read)


def _newest_first(limit: int) -> Select[Any]:
    query = select(*_COLUMNS).select_from(_JOINED)
    return query.order_by(article_numbers.c.number.desc()).limit(limit)


def _score_beside(row: Row[Any], topic: str) -> float | None:
    """The score of the topic's pack alone; None where the article does not pass its gate."""
    for decision in row.other_decisions:
        if decision["pack"].startswith(f"{topic}@") and decision["own_score"] is not None:
            return float(decision["own_score"])
    return None


def _remembered(row: Row[Any], score: float) -> RememberedArticle:
    return RememberedArticle(
        number=row.number,
        key=row.key,
        copy_key=row.copy_key,
        feed_key=row.feed_key,
        origin=row.origin,
        entry=Entry(title=row.title, text=row.text),
        at=min(row.published_at or row.seen_at, row.seen_at),
        score=score,
    )
