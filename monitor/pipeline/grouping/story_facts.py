"""What the articles of one transaction bring to their stories, and what was told before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from monitor.alerts.story_repeats import ArticleFacts, ToldStories, ToldStory, stances_of
from monitor.domain.alerts import PollResult
from monitor.domain.contents.story_contents import StoryMention
from monitor.domain.stories import ConfirmedPlace, GroupedArticle, Standing
from monitor.store.stories.stored_stories import StoredStories


def facts_of(
    polls: Sequence[PollResult], stored: StoredStories, expected: frozenset[str] = frozenset()
) -> dict[str, ArticleFacts]:
    """Article key → what it brings to its story, of the articles of these polls that have one.

    `expected` are the parties whose silence about any story is noted.
    """
    everything = chain.from_iterable((*poll.articles, *poll.edited) for poll in polls)
    articles = {article.key: article for article in everything}
    places = _places(polls, stored, articles)
    mentions = mentions_of(polls, stored, set(places.values()))
    figures = dict(chain.from_iterable(poll.figures.items() for poll in polls))
    grouped = {place.article_key: place for place in _counted(polls)}
    return {
        key: ArticleFacts(
            story=story,
            mention=mentions[story],
            figures=figures.get(key, ()),
            themes=frozenset(articles[key].decision.labels),
            statements=grouped[key].statements if key in grouped else (),
            at=grouped[key].at if key in grouped else None,
            expected=expected,
        )
        for key, story in places.items()
        if key in articles and story in mentions
    }


def _counted(polls: Sequence[PollResult]) -> list[GroupedArticle | ConfirmedPlace]:
    """The articles that count in their stories since these polls."""
    counted: list[GroupedArticle | ConfirmedPlace] = []
    for poll in polls:
        arrived = poll.stories.grouped
        counted += [place for place in arrived if place.standing is not Standing.REVIEW]
        counted += poll.stories.confirmed
    return counted


def _places(
    polls: Sequence[PollResult], stored: StoredStories, article_keys: Mapping[str, object]
) -> dict[str, int]:
    """Article → its story after all these polls; one in review is left out."""
    places = {
        key: place.story
        for key, place in stored.places(article_keys).items()
        if place.standing is not Standing.REVIEW
    }
    places |= {place.article_key: place.story for place in _counted(polls)}
    arrived = chain.from_iterable(poll.stories.grouped for poll in polls)
    originals = {place.article_key: place.copy_of for place in arrived if place.copy_of}
    moves = dict(chain.from_iterable(poll.stories.moves for poll in polls))
    for key in places:
        places[key] = moves.get(originals.get(key, key), places[key])
    return places


def mentions_of(
    polls: Sequence[PollResult], stored: StoredStories, numbers: set[int]
) -> dict[int, StoryMention]:
    """Story → how a message names it; its articles are counted with those of these polls."""
    grown: Counter[int] = Counter()
    for poll in polls:
        grown.update(place.story for place in _counted([poll]))
    renewed = chain.from_iterable(poll.stories.renewed for poll in polls)
    new_titles = {begun.number: begun.title for begun in renewed}
    mentions = {}
    for begun in chain.from_iterable(poll.stories.created for poll in polls):
        mentions[begun.number] = StoryMention(
            key=begun.key, title=begun.title, articles=grown[begun.number]
        )
    for number, story in stored.titles(numbers).items():
        mentions[number] = StoryMention(
            key=story.key,
            title=new_titles.get(number, story.title),
            articles=story.articles + grown[number],
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
        story.figures += row.facts.figures
        story.themes |= row.facts.themes
        story.stances |= stances_of(row.facts.statements)
    return stories


def known_stories(
    polls: Sequence[PollResult], facts: Mapping[str, ArticleFacts], stored: StoredStories
) -> dict[int, ToldStory]:
    """What the stories that these articles may update had before these polls."""
    may_update = {fact.story for fact in facts.values() if fact.figures or fact.statements}
    moves = dict(chain.from_iterable(poll.stories.moves for poll in polls))
    new = {place.article_key for place in _counted(polls)}
    stories: dict[int, ToldStory] = {}
    for row in stored.members(may_update, moves):
        if row.article_key in new:
            continue
        story = stories.setdefault(row.story, ToldStory(at=row.at))
        story.at = min(story.at, row.at)
        story.figures += row.facts.figures
        story.stances |= stances_of(row.facts.statements)
    return stories
