"""Contents of events: what the event of a change says, as JSON.

An event names its subject by its key and says what changed.  It holds no address of a receiver and
no text of a message: who may read those asks for them by the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.alerts import Alert, AlertState, Attempt, Outcome
from monitor.domain.articles import Article
from monitor.domain.events.event_types import EventType, NewEvent
from monitor.domain.feeds import FeedState
from monitor.domain.messages import MessageType
from monitor.domain.review.mark_changes import MarkChange
from monitor.domain.stories import StoryEvent
from monitor.text.formats import rfc3339

_DIGITS = 4  # of a score

_OF_OUTCOME = {
    Outcome.SENT: EventType.DELIVERY_SENT,
    Outcome.LATER: EventType.DELIVERY_FAILED,
    Outcome.DEAD: EventType.DELIVERY_GIVEN_UP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryNow:
    """A story as it is after a change."""

    key: str
    title: str
    articles: int


def article_flagged(article: Article, at: datetime) -> NewEvent:
    """An article was found relevant: when it came, by an edit, or by a person."""
    decision = article.decision
    data = {
        "key": article.key,
        "title": article.entry.title,
        "url": article.entry.url,
        "language": article.entry.language,
        "feed": article.feed_key,
        "seen_at": rfc3339(article.seen_at),
        "score": round(decision.score, _DIGITS),
        "themes": list(decision.labels),
        "backlog": article.backlog,
    }
    return NewEvent(type=EventType.ARTICLE_FLAGGED, at=at, data=data)


def article_marked(change: MarkChange) -> NewEvent:
    """A person marked an article, or took their mark back (`relevant` is null)."""
    data = {
        "key": change.article_key,
        "topic": change.topic,
        "by": change.by,
        "at": rfc3339(change.at),
        "relevant": None if change.after is None else change.after.relevant,
    }
    return NewEvent(type=EventType.ARTICLE_MARKED, at=change.at, data=data)


def alerts_kept_back(alerts: Iterable[Alert]) -> Iterator[NewEvent]:
    """Of new alerts, those that are held or silenced."""
    for alert in alerts:
        data: dict[str, object] = {
            "key": alert.key,
            "subscription": alert.subscription_key,
            "type": alert.type.value,
        }
        if alert.state is AlertState.HELD:
            hold = None if alert.held_for is None else alert.held_for.value
            data |= {"held_for": hold, "until": rfc3339(alert.due_at)}
            yield NewEvent(type=EventType.DELIVERY_HELD, at=alert.created_at, data=data)
        elif alert.state is AlertState.SILENCED:
            data |= {"silence": alert.silenced_by}
            yield NewEvent(type=EventType.DELIVERY_SILENCED, at=alert.created_at, data=data)


def delivery_attempted(
    attempt: Attempt, subscription: str, message_type: MessageType, next_at: datetime | None
) -> NewEvent:
    """An attempt ended: the message was sent, is tried again, or was given up."""
    event_type = _OF_OUTCOME[attempt.outcome]
    data: dict[str, object] = {
        "key": attempt.alert_key,
        "subscription": subscription,
        "type": message_type.value,
        "attempt": attempt.number,
        "reason": attempt.reason.value,
    }
    if event_type is EventType.DELIVERY_FAILED:
        data["next_at"] = None if next_at is None else rfc3339(next_at)
    return NewEvent(type=event_type, at=attempt.at, data=data)


def delivery_ended(
    key: str, subscription: str, message_type: MessageType, *, attempts: int, reason: str,
    at: datetime,
) -> NewEvent:  # fmt: skip
    """An alert was given up without an attempt, because its subscription ended."""
    data = {
        "key": key,
        "subscription": subscription,
        "type": message_type.value,
        "attempt": attempts,
        "reason": reason,
    }
    return NewEvent(type=EventType.DELIVERY_GIVEN_UP, at=at, data=data)


def feed_changed(
    key: str, title: str, before: FeedState, after: FeedState, *, reason: str | None, at: datetime
) -> NewEvent:
    """A feed came into another state; `title` is its address where it has none."""
    data = {
        "key": key,
        "title": title,
        "state": after.value,
        "before": before.value,
        "reason": reason,
    }
    return NewEvent(type=EventType.FEED_STATE_CHANGED, at=at, data=data)


def rules_in_force(version: int, *, at: datetime, by: str, config: str, reason: str) -> NewEvent:
    """Rules, thresholds or lexicons were put in force as another version; `by` nobody: empty."""
    data = {
        "version": version,
        "at": rfc3339(at),
        "by": by or None,
        "config": config,
        "reason": reason,
    }
    return NewEvent(type=EventType.RULES_IN_FORCE, at=at, data=data)


def story_grew(event_type: EventType, story: StoryNow, at: datetime) -> NewEvent:
    """A story began, or articles joined it."""
    return NewEvent(type=event_type, at=at, data=_story(story))


def story_changed(
    change: StoryEvent, stories: Mapping[int, StoryNow], at: datetime, *, moved: int
) -> NewEvent:
    """A change of a story by the method or a person; `stories` are those it names, by number.

    `moved` counts the articles that went to the other one, without copies and those in review.
    """
    other = stories.get(change.other) if change.other is not None else None
    data = {
        **_story(stories[change.story]),
        "other": None if other is None else other.key,
        "moved": moved,
        "by": change.by,
        "reason": change.reason,
    }
    return NewEvent(type=EventType(f"story.{change.kind}"), at=at, data=data)


def _story(story: StoryNow) -> dict[str, object]:
    return {"key": story.key, "title": story.title, "articles": story.articles}
