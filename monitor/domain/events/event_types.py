"""Types of events: what happens to articles, deliveries, feeds, stories and rules."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


class EventType(enum.StrEnum):
    """What happened: its subject and a verb; stored, and the name of the event in the stream."""

    ARTICLE_FLAGGED = "article.flagged"
    ARTICLE_MARKED = "article.marked"
    DELIVERY_SENT = "delivery.sent"
    DELIVERY_FAILED = "delivery.failed"  # it is tried again
    DELIVERY_HELD = "delivery.held"  # for a digest, the end of quiet hours, or to be grouped
    DELIVERY_SILENCED = "delivery.silenced"
    DELIVERY_GIVEN_UP = "delivery.given_up"
    FEED_STATE_CHANGED = "feed.state_changed"
    STORY_OPENED = "story.opened"
    STORY_UPDATED = "story.updated"  # articles joined it
    STORY_REOPENED = "story.reopened"
    STORY_MOVED = "story.moved"
    STORY_MERGED = "story.merged"
    STORY_SPLIT = "story.split"
    STORY_RENAMED = "story.renamed"
    STORY_UNDONE = "story.undone"
    RULES_IN_FORCE = "rules.in_force"

    @property
    def subject(self) -> EventSubject:
        """What it happened to."""
        return EventSubject(self.partition(".")[0])


class EventSubject(enum.StrEnum):
    """What an event happens to; the first part of its type."""

    ARTICLE = "article"
    DELIVERY = "delivery"
    FEED = "feed"
    STORY = "story"
    RULES = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event that has no number yet."""

    type: EventType
    at: datetime
    data: Mapping[str, object]  # as JSON; holds no address and no text of a message
