"""Story updates: what articles bring that no article of their story had before.  Pure.

A story repeat (`story_repeats`) asks what one subscription was told; an update asks what the story
itself had, so it is the same for all subscriptions and is announced once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.alerts import match
from monitor.alerts.silences import active_silence
from monitor.alerts.story_repeats import ArticleFacts, ToldStory, news_of
from monitor.domain.alerts import About, Alert, Subscription
from monitor.domain.articles import Article
from monitor.domain.contents.story_contents import (
    ArticleMention,
    News,
    NewsKind,
    StoryChange,
    StoryUpdated,
)
from monitor.domain.keys import key_of
from monitor.domain.muting.silence import Silence

_MOST_NEWS = 20  # of one article
_ANNOUNCED = (NewsKind.FIGURE, NewsKind.CLAIMANT, NewsKind.STANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryUpdate:
    """An article with what it added to its story."""

    article: Article
    content: StoryUpdated


def updates_of(
    articles: Iterable[Article],
    facts: Mapping[str, ArticleFacts],
    known_stories: dict[int, ToldStory],
) -> Iterator[StoryUpdate]:
    """The updates that these articles bring, in their order; copies must be left out.

    `known_stories` has what each story had before, and grows with what these articles bring.  The
    first article of a story begins it and updates nothing; the backlog only becomes known.
    """
    for article in articles:
        article_facts = facts.get(article.key)
        if article_facts is None:
            continue
        at = article.edited_at or article.seen_at
        before = known_stories.get(article_facts.story)
        if before is not None and not article.backlog:
            news = tuple(item for item in news_of(article_facts, before) if item.kind in _ANNOUNCED)
            if news:
                yield StoryUpdate(article=article, content=_content(article, article_facts, news))
        known_stories.setdefault(article_facts.story, ToldStory(at=at)).add(article_facts)


def _content(article: Article, article_facts: ArticleFacts, news: Sequence[News]) -> StoryUpdated:
    entry = article.entry
    return StoryUpdated(
        change=StoryChange.NEWS.value,
        at=article.edited_at or article.seen_at,
        story=article_facts.mention,
        news=tuple(news[:_MOST_NEWS]),
        article=ArticleMention(key=article.key, title=entry.title, url=entry.url),
    )


def update_alerts(
    update: StoryUpdate, subscriptions: Iterable[Subscription], silences: Sequence[Silence] = ()
) -> Iterator[Alert]:
    """An alert to each subscription about stories whose criteria the article meets.

    They are sent at once, whatever the schedule; under a silence they are stored and not sent.
    The same news of the same article gives the same key.
    """
    article, content = update.article, update.content
    now = article.edited_at or article.seen_at
    occasion = [article.copy_key, content.story.key, *(item.text for item in content.news)]
    for subscription in subscriptions:
        if match.mismatch(article, subscription, About.STORIES) is not None:
            continue
        silence = active_silence(article, subscription, silences, now)
        alert = Alert(
            key=key_of("story update", subscription.key, *occasion),
            subscription_key=subscription.key,
            content=content,
            created_at=now,
            due_at=now,
        )
        yield match.silenced(alert, silence) if silence else alert


def decision_alerts(
    content: StoryUpdated,
    event_key: str,
    articles: Sequence[Article],
    subscriptions: Iterable[Subscription],
) -> list[Alert]:
    """An alert about a person's change of a story to each subscription that any article meets.

    `event_key` names the change: the same change gives the same alerts.
    """
    if content.at is None:
        raise ValueError("a change by a person has a time")
    return [
        Alert(
            key=key_of("story decision", subscription.key, event_key),
            subscription_key=subscription.key,
            content=content,
            created_at=content.at,
            due_at=content.at,
        )
        for subscription in subscriptions
        if _wants_any(subscription, articles)
    ]


def _wants_any(subscription: Subscription, articles: Iterable[Article]) -> bool:
    return any(match.mismatch(item, subscription, About.STORIES) is None for item in articles)
