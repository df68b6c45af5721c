"""Remembered articles: those of the last days that pass the gate, for the memory of the topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.domain.feeds import Entry
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import (
    IS_REMEMBERED,
    article_numbers,
    articles,
    story_articles,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedArticle:
    """A stored article that passes the gate, with its score by the pack alone."""

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
        self, *, since: datetime, after: int, pack: str, limit: int
    ) -> list[RememberedArticle]:
        """The newest articles seen at `since` or later, numbered after `after`, the oldest first.

        Only those that a version of this pack has judged.
        """
        query = (
            select(*_COLUMNS)
            .select_from(_JOINED)
            .where(
                IS_REMEMBERED,
                articles.c.seen_at >= since,
                article_numbers.c.number > after,
                articles.c.pack.startswith(f"{pack}@", autoescape=True),
            )
            .order_by(article_numbers.c.number.desc())
            .limit(limit)
        )

        def read(connection: Connection) -> list[RememberedArticle]:
            rows = connection.execute(query).all()
            return [
                RememberedArticle(
                    number=row.number,
                    key=row.key,
                    copy_key=row.copy_key,
                    feed_key=row.feed_key,
                    origin=row.origin,
                    entry=Entry(title=row.title, text=row.text),
                    at=min(row.published_at or row.seen_at, row.seen_at),
                    score=row.own_score,
                )
                for row in reversed(rows)
            ]

        return self._database.read(read)
