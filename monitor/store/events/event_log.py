"""Event log: what was stored since a position, read from the numbers of articles, marks and rules.

Nothing is written for it.  Articles get their numbers under a lock, rules one after the other, so
a later commit never has a lower number.  Changes of marks are given out when they are a little
older: on PostgreSQL two that are stored at the same moment may be committed in another order.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from monitor.store.database.transactions import Database
from monitor.store.schema.tables import article_numbers, articles, mark_changes, rule_versions

MARKS_WAIT = timedelta(seconds=2)
_POSITION = re.compile(r"(\d{1,18})\.(\d{1,18})\.(\d{1,9})", re.ASCII)


class EventType(enum.StrEnum):
    """What happened; the name of the event in the stream."""

    ARTICLE_FLAGGED = "article.flagged"
    ARTICLE_MARKED = "article.marked"
    RULES_IN_FORCE = "rules.in_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPosition:
    """The last article, change of a mark and version of the rules that were given out."""

    articles: int = 0
    marks: int = 0
    rules: int = 0

    def __str__(self) -> str:
        return f"{self.articles}.{self.marks}.{self.rules}"

    def joined(self, other: EventPosition) -> EventPosition:
        """The position after everything that either has given out."""
        return EventPosition(
            articles=max(self.articles, other.articles),
            marks=max(self.marks, other.marks),
            rules=max(self.rules, other.rules),
        )

    def reaches(self, other: EventPosition) -> bool:
        """Whether everything before `other` was given out."""
        return (
            self.articles >= other.articles
            and self.marks >= other.marks
            and self.rules >= other.rules
        )


def parse_position(text: str) -> EventPosition | None:
    """The position of an event's id; None for a text that is none."""
    match = _POSITION.fullmatch(text)
    if match is None:
        return None
    article, mark, rule = map(int, match.groups())
    return EventPosition(articles=article, marks=mark, rules=rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """Something that happened; `position` is that after it."""

    type: EventType
    number: int  # among those of its type
    position: EventPosition
    data: dict[str, object]

    def is_after(self, position: EventPosition) -> bool:
        """Whether who is at the position has not got it yet."""
        match self.type:
            case EventType.ARTICLE_FLAGGED:
                return self.number > position.articles
            case EventType.ARTICLE_MARKED:
                return self.number > position.marks
            case EventType.RULES_IN_FORCE:
                return self.number > position.rules


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Events in order, and the position after them, whether or not there were any."""

    events: tuple[StoredEvent, ...]
    position: EventPosition
    has_more: bool


class EventLog:
    """Reads events of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, now: datetime) -> EventPosition:
        """The position after everything that was given out."""

        def read(connection: Connection) -> EventPosition:
            settled = mark_changes.c.at <= now - MARKS_WAIT
            return EventPosition(
                articles=connection.scalar(select(func.max(article_numbers.c.number))) or 0,
                marks=connection.scalar(
                    select(func.max(mark_changes.c.number)).where(settled)
                ) or 0,
                rules=connection.scalar(select(func.max(rule_versions.c.number))) or 0,
            )  # fmt: skip

        return self._database.read(read)

    def since(self, position: EventPosition, now: datetime, limit: int) -> EventPage:
        """What happened after the position, at most so many events of each type."""

        def read(connection: Connection) -> EventPage:
            # read first: an article that is stored meanwhile has a higher number
            newest = connection.scalar(select(func.max(article_numbers.c.number))) or 0
            reached, events = position, []
            for query in (_flagged, _marked, _in_force):
                read_events = list(query(connection, reached, now, limit))
                events += read_events
                reached = read_events[-1].position if read_events else reached
            has_more = _is_full(events, limit)
            if not has_more:  # articles that are not flagged are not looked at again
                reached = reached.joined(EventPosition(articles=newest))
            return EventPage(events=tuple(events), position=reached, has_more=has_more)

        return self._database.read(read)


def _is_full(events: list[StoredEvent], limit: int) -> bool:
    """Whether there may be more of a type."""
    return max(Counter(event.type for event in events).values(), default=0) >= limit


def _flagged(
    connection: Connection, position: EventPosition, now: datetime, limit: int
) -> Iterator[StoredEvent]:
    query = (
        select(
            article_numbers.c.number, articles.c.key, articles.c.title, articles.c.url,
            articles.c.language, articles.c.feed_key, articles.c.seen_at, articles.c.score,
            articles.c.labels, articles.c.backlog,
        )
        .join(articles, articles.c.key == article_numbers.c.key)
        .where(article_numbers.c.number > position.articles, articles.c.relevant)
        .order_by(article_numbers.c.number)
        .limit(limit)
    )  # fmt: skip
    for row in connection.execute(query):
        yield StoredEvent(
            type=EventType.ARTICLE_FLAGGED,
            number=row.number,
            position=replace(position, articles=row.number),
            data=_article_data(row),
        )


def _article_data(row: Any) -> dict[str, object]:
    return {
        "key": row.key,
        "title": row.title,
        "url": row.url,
        "language": row.language,
        "feed": row.feed_key,
        "seen_at": row.seen_at,
        "score": round(row.score, 4),
        "themes": list(row.labels),
        "backlog": row.backlog,
    }


def _marked(
    connection: Connection, position: EventPosition, now: datetime, limit: int
) -> Iterator[StoredEvent]:
    query = (
        select(mark_changes)
        .where(mark_changes.c.number > position.marks, mark_changes.c.at <= now - MARKS_WAIT)
        .order_by(mark_changes.c.number)
        .limit(limit)
    )
    for row in connection.execute(query):
        yield StoredEvent(
            type=EventType.ARTICLE_MARKED,
            number=row.number,
            position=replace(position, marks=row.number),
            data={
                "key": row.article_key,
                "by": row.marked_by,
                "at": row.at,
                "relevant": row.after["relevant"] if row.after else None,
            },
        )


def _in_force(
    connection: Connection, position: EventPosition, now: datetime, limit: int
) -> Iterator[StoredEvent]:
    query = (
        select(rule_versions)
        .where(rule_versions.c.number > position.rules)
        .order_by(rule_versions.c.number)
        .limit(limit)
    )
    for row in connection.execute(query):
        yield StoredEvent(
            type=EventType.RULES_IN_FORCE,
            number=row.number,
            position=replace(position, rules=row.number),
            data={
                "version": row.number,
                "at": row.at,
                "by": row.by or None,
                "config": row.config,
                "reason": row.reason,
            },
        )
