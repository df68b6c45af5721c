"""Stories are told when they open, grow and are changed by a person."""

from __future__ import annotations

from monitor.domain.events.event_types import EventSubject
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import FIRST, HOUR, OTHER, SECOND, arrive, grouping, news


def stories(store: Store) -> list[tuple[str, object, object]]:
    return [
        (event.type.value, event.data["title"], event.data["articles"])
        for event in store.event_log.since(0, 100).events
        if event.type.subject is EventSubject.STORY
    ]


async def test_a_story_opens_grows_is_merged_renamed_and_taken_apart(store: Store) -> None:
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST), news(OTHER))
    await arrive(store, stage, news(SECOND, 1), hours=1)
    numbers = {story.title: story.number for story in store.stories.list()}
    into = numbers[OTHER]
    merged = store.story_edits.merge(numbers[FIRST], into, by="ann", reason="one", now=NOW)
    store.story_edits.rename(into, "The trip", by="ann", now=NOW)
    store.story_edits.undo(merged, by="ann", now=NOW + HOUR)
    assert sorted(stories(store)[:2]) == sorted(
        [("story.opened", FIRST, 1), ("story.opened", OTHER, 1)]
    )
    assert stories(store)[2:] == [
        ("story.updated", FIRST, 2),
        ("story.merged", FIRST, 0),
        ("story.renamed", "The trip", 3),
        ("story.undone", "The trip", 1),
    ]
    event = next(
        event
        for event in store.event_log.since(0, 100).events
        if event.type.value == "story.merged"
    )
    (trip,) = (story for story in store.stories.list() if story.title == "The trip")
    assert (event.data["other"], event.data["by"], event.data["moved"]) == (trip.key, "ann", 2)
