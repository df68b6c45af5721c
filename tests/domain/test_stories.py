"""The nouns of stories."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.stories import (
    NO_CHANGES,
    NewStory,
    Story,
    StoryEvent,
    StoryEventKind,
    StoryPhase,
)
from tests.fakes import NOW


def test_a_story_is_open_then_quiet_then_closed():
    story = Story(key="k", number=1, title="t", first_at=NOW, last_at=NOW)
    phases = [story.phase(NOW + timedelta(hours=hours)) for hours in (1, 48, 49, 193)]
    assert phases == [StoryPhase.OPEN, StoryPhase.OPEN, StoryPhase.QUIET, StoryPhase.CLOSED]
    merged = Story(key="k", number=1, title="t", first_at=NOW, last_at=NOW, merged_into="j")
    assert merged.phase(NOW) is StoryPhase.MERGED


def test_the_same_change_has_the_same_key():
    event = StoryEvent(story=1, kind=StoryEventKind.MOVED, at=NOW, reason="x", other=2)
    again = StoryEvent(story=1, kind=StoryEventKind.MOVED, at=NOW, reason="y", other=2)
    other = StoryEvent(story=1, kind=StoryEventKind.MOVED, at=NOW, reason="x", other=3)
    assert event.key == again.key != other.key


def test_an_article_may_begin_two_stories():
    keys = {
        NewStory(number=n, article_key="a", title="", language=None, at=NOW).key for n in (1, 2)
    }
    assert len(keys) == 2


def test_no_changes_are_nothing():
    assert not NO_CHANGES
