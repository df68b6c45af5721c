"""Find a story by its key, and show it to programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption, check_topics
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Story
from monitor.runtime import topic_pack, topics

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


def find_story(store: Store, reference: str) -> Story:
    """The story whose key begins so; a merged one leads to the story that took its articles.

    Raise ConfigError when there is none, or more than one.
    """
    story = store.stories.find(reference)
    if story is None:
        raise ConfigError(f"no story {reference!r}: `monitor stories list` shows their keys")
    return story


def check_has_stories(settings: Settings, topic: str) -> None:
    """Raise InvalidOption for a topic whose articles are in no story, or that is not watched."""
    by_topic = topics.settings_by_topic(settings)
    check_topics([topic], by_topic)
    first = next(iter(by_topic))
    alone = "so its articles alert one by one"
    if topic != first:
        raise InvalidOption(
            "topic", f"{topic}: it has no stories, {alone}; stories are those of {first}"
        )
    if not topic_pack.has_stories(settings):
        raise InvalidOption("topic", f"{topic}: its pack has no data for stories, {alone}")


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
