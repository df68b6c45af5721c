"""Arrivals: the articles that stories are made of, in their order of arrival, for a replay."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import Connection, select, union

from monitor.domain.stories import Standing
from monitor.store.schema.tables import IS_IN_REVIEW, IS_RELEVANT, articles, story_articles
from monitor.store.stories.stored_stories import StoredPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArrival:
    """An article that is in a story, or that is relevant or in review and in none."""

    article_key: str
    seen_at: datetime
    place: StoredPlace | None = None
    copy_of: str | None = None  # the grouped article that it follows
    arrival: int | None = None  # its number in the order of grouping


def arrivals(connection: Connection, since: datetime, until: datetime) -> list[StoryArrival]:
    """Those that were seen from `since` on and before `until`.

    One without a story comes after what was seen before it.
    """
    is_seen = articles.c.seen_at >= since, articles.c.seen_at < until
    place = story_articles.c.story, story_articles.c.pinned, story_articles.c.standing
    grouped_query = (
        select(articles.c.key, articles.c.seen_at, *place)
        .add_columns(story_articles.c.copy_of, story_articles.c.arrival)
        .join(story_articles, story_articles.c.article_key == articles.c.key)
        .where(*is_seen)
        .order_by(story_articles.c.arrival)
    )
    grouped = [
        StoryArrival(
            article_key=row.key,
            seen_at=row.seen_at,
            place=StoredPlace(row.story, row.pinned, Standing(row.standing)),
            copy_of=row.copy_of,
            arrival=row.arrival,
        )
        for row in connection.execute(grouped_query)
    ]
    in_a_story = {arrival.article_key for arrival in grouped}
    # two queries, because each has an index of its own: neither reads the rejected articles
    columns = articles.c.key, articles.c.seen_at
    to_group_query = union(
        select(*columns).where(IS_RELEVANT, *is_seen),
        select(*columns).where(IS_IN_REVIEW, *is_seen),
    )
    alone = [
        StoryArrival(article_key=row.key, seen_at=row.seen_at)
        for row in connection.execute(to_group_query)
        if row.key not in in_a_story
    ]
    return _in_order(grouped, alone)


def _in_order(grouped: Sequence[StoryArrival], alone: Sequence[StoryArrival]) -> list[StoryArrival]:
    """The grouped ones as they are, and each of the others after what was seen before it."""
    seen_until_now = accumulate((arrival.seen_at for arrival in grouped), max)
    ranked = [
        ((latest, arrival.arrival or 0, ""), arrival)
        for latest, arrival in zip(seen_until_now, grouped, strict=True)
    ]
    ranked += [((other.seen_at, sys.maxsize, other.article_key), other) for other in alone]
    return [arrival for _, arrival in sorted(ranked, key=lambda pair: pair[0])]
