"""Types of events name their subject, and fit their column."""

from __future__ import annotations

import pytest

from monitor.domain.events.event_types import EventSubject, EventType
from monitor.domain.stories import StoryEventKind


@pytest.mark.parametrize("event_type", list(EventType))
def test_a_type_begins_with_its_subject(event_type: EventType) -> None:
    assert event_type.subject in EventSubject
    assert event_type.startswith(f"{event_type.subject}.")
    assert len(event_type) <= 32


@pytest.mark.parametrize("kind", list(StoryEventKind))
def test_every_change_of_a_story_has_its_type(kind: StoryEventKind) -> None:
    assert EventType(f"story.{kind}").subject is EventSubject.STORY
