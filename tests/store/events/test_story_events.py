"""Stories are told when they open, grow and are changed by a person."""

from __future__ import annotations

from monitor.domain.events.event_types import EventSubject
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import FIRST, HOUR, OTHER, SECOND, answer, arrive, article_key, grouping, news


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


DOUBTFUL = f"{SECOND}, perhaps"


async def watching(store: Store) -> None:
    """Watch a feed; its first poll, whose articles are not reviewed, is over."""
    watched(store)
    await arrive(store, None, hours=-1)


async def test_articles_in_review_are_not_announced(store: Store) -> None:
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(DOUBTFUL))
    await arrive(store, stage, news(f"{FIRST}, perhaps", 1), hours=1)
    (waiting,) = store.stories.list(in_review=True)
    first = [article_key(store, DOUBTFUL)]
    split = store.story_edits.split(waiting.number, first, by="ann", reason="two", now=NOW)
    store.story_edits.rename(waiting.number, "Perhaps a trip", by="ann", now=NOW)
    store.story_edits.undo(split, by="ann", now=NOW + HOUR)
    answer(store, stage, DOUBTFUL, relevant=False, hours=2)
    assert stories(store) == []


async def test_a_story_in_review_opens_with_the_article_that_is_confirmed_first(
    store: Store,
) -> None:
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(DOUBTFUL), news(f"{FIRST}, perhaps", 1), hours=1)
    answer(store, stage, DOUBTFUL, relevant=True, hours=2)
    assert stories(store) == [("story.opened", DOUBTFUL, 1)]
    answer(store, stage, f"{FIRST}, perhaps", relevant=True, hours=3)
    assert stories(store)[1:] == [("story.updated", DOUBTFUL, 2)]


async def test_a_named_story_in_review_opens_under_its_name(store: Store) -> None:
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(DOUBTFUL))
    (waiting,) = store.stories.list(in_review=True)
    store.story_edits.rename(waiting.number, "A trip", by="ann", now=NOW)
    answer(store, stage, DOUBTFUL, relevant=True)
    assert stories(store) == [("story.opened", "A trip", 1)]


async def test_a_relevant_article_that_takes_waiting_ones_opens_its_own_story(
    store: Store,
) -> None:
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(DOUBTFUL))
    await arrive(store, stage, news(FIRST, 1), hours=1)
    assert stories(store) == [("story.opened", FIRST, 1)]


async def test_only_a_relevant_article_reopens_a_quiet_story(store: Store) -> None:
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    await arrive(store, stage, news(DOUBTFUL, 60), hours=60)
    assert stories(store) == [("story.opened", FIRST, 1)]
    await arrive(store, stage, news(SECOND, 61), hours=61)
    assert stories(store)[1:] == [("story.updated", FIRST, 2), ("story.reopened", FIRST, 2)]


async def test_a_merge_counts_the_moved_articles_that_count(store: Store) -> None:
    await watching(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST), news(OTHER))
    await arrive(store, stage, news(DOUBTFUL, 1), hours=1)
    numbers = {story.title: story.number for story in store.stories.list()}
    merged = store.story_edits.merge(
        numbers[FIRST], numbers[OTHER], by="ann", reason="one", now=NOW
    )
    assert len(merged.articles) == 2
    last = store.event_log.since(0, 100).events[-1]
    assert (last.type.value, last.data["moved"]) == ("story.merged", 1)
