"""Golden events: never two events in one story, and the wordings find each other."""

from __future__ import annotations

from tests.stories.golden import golden_stories


def test_the_wordings_of_golden_events_are_grouped_and_events_kept_apart():
    stories = golden_stories()
    assert (stories.events, stories.wordings) == (48, 270)
    assert stories.whole >= 22
    assert stories.rightly / stories.joined > 0.99
