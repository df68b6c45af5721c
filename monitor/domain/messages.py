"""Message types, the base of their contents, and the rendered message: an alert in words."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from monitor.domain.json_fields import JsonObject, from_dataclass


class MessageType(enum.StrEnum):
    """What a message says: a webhook's `type`."""

    FLAGGED = "article.flagged"
    DIGEST = "digest.ready"
    STORY = "story.updated"
    SPIKE = "spike.began"
    FEED = "feed.state_changed"
    COVERAGE = "coverage.ready"
    SERVICE = "service.state_changed"
    DISABLED = "subscription.disabled"
    CHANGED = "subscription.changed"
    CONFIRM = "subscription.confirm"
    TEST = "subscription.test"


class Content:
    """The base of what an alert says; the classes are in `message_contents`."""

    __slots__ = ()
    type: ClassVar[MessageType]

    def to_json(self) -> dict[str, object]:
        """The content as it is stored."""
        return from_dataclass(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert in words, for any channel."""

    key: str  # the alert's
    subject: str
    text: str  # empty for webhooks, whose readers are programs
    html: str
    type: MessageType
    data: JsonObject  # JSON-ready; the webhook's `data`
    topic: str  # "dprk-russia": List-Id and subject tag
    thread_key: str  # equal for mails that belong together
    created_at: datetime  # the alert's: the same at every attempt
