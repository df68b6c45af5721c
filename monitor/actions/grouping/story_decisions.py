"""What a person decides about stories: merge, split, rename, and undo.

A person's decision is never overturned by the method: the articles of a story that was merged or
split by hand stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.grouping.story_lookup import find_story, story_as_json
from monitor.actions.option_values import InvalidOption
from monitor.actions.reading.articles import find_article
from monitor.alerts.story_updates import decision_alerts
from monitor.domain.alerts import About, Alert
from monitor.domain.contents.story_contents import StoryChange, StoryMention, StoryUpdated
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Story, StoryEvent, StoryEventKind

if TYPE_CHECKING:
    from monitor.store.store import Store
    from monitor.store.stories.story_edits import Announce

LONGEST_TITLE = 200
_CHANGES = {
    StoryEventKind.MERGED: StoryChange.MERGED,
    StoryEventKind.SPLIT: StoryChange.SPLIT,
    StoryEventKind.UNDONE: StoryChange.UNDONE,
}
_UNDOABLE = (StoryEventKind.MERGED, StoryEventKind.SPLIT, StoryEventKind.MOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedStories:
    """The stories after a decision."""

    event: StoryEvent
    story: Story  # that the decision was about
    other: Story | None = None  # that the articles went to
    now: datetime

    def as_json(self) -> JsonObject:
        """The outcome as `stories merge|split|undo --json` shows it."""
        return {
            "kind": self.event.kind,
            "articles": list(self.event.articles),
            "story": story_as_json(self.story, self.now),
            "other": None if self.other is None else story_as_json(self.other, self.now),
        }


def merge_stories(
    store: Store, story: str, into: str, *, by: str, reason: str, now: datetime
) -> DecidedStories:
    """Move all articles of one story into another; its key leads there from then on.

    Raise ConfigError for unknown stories and for one story twice.
    """
    ended, target = find_story(store, story), find_story(store, into)
    if ended.number == target.number:
        raise ConfigError(f"{story} and {into} are one story already: {target.key[:8]}")
    moved = [place.article_key for place in store.stories.articles(ended.number)]
    event = store.story_edits.merge(
        ended.number,
        target.number,
        by=by,
        reason=_reason(reason),
        now=now,
        announce=_announcer(store, moved),
    )
    return _decided(store, event, now)


def split_story(
    store: Store, story: str, articles: Sequence[str], *, by: str, reason: str, now: datetime
) -> DecidedStories:
    """Make these articles of a story, with their copies, a story of their own.

    Raise ConfigError for unknown ones, for articles of another story, and where none would be left.
    """
    origin = find_story(store, story)
    keys = [find_article(store, reference).key for reference in articles]
    places = store.stories.grouped(keys)
    strangers = [key for key in keys if key not in places or places[key].story != origin.number]
    if strangers:
        raise ConfigError(
            f"article {strangers[0][:8]} is not in story {origin.key[:8]}:"
            f" `monitor stories show {origin.key[:8]}` lists its articles"
        )
    event = store.story_edits.split(
        origin.number,
        keys,
        by=by,
        reason=_reason(reason),
        now=now,
        announce=_announcer(store, keys),
    )
    return _decided(store, event, now)


def rename_story(store: Store, story: str, title: str, *, by: str, now: datetime) -> Story:
    """Give a story a name.  Raise ConfigError for an unknown story or an unusable name."""
    target = find_story(store, story)
    name = " ".join(title.split())
    if not name or len(name) > LONGEST_TITLE:
        raise InvalidOption("title", f"must have 1 to {LONGEST_TITLE} characters")
    store.story_edits.rename(target.number, name, by=by, now=now)
    return find_story(store, target.key)


def undo_last(store: Store, story: str, *, by: str, now: datetime) -> DecidedStories:
    """Take back the last merge, split or move of a story, whoever made it.

    Raise ConfigError when there is none, or when its articles have moved on since.
    """
    target = find_story(store, story)
    events = store.stories.events(target.number)
    done = [event for event in events if event.kind in _UNDOABLE and not event.undone]
    if not done:
        raise ConfigError(f"story {target.key[:8]} was never merged or split: nothing to undo")
    announce = _announcer(store, done[-1].articles)
    return _decided(store, store.story_edits.undo(done[-1], by=by, now=now, announce=announce), now)


def _announcer(store: Store, moved: Iterable[str]) -> Announce:
    """Makes the alerts about a change that moves these articles, for those who ask for such."""
    readers = [item for item in store.subscriptions.list() if About.STORIES in item.about]
    articles = list(store.articles.by_keys(list(moved)).values()) if readers else []
    uncounted = {article.key for article in articles if not article.decision.relevant}

    def announce(event: StoryEvent, story: StoryMention, other: StoryMention) -> Sequence[Alert]:
        content = StoryUpdated(
            change=_CHANGES[event.kind].value,
            at=event.at,
            story=story,
            other=other,
            moved=sum(key not in uncounted for key in event.articles),
            by=event.by,
            reason=event.reason,
        )
        return decision_alerts(content, event.key, articles, readers)

    return announce


def _reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not text:
        raise InvalidOption("reason", "is empty: say why, for those who read it later")
    return text


def _decided(store: Store, event: StoryEvent, now: datetime) -> DecidedStories:
    numbers = [event.story] if event.other is None else [event.story, event.other]
    stories = store.stories.by_numbers(numbers)
    return DecidedStories(
        event=event,
        story=stories[event.story],
        other=None if event.other is None else stories.get(event.other),
        now=now,
    )
