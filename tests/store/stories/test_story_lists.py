"""Stories as they are read."""

from __future__ import annotations

from monitor.store.stories.story_lists import StoryCursor
from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import FIRST, HOUR, OTHER, SECOND, arrive, grouping, news


async def test_lists_go_on_after_a_cursor_also_among_equal_times(store):
    watched(store)
    await arrive(store, grouping(), news(FIRST), news(OTHER))
    first, second = store.stories.list()
    assert first.last_at == second.last_at
    after = StoryCursor(last_at=first.last_at, number=first.number)
    assert store.stories.list(after=after) == [second]
    assert store.stories.by_numbers([first.number, 99]) == {first.number: first}


async def test_the_newest_articles_of_a_story_are_read_in_order_of_time(store):
    watched(store)
    await arrive(store, grouping(), news(FIRST), news(SECOND, 1), hours=2)
    (story,) = store.stories.list()
    both = store.stories.articles(story.number)
    assert [grouped.at for grouped in both] == [NOW, NOW + HOUR]
    assert store.stories.articles(story.number, limit=1) == both[1:]


async def test_volumes_count_outlets_origins_and_days(store):
    watched(store, feed("f"), feed("g"))
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(SECOND, 30), hours=30, key="g")
    (story,) = store.stories.list()
    volumes = store.stories.volumes([story.number, 99])
    assert (volumes[story.number].outlets, volumes[story.number].origins) == (2, 2)
    assert volumes[story.number].days == (1, 1)
    assert volumes[99].days == ()


async def test_a_story_is_found_by_its_key_and_by_no_other(store):
    watched(store)
    await arrive(store, grouping(), news(FIRST))
    (story,) = store.stories.list()
    assert store.stories.find(story.key) == store.stories.find(story.key[:7]) == story
    assert store.stories.find("0" * 32) is None
