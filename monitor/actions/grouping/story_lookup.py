"""Find a story by its key, and show it to programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Story

if TYPE_CHECKING:
    from monitor.store.store import Store


def find_story(store: Store, reference: str) -> Story:
    """The story whose key begins so; a merged one leads to the story that took its articles.

    Raise ConfigError when there is none, or more than one.
    """
    story = store.stories.find(reference)
    if story is None:
        raise ConfigError(f"no story {reference!r}: `monitor stories list` shows their keys")
    return story


def story_as_json(story: Story, now: datetime) -> JsonObject:
    """A story for programs."""
    return {
        "key": story.key,
        "title": story.title,
        "language": story.language,
        "renamed_by": story.renamed_by,
        "phase": story.phase(now),
        "first_at": as_json.instant(story.first_at),
        "last_at": as_json.instant(story.last_at),
        "articles": story.articles,
        "merged_into": story.merged_into,
    }
