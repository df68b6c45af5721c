"""What the grouping reads of the stored stories, inside the commit, and the lock on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.domain.alerts import NOT_SENT, AlertState
from monitor.domain.stated_figures import StatedFigure
from monitor.domain.stories import GroupedArticle, Standing, Statement
from monitor.store.database.transactions import Database, select_in
from monitor.store.mapping import story_rows
from monitor.store.schema.tables import (
    COUNTS_IN_STORY,
    IS_OPEN_WINDOW,
    IS_REPEATED,
    alert_articles,
    alerts,
    articles,
    stories,
    story_articles,
    story_heads,
    window_place,
)
from monitor.store.stories import figure_ledger

_HEAD = 1  # the one row of story_heads


class StoredPlace(NamedTuple):
    """Where an article is."""

    story: int
    pinned: bool  # a person put it there
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A grouped article that copies follow."""

    key: str
    story: int
    origin: str
    in_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTitle:
    """How a message names a story."""

    key: str
    title: str
    by_person: bool  # a person named it
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFacts:
    """What a stored article brought to its story."""

    figures: tuple[StatedFigure, ...] = ()
    themes: frozenset[str] = frozenset()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldArticle:
    """An article of a story that a subscription was told, and what it brought."""

    subscription_key: str
    story: int
    at: datetime
    facts: StoredFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """A stored article of a story, and what it brought."""

    article_key: str
    story: int
    at: datetime
    facts: StoredFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBackArticle:
    """An article that one subscription was not told, because its story was told."""

    subscription_key: str
    article_key: str
    copy_key: str
    story: int
    at: datetime


class StoredStories:
    """The stored stories as one transaction sees them."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    def lock(self) -> str:
        """The digest of all changes until now; nobody else changes stories until the commit."""
        return lock_head(self._database, self._connection)

    def window(self, since: datetime | None = None, after: int = 0) -> list[GroupedArticle]:
        """The articles whose words are known, with a place from `since` on, that arrived later than
        `after`; in order of arrival.
        """
        query = select(story_articles).where(IS_OPEN_WINDOW, story_articles.c.arrival > after)
        if since is not None:
            query = query.where(window_place >= since)
        rows = self._connection.execute(query.order_by(story_articles.c.arrival))
        return list(map(story_rows.grouped_from_row, rows))

    def last_arrival(self) -> int:
        """The number of the article that was grouped last; 0: none."""
        return int(self._connection.scalar(select(func.max(story_articles.c.arrival))) or 0)

    def arrival(self, article_key: str) -> int | None:
        """The number of a grouped article, in the order of grouping."""
        query = select(story_articles.c.arrival)
        query = query.where(story_articles.c.article_key == article_key)
        number: int | None = self._connection.scalar(query)
        return number

    def newest_at(self) -> datetime | None:
        """The latest place of an article in the window."""
        query = select(func.max(window_place)).select_from(story_articles).where(IS_OPEN_WINDOW)
        newest: datetime | None = self._connection.scalar(query)
        return newest

    def places(self, article_keys: Iterable[str]) -> dict[str, StoredPlace]:
        """Article → where it is; one without a story is left out."""
        place = story_articles.c.story, story_articles.c.pinned, story_articles.c.standing
        query = select(story_articles.c.article_key, *place)
        rows = select_in(self._connection, query, story_articles.c.article_key, article_keys)
        return {row.article_key: StoredPlace(row.story, row.pinned, row.standing) for row in rows}

    def originals(self, copy_keys: Iterable[str]) -> dict[str, Original]:
        """Copy key → the first grouped article that has it; one in review only where all are."""
        query = select(story_articles).where(story_articles.c.copy_of.is_(None))
        rows = select_in(self._connection, query, story_articles.c.copy_key, copy_keys)
        ordered = sorted(rows, key=lambda row: (row.standing is not Standing.REVIEW, -row.arrival))
        return {
            row.copy_key: Original(
                key=row.article_key,
                story=row.story,
                origin=row.origin,
                in_review=row.standing is Standing.REVIEW,
            )
            for row in ordered
        }

    def sizes(self, numbers: Iterable[int]) -> dict[int, int]:
        """Story → how many articles it has, those in review too, copies left out."""
        query = select(story_articles.c.story, func.count().label("articles"))
        query = query.where(story_articles.c.copy_of.is_(None)).group_by(story_articles.c.story)
        rows = select_in(self._connection, query, story_articles.c.story, numbers)
        return {row.story: row.articles for row in rows}

    def last_at(self, numbers: Iterable[int]) -> dict[int, datetime]:
        """Story → the time of its latest article."""
        columns = stories.c.number, stories.c.last_at
        rows = select_in(self._connection, select(*columns), stories.c.number, numbers)
        return {row.number: row.last_at for row in rows}

    def titles(self, numbers: Iterable[int]) -> dict[int, StoryTitle]:
        """Number → key, title and size of a stored story."""
        rows = select_in(self._connection, select(stories), stories.c.number, numbers)
        return {
            row.number: StoryTitle(
                key=row.key,
                title=row.title,
                by_person=row.renamed_by is not None,
                articles=row.articles,
            )
            for row in rows
        }

    def told(
        self, subscription_keys: Collection[str], numbers: Iterable[int], moves: Mapping[str, int]
    ) -> list[ToldArticle]:
        """The articles of these stories that these subscriptions were told, or will be.

        An alert that was given up told nothing: what follows it must not be held back.
        `moves` are those of this transaction, article → story, that are not stored yet.
        """
        places = self._members(numbers, moves)
        columns = alerts.c.subscription_key, alerts.c.created_at, alert_articles.c.article_key
        query = select(*columns).join(alerts, alerts.c.key == alert_articles.c.alert_key)
        query = query.where(
            alerts.c.subscription_key.in_(sorted(subscription_keys)),
            alerts.c.state.not_in((*NOT_SENT, AlertState.DEAD)),
            ~_lost_digest(),
        )
        rows = list(select_in(self._connection, query, alert_articles.c.article_key, places))
        facts = self._facts({row.article_key for row in rows})
        return [
            ToldArticle(
                subscription_key=row.subscription_key,
                story=places[row.article_key],
                at=row.created_at,
                facts=facts[row.article_key],
            )
            for row in rows
        ]

    def members(self, numbers: Iterable[int], moves: Mapping[str, int]) -> list[StoryMember]:
        """The stored articles of these stories, with what each brought; `moves` as of `told`."""
        places = self._members(numbers, moves)
        columns = story_articles.c.article_key, story_articles.c.at
        rows = select_in(self._connection, select(*columns), story_articles.c.article_key, places)
        facts = self._facts(places)
        return [
            StoryMember(
                article_key=row.article_key,
                story=places[row.article_key],
                at=row.at,
                facts=facts[row.article_key],
            )
            for row in rows
        ]

    def held_back(self, numbers: Iterable[int], moves: Mapping[str, int]) -> list[HeldBackArticle]:
        """The articles of these stories that were held back; `moves` as of `told`."""
        places = self._members(numbers, moves)
        query = (
            select(
                alerts.c.subscription_key,
                alerts.c.created_at,
                alert_articles.c.article_key,
                story_articles.c.copy_key,
            )
            .join(alerts, alerts.c.key == alert_articles.c.alert_key)
            .join(story_articles, story_articles.c.article_key == alert_articles.c.article_key)
            .where(IS_REPEATED)
        )
        rows = select_in(self._connection, query, alert_articles.c.article_key, places)
        return [
            HeldBackArticle(
                subscription_key=row.subscription_key,
                article_key=row.article_key,
                copy_key=row.copy_key,
                story=places[row.article_key],
                at=row.created_at,
            )
            for row in rows
        ]

    def _facts(self, article_keys: Iterable[str]) -> dict[str, StoredFacts]:
        """Article → what it brought; of each of these articles."""
        keys = set(article_keys)
        figures = figure_ledger.of_articles(self._connection, keys)
        labels = select(articles.c.key, articles.c.labels)
        themes = {
            row.key: frozenset(row.labels)
            for row in select_in(self._connection, labels, articles.c.key, keys)
        }
        statements = self._statements(keys)
        return {
            key: StoredFacts(
                figures=tuple(figures.get(key, ())),
                themes=themes.get(key, frozenset()),
                statements=statements.get(key, ()),
            )
            for key in keys
        }

    def _statements(self, article_keys: Iterable[str]) -> dict[str, tuple[Statement, ...]]:
        columns = story_articles.c.article_key, story_articles.c.statements
        rows = select_in(
            self._connection, select(*columns), story_articles.c.article_key, article_keys
        )
        return {row.article_key: story_rows.statements_from_json(row.statements) for row in rows}

    def _members(self, numbers: Iterable[int], moves: Mapping[str, int]) -> dict[str, int]:
        """Article → story, of the articles that count in these stories."""
        chosen = set(numbers)
        columns = story_articles.c.article_key, story_articles.c.copy_of, story_articles.c.story
        query = select(*columns).where(COUNTS_IN_STORY)
        by_story = select_in(self._connection, query, story_articles.c.story, chosen)
        moved = select_in(self._connection, query, story_articles.c.article_key, moves)
        places: dict[str, int] = {}
        for row in (*by_story, *moved):
            story = moves.get(row.copy_of or row.article_key, row.story)
            if story in chosen:
                places[row.article_key] = story
        return places

    def next_number(self) -> int:
        """The number of the next story."""
        return next_number(self._connection)


def lock_head(database: Database, connection: Connection) -> str:
    """The digest of all changes of stories; nobody else changes them until the commit."""
    database.insert_new(connection, story_heads, [{"id": _HEAD, "state": ""}])
    query = select(story_heads.c.state).where(story_heads.c.id == _HEAD).with_for_update()
    return str(connection.scalar(query) or "")


def next_number(connection: Connection) -> int:
    """The number after the highest one."""
    return int(connection.scalar(select(func.max(stories.c.number))) or 0) + 1


def _lost_digest() -> ColumnElement[bool]:
    """Whether the alert was gathered into a message that was given up."""
    digest = alerts.alias("digest")
    return (
        select(digest.c.key)
        .where(digest.c.key == alerts.c.told_in, digest.c.state == AlertState.DEAD)
        .exists()
    )
