"""A replay groups one article after another; what a person decided holds from its arrival."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.domain.articles import Article
from monitor.domain.stories import Standing
from monitor.pipeline.grouping.story_replay import StoryReplay
from monitor.store.stories.stored_stories import StoredPlace
from tests.fakes import NOW
from tests.grouped import FIRST, HOUR, OTHER, PACK, SECOND
from tests.store.builders import a_decision, an_article

BEGUN = 100  # the first number that no stored story has


def article(title: str, hours: float = 0, **changes: Any) -> Article:
    plain = an_article(title)
    at = NOW + hours * HOUR
    entry = replace(plain.entry, title=title, text=f"Text of {title}.", published_at=at)
    return replace(plain, entry=entry, seen_at=at, own_text=None, **changes)


def replay(topic: str = "") -> StoryReplay:
    return StoryReplay(PACK, None, topic=topic, next_story=BEGUN)


def place(story: int, *, pinned: bool = False, standing: Standing = Standing.RELEVANT):
    return StoredPlace(story, pinned, standing)


def replayed(stage: StoryReplay) -> dict[str, int]:
    return {placed.article: placed.replayed for placed in stage.placed()}


def test_new_stories_get_numbers_that_no_stored_one_has():
    stage, first, second = replay(), article(FIRST), article(SECOND, 1)
    stage.add(first, place(1))
    stage.add(second, place(2))
    assert replayed(stage) == {first.key: BEGUN, second.key: BEGUN}
    assert stage.founder(BEGUN) == first.key
    assert stage.founder_of_part(2, BEGUN) == second.key
    assert stage.bridge(BEGUN) == second.key
    why = stage.reason(second.key)
    assert why is not None
    assert why.nearest == first.key


def test_articles_from_before_stay_where_they_are_and_take_new_ones():
    stage, first, second, third = replay(), article(FIRST), article(SECOND, 1), article(FIRST, 2)
    third = replace(third, key="f" * 32, copy_key="e" * 32)
    stage.begin_with(first, place(1))
    stage.begin_with(second, place(2))
    assert replayed(stage) == {first.key: 1, second.key: 2}
    stage.add(third, place(3))
    assert replayed(stage)[third.key] in (1, 2)


def test_pinned_articles_of_two_stories_stay_apart_and_those_of_one_together():
    stage = replay()
    articles = [article(FIRST), article(SECOND, 1), article(OTHER, 2)]
    for story, new in zip((1, 2, 1), articles, strict=True):
        stage.add(new, place(story, pinned=True))
    assert list(replayed(stage).values()) == [1, 2, 1]


def test_a_copy_follows_and_a_relevant_one_does_not_wait_with_its_original():
    stage = replay()
    doubtful = replace(article(FIRST), copy_key="c" * 32)
    copy = replace(article(SECOND, 1), copy_key="c" * 32)
    stage.add(doubtful, place(1, standing=Standing.REVIEW))
    stage.add(copy, None)
    assert (stage.copies, stage.without_story()) == (0, 1)
    assert stage.is_in_review(doubtful.key)
    assert not stage.is_in_review(copy.key)
    stage.add(replace(article(OTHER, 2), copy_key="c" * 32), None)
    assert (stage.copies, stage.without_story()) == (1, 1)


def test_an_article_without_a_story_is_grouped_only_where_a_poll_would():
    stage = replay()
    rejected = article(FIRST, decision=a_decision(relevant=False))
    stage.add(rejected, None)
    assert stage.without_story() == 0
