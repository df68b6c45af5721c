"""A story is found by its key."""

from __future__ import annotations

import pytest

from monitor.actions.grouping.story_lookup import find_story, story_as_json
from monitor.domain.errors import ConfigError
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import FIRST, HOUR, arrive, grouping, news


async def test_a_story_is_found_by_the_beginning_of_its_key_and_has_a_phase(store):
    watched(store)
    await arrive(store, grouping(), news(FIRST))
    (story,) = store.stories.list()
    assert find_story(store, story.key[:6]) == story
    shown = story_as_json(story, NOW + 200 * HOUR)
    assert (shown["title"], shown["phase"], shown["articles"]) == (FIRST, "closed", 1)


def test_an_unknown_story_is_refused_with_the_command_that_lists_them(store):
    with pytest.raises(ConfigError, match="no story 'abcdef12': `monitor stories list`"):
        find_story(store, "abcdef12")
