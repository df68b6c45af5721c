"""Events of stories: what new articles, the method or a person changed of them.

An article in review makes no event, and a story of such articles alone is not named in one: it
opens when its first article counts, because it came as relevant or was confirmed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, select

from monitor.domain.events.event_types import EventType, NewEvent
from monitor.domain.stories import Standing, StoryChanges, StoryEvent
from monitor.store.database.transactions import select_in
from monitor.store.events import event_contents
from monitor.store.events.event_contents import StoryNow
from monitor.store.schema.tables import COUNTS_IN_STORY, stories, story_articles


def of_changes(
    connection: Connection, changes: Iterable[tuple[StoryChanges, datetime]]
) -> Iterator[NewEvent]:
    """What stored changes of stories did, each with its time."""
    all_changes = list(changes)
    if not all_changes:
        return
    moves = dict(chain.from_iterable(change.moves for change, _ in all_changes))
    counting = _counting(connection, moves)
    grown = [_grown(change, counting) for change, _ in all_changes]
    named = _named(chain.from_iterable(change.events for change, _ in all_changes))
    current = _current_stories(connection, named.union(*grown))
    waiting = set[int]()  # stories that began, and in which no article counted before
    for (change, at), numbers in zip(all_changes, grown, strict=True):
        waiting |= {story.number for story in change.created}
        waiting |= {place.story for place in change.confirmed if place.begins_story}
        for number in sorted(numbers):
            grew = EventType.STORY_OPENED if number in waiting else EventType.STORY_UPDATED
            waiting.discard(number)
            yield event_contents.story_grew(grew, current[number], at)
        for event in change.events:
            yield from _of_event(event, current, counting, at)


def of_edit(connection: Connection, change: StoryEvent) -> Iterator[NewEvent]:
    """What a person changed of a story."""
    current = _current_stories(connection, _named([change]))
    counting = _counting(connection, change.articles)
    yield from _of_event(change, current, counting, change.at)


def _grown(change: StoryChanges, counting: Collection[str]) -> set[int]:
    """The stories in which articles count since this change, and those that it split off."""
    grown = {grouped.story for grouped in change.grouped if grouped.standing is not Standing.REVIEW}
    grown |= {place.story for place in change.confirmed}
    created = {story.number for story in change.created}
    return grown | {story for key, story in change.moves if story in created and key in counting}


def _of_event(
    event: StoryEvent, stories_now: Mapping[int, StoryNow], counting: Collection[str], at: datetime
) -> Iterator[NewEvent]:
    """The event of this change, unless it is about articles in review alone."""
    moved = sum(key in counting for key in event.articles)
    counts = moved if event.articles else stories_now[event.story].articles
    if counts:
        yield event_contents.story_changed(event, stories_now, at, moved=moved)


def _counting(connection: Connection, article_keys: Iterable[str]) -> set[str]:
    """Those of these articles that count, or that have a copy which does."""
    keys = sorted(set(article_keys))
    query = select(story_articles.c.article_key, story_articles.c.copy_of).where(COUNTS_IN_STORY)
    rows = list(select_in(connection, query, story_articles.c.article_key, keys))
    rows += select_in(connection, query, story_articles.c.copy_of, keys)
    return {row.article_key for row in rows} | {row.copy_of for row in rows if row.copy_of}


def _current_stories(connection: Connection, numbers: Iterable[int]) -> dict[int, StoryNow]:
    """Story number → the story as it is stored."""
    columns = stories.c.number, stories.c.key, stories.c.title, stories.c.articles
    rows = select_in(connection, select(*columns), stories.c.number, sorted(numbers))
    return {
        row.number: StoryNow(key=row.key, title=row.title, articles=row.articles) for row in rows
    }


def _named(changes: Iterable[StoryEvent]) -> set[int]:
    numbers = set[int]()
    for change in changes:
        numbers |= {change.story} if change.other is None else {change.story, change.other}
    return numbers
