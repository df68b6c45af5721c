"""Figures: the numbers that articles state, by kind, claimant and story, and their corrections."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, func, or_, select, update

from monitor.domain.json_fields import from_dataclass
from monitor.domain.stated_figures import StatedFigure
from monitor.store.database.transactions import Database, select_in
from monitor.store.mapping import story_rows
from monitor.store.schema.tables import figure_corrections, figures, story_articles


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureFilter:
    """Which figures a list has; without a criterion all that no person removed."""

    kind: str | None = None
    claimant: str | None = None  # a party's slug, or a part of the claimant as written
    story: int | None = None
    since: datetime | None = None
    copies: bool = False  # also those of articles that are copies
    after: tuple[datetime, str, int] | None = None  # time, article and place of the last one shown
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFigure:
    """A figure with the story of its article."""

    figure: StatedFigure
    story: int | None
    is_corrected: bool


class Figures:
    """The tables of figures and of their corrections."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, criteria: FigureFilter) -> builtins.list[ListedFigure]:
        """Figures, the newest first."""
        query = _filtered(_LISTED, criteria)
        newest = figures.c.at.desc(), figures.c.article_key.desc(), figures.c.position.desc()
        query = query.order_by(*newest).limit(criteria.limit)

        def read(connection: Connection) -> builtins.list[ListedFigure]:
            return [
                ListedFigure(
                    figure=story_rows.figure_from_row(row),
                    story=row.story,
                    is_corrected=row.corrected,
                )
                for row in connection.execute(query)
            ]

        return self._database.read(read)

    def of_articles(self, article_keys: Iterable[str]) -> dict[str, builtins.list[StatedFigure]]:
        """Article key → its figures in the order of its text, without those a person removed."""
        criteria = builtins.list(article_keys)

        def read(connection: Connection) -> dict[str, builtins.list[StatedFigure]]:
            return of_articles(connection, criteria)

        return self._database.read(read)

    def find(self, article_key: str, position: int) -> StatedFigure | None:
        """The figure at this place of an article."""
        query = select(figures).where(
            figures.c.article_key == article_key, figures.c.position == position
        )
        row = self._database.read(lambda connection: connection.execute(query).first())
        return None if row is None else story_rows.figure_from_row(row)

    def correct(self, after: StatedFigure, *, by: str, reason: str, now: datetime) -> None:
        """Replace a figure by what a person says, and keep what it was."""
        place = (
            figures.c.article_key == after.article_key,
            figures.c.position == after.position,
        )

        def store(connection: Connection) -> None:
            row = connection.execute(select(figures).where(*place).with_for_update()).one()
            before = story_rows.figure_from_row(row)
            is_of_figure = (
                figure_corrections.c.article_key == after.article_key,
                figure_corrections.c.position == after.position,
            )
            last = select(func.max(figure_corrections.c.number)).where(*is_of_figure)
            values = {
                "article_key": after.article_key,
                "position": after.position,
                "number": int(connection.scalar(last) or 0) + 1,
                "at": now,
                "by": by,
                "reason": reason,
                "before": from_dataclass(before),
                "after": from_dataclass(after),
            }
            connection.execute(figure_corrections.insert(), values)
            connection.execute(
                update(figures).where(*place).values(**story_rows.figure_values(after))
            )

        self._database.write(store)


_CORRECTED = (
    select(figure_corrections.c.number)
    .where(
        figure_corrections.c.article_key == figures.c.article_key,
        figure_corrections.c.position == figures.c.position,
    )
    .exists()
)
_LISTED = select(
    figures, story_articles.c.story, story_articles.c.copy_of, _CORRECTED.label("corrected")
).select_from(
    figures.outerjoin(story_articles, story_articles.c.article_key == figures.c.article_key)
)


def _filtered(
    query: Select[tuple[object, ...]], criteria: FigureFilter
) -> Select[tuple[object, ...]]:
    query = query.where(~figures.c.removed)
    if criteria.kind is not None:
        query = query.where(figures.c.kind == criteria.kind)
    if criteria.claimant is not None:
        contains = func.lower(figures.c.claimant).contains(
            criteria.claimant.lower(), autoescape=True
        )
        query = query.where(or_(figures.c.party == criteria.claimant.lower(), contains))
    if criteria.story is not None:
        query = query.where(story_articles.c.story == criteria.story)
    if not criteria.copies:
        query = query.where(story_articles.c.copy_of.is_(None))
    if criteria.since is not None:
        query = query.where(figures.c.at >= criteria.since)
    if criteria.after is not None:
        at, key, position = criteria.after
        same_article = and_(figures.c.article_key == key, figures.c.position < position)
        earlier = or_(figures.c.article_key < key, same_article)
        query = query.where(
            figures.c.at <= at, or_(figures.c.at < at, and_(figures.c.at == at, earlier))
        )
    return query


def of_articles(
    connection: Connection, article_keys: Iterable[str]
) -> dict[str, list[StatedFigure]]:
    """Article key → its figures in the order of its text, without those a person removed."""
    query = select(figures).where(~figures.c.removed)
    rows = select_in(connection, query, figures.c.article_key, article_keys)
    stated: dict[str, list[StatedFigure]] = {}
    for row in sorted(rows, key=lambda row: (row.article_key, row.position)):
        stated.setdefault(row.article_key, []).append(story_rows.figure_from_row(row))
    return stated
