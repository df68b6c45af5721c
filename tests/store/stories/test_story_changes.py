"""Story changes as they are stored."""

from __future__ import annotations

from datetime import timedelta

from monitor.store.stories.stored_stories import StoredStories
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import FIRST, OTHER, SECOND, arrive, grouping, news


async def test_counts_and_times_of_a_story_follow_its_articles(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST, 2), hours=2)
    await arrive(store, stage, news(SECOND, 1), hours=3)
    (story,) = store.stories.list()
    assert (story.articles, story.title) == (2, FIRST)
    assert (story.first_at, story.last_at) == (NOW + timedelta(hours=1), NOW + timedelta(hours=2))


async def test_words_are_forgotten_when_no_new_article_is_compared_with_them(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(OTHER, 24 * 20), hours=24 * 20)
    titles = store._database.read(
        lambda connection: [
            grouped.words.title for grouped in StoredStories(store._database, connection).window()
        ]
    )
    assert titles == [OTHER]
    assert len(store.stories.list()) == 2
