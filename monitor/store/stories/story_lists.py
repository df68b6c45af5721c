"""Stories: lists, and the articles and events of one."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from monitor.domain.stories import GroupedArticle, Story, StoryEvent
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database, select_in
from monitor.store.mapping import story_rows
from monitor.store.schema.tables import (
    COUNTS_IN_STORY,
    IS_IN_REVIEW,
    IS_OPEN_WINDOW,
    articles,
    stories,
    story_articles,
    story_events,
)
from monitor.store.stories.held_back import HeldBackAlert, held_back
from monitor.store.stories.party_outlets import parties_that_published
from monitor.store.stories.stored_stories import next_number
from monitor.store.stories.story_arrivals import StoryArrival, arrivals

MOST_DAYS = 30  # of the articles by day
MOST_ARTICLES = 1_000  # of one story that are read at once

_other = stories.alias("other")
_STORIES = select(stories, _other.c.key.label("merged_key")).select_from(
    stories.outerjoin(_other, stories.c.merged_into == _other.c.number)
)

# An article that waits for a person; of several copies the first one waits for all of them.
_WAITS = and_(~COUNTS_IN_STORY, story_articles.c.copy_of.is_(None), IS_IN_REVIEW)
_HAS_REVIEW = (
    select(story_articles.c.article_key)
    .join(articles, articles.c.key == story_articles.c.article_key)
    .where(story_articles.c.story == stories.c.number, _WAITS)
    .correlate(stories)
    .exists()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCursor:
    """The place in a list of stories after its last one."""

    last_at: datetime
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryVolume:
    """How widely a story was reported."""

    outlets: int
    origins: int
    days: tuple[int, ...]  # articles by day (UTC) from the first one
    in_review: int = 0  # articles that wait for a person, and are not counted


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow:
    """The articles that new ones may be compared with."""

    articles: int
    embedded: int  # of these, with an embedding


class Stories:
    """The tables of stories, their articles and their events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_window(self) -> OpenWindow:
        """How many articles are open, and how many of them an encoder has read."""
        embedding = story_articles.c.words["embedding"].as_string()
        query = select(func.count(), func.count(case((embedding != "", 1))))
        row = self._database.read(lambda db: db.execute(query.where(IS_OPEN_WINDOW)).one())
        return OpenWindow(articles=row[0], embedded=row[1])

    def list(
        self,
        *,
        since: datetime | None = None,
        least_articles: int = 1,
        in_review: bool = False,
        after: StoryCursor | None = None,
        limit: int = 50,
    ) -> builtins.list[Story]:
        """Stories that were not merged, the one with the latest article first: with an article at
        `since` or later, with at least so many articles; `in_review` adds those that have an
        article in review.
        """
        is_listed: ColumnElement[bool] = stories.c.articles >= max(1, least_articles)
        if in_review:
            is_listed = or_(is_listed, _HAS_REVIEW)
        query = _STORIES.where(stories.c.merged_into.is_(None), is_listed)
        if since is not None:
            query = query.where(stories.c.last_at >= since)
        if after is not None:
            query = query.where(_is_after(after))
        query = query.order_by(stories.c.last_at.desc(), stories.c.number.desc()).limit(limit)
        return self._stories(query)

    def find(self, key: str) -> Story | None:
        """The story with this key, or the only one whose key begins so (4 digits or more).

        The key of a story that was merged finds the one that took its articles.  Raise ConfigError
        when several keys begin so.
        """

        def find_row(connection: Connection) -> Story | None:
            row = key_prefix.find_row(connection, stories, key)
            return None if row is None else _led(connection, row.number)

        return self._database.read(find_row)

    def by_numbers(self, numbers: Iterable[int]) -> dict[int, Story]:
        """Number → story; unknown numbers are left out."""
        keys = builtins.list(numbers)

        def read(connection: Connection) -> dict[int, Story]:
            rows = select_in(connection, _STORIES, stories.c.number, keys)
            return {row.number: story_rows.story_from_row(row) for row in rows}

        return self._database.read(read)

    def grouped(self, article_keys: Iterable[str]) -> dict[str, GroupedArticle]:
        """Article key → the article in its story; those without a story are left out."""
        keys = builtins.list(article_keys)

        def read(connection: Connection) -> dict[str, GroupedArticle]:
            query = select(story_articles)
            rows = select_in(connection, query, story_articles.c.article_key, keys)
            return {row.article_key: story_rows.grouped_from_row(row) for row in rows}

        return self._database.read(read)

    def articles(self, number: int, *, limit: int = MOST_ARTICLES) -> builtins.list[GroupedArticle]:
        """The newest articles of a story, in order of time."""
        newest = (
            select(story_articles)
            .where(story_articles.c.story == number)
            .order_by(story_articles.c.at.desc(), story_articles.c.article_key.desc())
            .limit(limit)
        )
        rows = self._database.read(lambda connection: connection.execute(newest).all())
        return [story_rows.grouped_from_row(row) for row in reversed(rows)]

    def volumes(self, numbers: Iterable[int]) -> dict[int, StoryVolume]:
        """Story → how many outlets and origins it has, its articles by day, and those in review."""
        keys = builtins.list(numbers)
        query = select(
            story_articles.c.story,
            story_articles.c.origin,
            story_articles.c.at,
            articles.c.feed_key,
            COUNTS_IN_STORY.label("counts"),
            _WAITS.label("waits"),
        ).join(articles, articles.c.key == story_articles.c.article_key)

        def read(connection: Connection) -> dict[int, StoryVolume]:
            by_story: dict[int, builtins.list[Row[Any]]] = {number: [] for number in keys}
            for row in select_in(connection, query, story_articles.c.story, keys):
                by_story[row.story].append(row)
            return {number: _volume(rows) for number, rows in by_story.items()}

        return self._database.read(read)

    def events(self, number: int) -> builtins.list[StoryEvent]:
        """What changed a story, and those that it took articles from, in order of time."""
        query = (
            select(story_events)
            .where(or_(story_events.c.story == number, story_events.c.other == number))
            .order_by(story_events.c.at, story_events.c.key)
        )
        return self._database.read(
            lambda connection: [story_rows.event_from_row(row) for row in connection.execute(query)]
        )

    def arrivals(self, since: datetime, until: datetime) -> builtins.list[StoryArrival]:
        """The articles that stories are made of, seen from `since` on and before `until`, in their
        order of arrival: those in a story, and those that are relevant or in review.
        """
        return self._database.read(lambda connection: arrivals(connection, since, until))

    def next_number(self) -> int:
        """The number of the next story."""
        return self._database.read(next_number)

    def held_back(self, number: int) -> builtins.list[HeldBackAlert]:
        """The articles of a story that subscriptions were not told, with the reasons."""
        return self._database.read(lambda connection: held_back(connection, number))

    def parties_that_published(
        self, outlets: Mapping[str, Sequence[str]], since: datetime
    ) -> set[str]:
        """Those of the parties from whose outlets (hosts) an article was read after `since`."""
        return self._database.read(
            lambda connection: parties_that_published(connection, outlets, since)
        )

    def _stories(self, query: Select[tuple[object, ...]]) -> builtins.list[Story]:
        return self._database.read(
            lambda connection: [story_rows.story_from_row(row) for row in connection.execute(query)]
        )


def _volume(everything: Sequence[Row[Any]]) -> StoryVolume:
    in_review = sum(bool(row.waits) for row in everything)
    rows = [row for row in everything if row.counts]
    if not rows:
        return StoryVolume(outlets=0, origins=0, days=(), in_review=in_review)
    first = min(row.at for row in rows).date()
    counts = Counter((row.at.date() - first).days for row in rows)
    span = min(max(counts), MOST_DAYS - 1) + 1
    return StoryVolume(
        outlets=len({row.feed_key for row in rows}),
        origins=len({row.origin for row in rows}),
        days=tuple(counts[day] for day in range(span)),
        in_review=in_review,
    )


def _is_after(cursor: StoryCursor) -> ColumnElement[bool]:
    return and_(
        stories.c.last_at <= cursor.last_at,
        or_(
            stories.c.last_at < cursor.last_at,
            and_(stories.c.last_at == cursor.last_at, stories.c.number < cursor.number),
        ),
    )


def _led(connection: Connection, number: int) -> Story:
    """The story of this number, or the one that its articles went to in the end."""
    seen: set[int] = set()
    while True:
        row = connection.execute(_STORIES.where(stories.c.number == number)).one()
        seen.add(number)
        if row.merged_into is None or row.merged_into in seen:
            return story_rows.story_from_row(row)
        number = row.merged_into
