"""The stored JSON of each message type reads into its content and is written the same."""

from __future__ import annotations

import json

import pytest

from monitor.domain.contents.spike_content import SpikeBegan
from monitor.domain.contents.story_contents import StoryUpdated
from monitor.domain.digest_content import DigestReady
from monitor.domain.message_contents import (
    ArticleFlagged,
    CoverageReady,
    FeedStateChanged,
    ServiceStateChanged,
    SubscriptionChanged,
    SubscriptionConfirm,
    SubscriptionDisabled,
    SubscriptionTest,
    content_from_json,
)
from monitor.domain.messages import MessageType

# The text of the column `alerts.data`, as version 0.9 wrote it.
STORED = {
    MessageType.FLAGGED: (ArticleFlagged, "{}"),
    MessageType.DIGEST: (
        DigestReady,
        (
            '{"kind": "quiet", "since": "2025-06-16T05:30:00Z", "until": "2025-06-17T05:30:00Z",'
            ' "zone": "Europe/Warsaw", "budget": 20, "over_budget": 3, "held": 2, "silenced": 4,'
            ' "silences": [{"key": "5", "reason": "known flood", "until": "2025-06-20T00:00:00Z",'
            ' "articles": 4}], "repeated": 1, "repeats": [{"article": "a",'
            ' "title": "T", "url": null, "reason": "r"}], "in_review": 1,'
            ' "review": [{"article": "b",'
            ' "title": "D", "url": null, "language": "en", "feed_title": "F", "score": 0.3}],'
            ' "coverage": {"sentence": "41 of 43 feeds healthy", "feeds": 43,'
            ' "healthy": 41, "unwell": [{"feed": "k", "name": "KCNA", "state": "silent",'
            ' "why": "nothing new for 3 d"}], "unwatched_seconds": 60, "read": 1204, "backlog": 1,'
            ' "flagged": 11, "alerted": 3, "held": 2, "undelivered": 5, "suppressed": 4},'
            ' "stories": [{"key": "s", "title": "Losses", "articles": 7, "outlets": 4,'
            ' "origins": 2, "new_articles": ["a"], "news": [{"kind": "figure",'
            ' "text": "800 killed"}], "figures": ["800 killed, says NIS"], "held_back": 1}]}'
        ),
    ),
    MessageType.STORY: (
        StoryUpdated,
        (
            '{"change": "merged", "at": "2025-06-17T07:00:00Z", "story": {"key": "a", "title": "T",'
            ' "articles": 3}, "news": [{"kind": "figure", "text": "600 killed"}],'
            ' "article": {"key": "b", "title": "U", "url": null},'
            ' "other": {"key": "c", "title": "V", "articles": 4}, "moved": 3, "by": "ann",'
            ' "reason": "one trip"}'
        ),
    ),
    MessageType.SPIKE: (
        SpikeBegan,
        (
            '{"subject": "theme", "name": "troops", "title": "Troops",'
            ' "at": "2025-06-17T12:00:00Z", "hours": 3, "volume": 21, "usual_low": 0.0,'
            ' "usual_median": 3.0, "usual_high": 9.5, "windows": 24}'
        ),
    ),
    MessageType.FEED: (
        FeedStateChanged,
        (
            '{"outage": true, "feeds": [{"key": "1", "title": "TASS", "url": null,'
            ' "state": "failing", "was": "ok", "since": "2025-06-16T12:00:00Z",'
            ' "lasted_seconds": 86400, "why": "timeout"}], "omitted": 2, "counts": {"failing": 3},'
            ' "healthy": 41, "watched": 43}'
        ),
    ),
    MessageType.COVERAGE: (
        CoverageReady,
        (
            '{"date": "2025-06-17", "since": "2025-06-16T04:00:00Z", "until":'
            ' "2025-06-17T04:00:00Z", "sentence": "42 of 43 feeds healthy", "watched": 43,'
            ' "healthy": 42, "unwell":'
            ' [{"key": "1", "title": "KCNA", "state": "silent", "why": ""}], "omitted": 7,'
            ' "polls": 2064, "failed_polls": 3, "unwatched_seconds": 7200, "read": 1204,'
            ' "flagged": 11, "alerted": 3, "held": 2, "undelivered": 1, "suppressed": 5,'
            ' "backlog": 40}'
        ),
    ),
    MessageType.SERVICE: (
        ServiceStateChanged,
        (
            '{"state": "degraded", "conditions": [{"name": "pack", "sentence": "damaged"}],'
            ' "mended": [{"name": "configuration (all)", "sentence": "line 4"}]}'
        ),
    ),
    MessageType.DISABLED: (
        SubscriptionDisabled,
        (
            '{"disabled": {"subscription": "9", "name": "Chat", "channel": "webhook",'
            ' "reason": "410 Gone", "at": "2025-06-17T12:00:00Z"}}'
        ),
    ),
    MessageType.CHANGED: (
        SubscriptionChanged,
        (
            '{"changed": {"changes": ["Paused."], "undo_url": "https://a.example/undo/t",'
            ' "manage_url": "https://a.example/manage/t", "at": "2025-06-17T12:00:00Z"}}'
        ),
    ),
    MessageType.CONFIRM: (
        SubscriptionConfirm,
        (
            '{"url": "https://alerts.example/confirm/abc?until=1",'
            ' "until": "2025-06-19T12:00:00.000123+00:00"}'
        ),
    ),
    MessageType.TEST: (SubscriptionTest, '{"note": "A test of the subscription “desk”."}'),
}


@pytest.mark.parametrize("message_type", MessageType)
def test_stored_json_is_read_and_written_back_byte_for_byte(message_type):
    content_class, stored = STORED[message_type]
    content = content_from_json(message_type, json.loads(stored))
    assert type(content) is content_class
    assert content.type is message_type
    assert json.dumps(content.to_json(), ensure_ascii=False) == stored


@pytest.mark.parametrize("message_type", MessageType)
def test_json_without_fields_reads_as_an_empty_content(message_type):
    content = content_from_json(message_type, {})
    assert content == type(content)()


@pytest.mark.parametrize("message_type", MessageType)
def test_fields_of_a_wrong_type_read_as_empty(message_type):
    _, stored = STORED[message_type]
    mistyped = {key: ["not", 1, None] for key in json.loads(stored)}
    assert content_from_json(message_type, mistyped) == content_from_json(message_type, {})
