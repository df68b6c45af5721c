"""What a person changes is recorded, holds, and moves copies along."""

from __future__ import annotations

from monitor.domain.stories import StoryEventKind
from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import FIRST, HOUR, OTHER, arrive, grouping, news


async def test_copies_move_with_their_original(store):
    watched(store, feed("f"), feed("g"))
    stage = grouping()
    text = (
        "Sappers from the north arrived in Kursk on Tuesday with Shoigu, the agency reported. " * 4
    )
    await arrive(store, stage, news(FIRST, text=text), news(OTHER))
    await arrive(store, stage, news(FIRST, 1, text=text), hours=1, key="g")
    numbers = {story.title: story.number for story in store.stories.list()}
    event = store.story_edits.merge(numbers[FIRST], numbers[OTHER], by="ann", reason="one", now=NOW)
    (story,) = store.stories.list()
    assert story.articles == 3
    store.story_edits.undo(event, by="ann", now=NOW + HOUR)
    assert {story.title: story.articles for story in store.stories.list()} == {FIRST: 2, OTHER: 1}


async def test_an_undone_decision_of_a_person_leaves_no_pins_and_a_methods_does(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news("Shoigu, Kursk"))
    await arrive(store, stage, news("Kursk: sappers, floods", 1), hours=1)
    numbers = [story.number for story in store.stories.list()]
    merge = store.story_edits.merge(*numbers, by="ann", reason="one", now=NOW)
    keys = [article.key for article in store.articles.list()]
    assert all(grouped.pinned for grouped in store.stories.grouped(keys).values())
    store.story_edits.undo(merge, by="ann", now=NOW + HOUR)
    assert not any(grouped.pinned for grouped in store.stories.grouped(keys).values())
    for hour in (2, 3, 4):
        await arrive(store, stage, news(f"Shoigu, Kursk, sappers, floods {hour}", hour), hours=hour)
    (story,) = store.stories.list()
    (merged,) = [
        event
        for event in store.stories.events(story.number)
        if event.kind is StoryEventKind.MERGED and event.by == "method"
    ]
    store.story_edits.undo(merged, by="ann", now=NOW + 5 * HOUR)
    assert all(grouped.pinned for grouped in store.stories.grouped(keys).values())
    assert len(store.stories.list()) == 2


async def test_every_change_is_in_the_history(store):
    watched(store)
    await arrive(store, grouping(), news(FIRST))
    (story,) = store.stories.list()
    store.story_edits.rename(story.number, "The trip", by="ann", now=NOW)
    (event,) = store.stories.events(story.number)
    assert (event.kind, event.by, event.reason) == (StoryEventKind.RENAMED, "ann", "“The trip”")
