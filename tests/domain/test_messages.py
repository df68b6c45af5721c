"""Message types: each has one class of content, and its value is a contract."""

from __future__ import annotations

from typing import get_args

import pytest

from monitor.domain.message_contents import AlertContent, content_from_json
from monitor.domain.messages import Content, MessageType

CLASSES = get_args(AlertContent)


def test_each_type_has_one_class_of_content():
    assert sorted(cls.type for cls in CLASSES) == sorted(MessageType)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_content_comes_back_from_its_json_by_its_type(cls: type[Content]):
    content = content_from_json(cls.type, {})
    assert isinstance(content, cls)
    assert content_from_json(cls.type, content.to_json()) == content


def test_the_values_are_the_types_of_webhooks():
    assert set(MessageType) >= {
        "article.flagged", "digest.ready", "story.updated", "spike.began", "feed.state_changed",
        "coverage.ready",
        "service.state_changed", "subscription.disabled", "subscription.confirm",
        "subscription.changed",
        "subscription.test",
    }  # fmt: skip
