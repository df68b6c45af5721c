"""The stories of a digest: what is new in each since the last one, its origins and its figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, select

from monitor.domain.contents.story_contents import DigestStory, News
from monitor.domain.message_contents import ArticleFlagged, content_from_json
from monitor.domain.stated_figures import StatedFigure
from monitor.store.database.transactions import select_in
from monitor.store.schema.tables import (
    COUNTS_IN_STORY,
    IS_REPEATED,
    alert_articles,
    alerts,
    articles,
    stories,
    story_articles,
)
from monitor.store.stories import figure_ledger
from monitor.stories.claims import StatedClaim, claims_of

MOST_STORIES = 100  # of one digest, those with the most articles in it
_MOST_NEWS, _MOST_FIGURES = 5, 5  # of one story, the latest


def digest_stories(
    connection: Connection,
    subscription_key: str,
    span: tuple[datetime, datetime],
    alert_keys: Collection[str],
    article_keys: Collection[str],
) -> tuple[DigestStory, ...]:
    """The stories of these articles, as they are now, those with the most of them first.

    `alert_keys` are the alerts that the digest gathers: they say what is new.  What was held back
    is counted in `span`: after its first instant, up to its second.
    """
    members = _members(connection, article_keys)
    numbers = sorted(members, key=lambda number: (-len(members[number]), number))[:MOST_STORIES]
    if not numbers:
        return ()
    news = _news(connection, alert_keys)
    held_back = _held_back(connection, subscription_key, span)
    outlets, origins = _breadth(connection, numbers)
    figures = _figures(connection, numbers)
    rows = {
        row.number: row for row in select_in(connection, select(stories), stories.c.number, numbers)
    }
    return tuple(
        DigestStory(
            key=rows[number].key,
            title=rows[number].title,
            articles=rows[number].articles,
            outlets=outlets[number],
            origins=origins[number],
            new_articles=tuple(members[number]),
            news=_distinct(news, members[number]),
            figures=figures.get(number, ()),
            held_back=held_back[number],
        )
        for number in numbers
        if number in rows
    )


def _members(connection: Connection, article_keys: Collection[str]) -> dict[int, list[str]]:
    """Story → its articles of the digest, in their order."""
    columns = story_articles.c.article_key, story_articles.c.story
    rows = select_in(connection, select(*columns), story_articles.c.article_key, article_keys)
    places = {row.article_key: row.story for row in rows}
    members: dict[int, list[str]] = defaultdict(list)
    for key in article_keys:
        if key in places:
            members[places[key]].append(key)
    return members


def _news(connection: Connection, alert_keys: Collection[str]) -> dict[str, tuple[News, ...]]:
    """Article → what its alert says is new."""
    query = select(alerts.c.type, alerts.c.data, alert_articles.c.article_key).join(
        alert_articles, alert_articles.c.alert_key == alerts.c.key
    )
    news: dict[str, tuple[News, ...]] = {}
    for row in select_in(connection, query, alerts.c.key, alert_keys):
        content = content_from_json(row.type, row.data)
        if isinstance(content, ArticleFlagged):
            news[row.article_key] = content.news
    return news


def _distinct(news: Mapping[str, Sequence[News]], article_keys: Iterable[str]) -> tuple[News, ...]:
    """The news of these articles, each once, the first of them first."""
    listed = chain.from_iterable(news.get(key, ()) for key in article_keys)
    return tuple(dict.fromkeys(listed))[:_MOST_NEWS]


def _held_back(
    connection: Connection, subscription_key: str, span: tuple[datetime, datetime]
) -> Counter[int]:
    """Story → how many of its articles this subscription was not told in the span."""
    since, until = span
    query = (
        select(story_articles.c.story)
        .select_from(
            alerts.join(alert_articles, alert_articles.c.alert_key == alerts.c.key).join(
                story_articles, story_articles.c.article_key == alert_articles.c.article_key
            )
        )
        .where(
            alerts.c.subscription_key == subscription_key,
            IS_REPEATED,
            alerts.c.created_at > since,
            alerts.c.created_at <= until,
        )
    )
    return Counter(connection.scalars(query))


def _breadth(
    connection: Connection, numbers: Sequence[int]
) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Story → outlets, and story → origins."""
    columns = story_articles.c.story, story_articles.c.origin, articles.c.feed_key
    query = select(*columns).join(articles, articles.c.key == story_articles.c.article_key)
    counted = query.where(COUNTS_IN_STORY)
    rows = list(select_in(connection, counted, story_articles.c.story, numbers))
    outlets = {(row.story, row.feed_key) for row in rows}
    origins = {(row.story, row.origin) for row in rows}
    return Counter(story for story, _ in outlets), Counter(story for story, _ in origins)


def _figures(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Story → its current claims in words, the latest first."""
    query = select(story_articles.c.story, story_articles.c.article_key).where(
        story_articles.c.copy_of.is_(None)
    )
    rows = list(select_in(connection, query, story_articles.c.story, numbers))
    stated = figure_ledger.of_articles(connection, [row.article_key for row in rows])
    by_story: dict[int, list[StatedFigure]] = defaultdict(list)
    for row in rows:
        by_story[row.story] += stated.get(row.article_key, [])
    texts = {}
    for number, figures in by_story.items():
        current = [claim for claim in claims_of(figures) if claim.is_current]
        current.sort(key=lambda claim: claim.last_at, reverse=True)
        texts[number] = tuple(map(_claim_text, current[:_MOST_FIGURES]))
    return texts


def _claim_text(claim: StatedClaim) -> str:
    return f"{claim.text} {claim.kind}, says {claim.claimant or 'nobody named'}"
