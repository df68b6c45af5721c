"""Untold stories: articles that were held back, and now are in a story that nobody was told of.

An article is held back because its story was told.  When the grouping moves it, or the articles
that were told, to another story, what is left may be an event that a subscription knows nothing of:
its first article is told then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from monitor.alerts import digest_schedule, match
from monitor.domain.alerts import (
    NOT_SENT,
    Alert,
    AlertState,
    PollResult,
    Subscription,
)
from monitor.domain.contents.story_contents import News, NewsKind, StoryMention
from monitor.domain.keys import key_of
from monitor.domain.message_contents import ArticleFlagged
from monitor.domain.stories import Repeat
from monitor.pipeline.grouping.story_facts import mentions_of
from monitor.store.stories.stored_stories import HeldBackArticle, StoredStories


def tell_untold(
    polls: Sequence[PollResult],
    stored: StoredStories,
    subscriptions: Iterable[Subscription],
    now: datetime,
) -> list[PollResult]:
    """Add an alert about the first held-back article of each story that a subscription was told
    nothing of after the moves of these polls.
    """
    moves = dict(chain.from_iterable(poll.stories.moves for poll in polls))
    if not moves:
        return list(polls)
    touched = {place.story for place in stored.places(moves).values()} | set(moves.values())
    held = stored.held_back(touched, moves)
    readers = {item.key: item for item in subscriptions if item.repeat is not Repeat.EVERY}
    untold = untold_articles(held, _told(polls, held, stored, moves))
    mentions = mentions_of(polls, stored, {article.story for article in untold})
    alerts = tuple(
        _alert(article, readers[article.subscription_key], mentions[article.story], now)
        for article in untold
        if article.subscription_key in readers and article.story in mentions
    )
    return [replace(polls[0], alerts=(*polls[0].alerts, *alerts)), *polls[1:]]


def _told(
    polls: Sequence[PollResult],
    held: Sequence[HeldBackArticle],
    stored: StoredStories,
    moves: Mapping[str, int],
) -> set[tuple[str, int]]:
    """Subscription and story, of what was told before, or is told in these polls."""
    numbers = {article.story for article in held}
    rows = stored.told({article.subscription_key for article in held}, numbers, moves)
    told_places = {(row.subscription_key, row.story) for row in rows}
    keys = {mention.key: number for number, mention in mentions_of(polls, stored, numbers).items()}
    for alert in chain.from_iterable(poll.alerts for poll in polls):
        content = alert.content
        if alert.state not in NOT_SENT and isinstance(content, ArticleFlagged) and content.story:
            told_places.add((alert.subscription_key, keys.get(content.story.key, 0)))
    return told_places


def untold_articles(
    held: Iterable[HeldBackArticle], told_places: set[tuple[str, int]]
) -> list[HeldBackArticle]:
    """The earliest held-back article of each subscription and story of which nothing was told."""
    first: dict[tuple[str, int], HeldBackArticle] = {}
    for article in sorted(held, key=lambda item: (item.at, item.article_key)):
        place = article.subscription_key, article.story
        if place not in told_places:
            first.setdefault(place, article)
    return list(first.values())


def _alert(
    article: HeldBackArticle, subscription: Subscription, story: StoryMention, now: datetime
) -> Alert:
    """The alert, with the same key however often the article is found untold in this story."""
    content = ArticleFlagged(
        story=story, news=(News(kind=NewsKind.STORY.value, text="a story of its own now"),)
    )
    hold = digest_schedule.initial_hold(subscription.cadence, now)
    return Alert(
        key=key_of("untold", match.alert_key(subscription.key, article.copy_key), story.key),
        subscription_key=subscription.key,
        article_keys=(article.article_key,),
        content=content,
        created_at=now,
        due_at=hold.until if hold else now,
        state=AlertState.HELD if hold else AlertState.PENDING,
        held_for=hold.hold if hold else None,
    )
