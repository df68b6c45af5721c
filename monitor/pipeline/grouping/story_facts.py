"""What the articles of one transaction bring to their stories, and what was told before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from monitor.alerts.story_repeats import ArticleFacts, ToldStories, ToldStory, stances_of
from monitor.domain.alerts import PollResult
from monitor.domain.message_contents import StoryMention
from monitor.store.stories.stored_stories import StoredStories


def facts_of(polls: Sequence[PollResult], stored: StoredStories) -> dict[str, ArticleFacts]:
    """Article key → what it brings to its story, of the articles of these polls that have one."""
    everything = chain.from_iterable((*poll.articles, *poll.edited) for poll in polls)
    articles = {article.key: article for article in everything}
    places = _places(polls, stored, articles)
    mentions = _mentions(polls, stored, set(places.values()))
    figures = dict(chain.from_iterable(poll.figures.items() for poll in polls))
    arrived = chain.from_iterable(poll.stories.grouped for poll in polls)
    statements = {place.article_key: place.statements for place in arrived}
    return {
        key: ArticleFacts(
            story=story,
            mention=mentions[story],
            figures=figures.get(key, ()),
            themes=frozenset(articles[key].decision.labels),
            statements=statements.get(key, ()),
        )
        for key, story in places.items()
        if key in articles and story in mentions
    }


def _places(
    polls: Sequence[PollResult], stored: StoredStories, article_keys: Mapping[str, object]
) -> dict[str, int]:
    """Article → its story after all these polls."""
    places = {key: story for key, (story, _) in stored.places(article_keys).items()}
    for poll in polls:
        places |= {grouped.article_key: grouped.story for grouped in poll.stories.grouped}
    arrived = chain.from_iterable(poll.stories.grouped for poll in polls)
    originals = {place.article_key: place.copy_of for place in arrived if place.copy_of}
    moves = dict(chain.from_iterable(poll.stories.moves for poll in polls))
    for key in places:
        places[key] = moves.get(originals.get(key, key), places[key])
    return places


def _mentions(
    polls: Sequence[PollResult], stored: StoredStories, numbers: set[int]
) -> dict[int, StoryMention]:
    """Story → how a message names it; its articles are counted with those of these polls."""
    grown: Counter[int] = Counter()
    for poll in polls:
        grown.update(grouped.story for grouped in poll.stories.grouped)
    mentions = {}
    for begun in chain.from_iterable(poll.stories.created for poll in polls):
        mentions[begun.number] = StoryMention(
            key=begun.key, title=begun.title, articles=grown[begun.number]
        )
    for number, story in stored.titles(numbers).items():
        mentions[number] = StoryMention(
            key=story.key, title=story.title, articles=story.articles + grown[number]
        )
    return mentions


def told_stories(
    polls: Sequence[PollResult], facts: Mapping[str, ArticleFacts], stored: StoredStories
) -> ToldStories:
    """What the subscriptions with alerts in these polls were told of their stories before."""
    alerts = chain.from_iterable(poll.alerts for poll in polls)
    subscriptions = {alert.subscription_key for alert in alerts}
    moves = dict(chain.from_iterable(poll.stories.moves for poll in polls))
    stories: ToldStories = {}
    for row in stored.told(subscriptions, {fact.story for fact in facts.values()}, moves):
        key = row.subscription_key, row.story
        story = stories.setdefault(key, ToldStory(at=row.at))
        story.at = min(story.at, row.at)
        story.figures += row.figures
        story.themes |= row.themes
        story.stances |= stances_of(row.statements)
    return stories
