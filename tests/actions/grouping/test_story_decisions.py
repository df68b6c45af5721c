"""A person merges, splits and renames stories, and takes it back."""

from __future__ import annotations

import pytest

from monitor.actions.grouping.story_decisions import (
    merge_stories,
    rename_story,
    split_story,
    undo_last,
)
from monitor.actions.grouping.story_lookup import find_story
from monitor.actions.option_values import InvalidOption
from monitor.domain.alerts import About, Subscription
from monitor.domain.contents.story_contents import StoryUpdated
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import NOW, subscription
from tests.grouped import FIRST, HOUR, OTHER, SECOND, arrive, grouping, news, titles

WHO = {"by": "ann", "now": NOW}


async def three_articles(
    store: Store, subscriptions: tuple[Subscription, ...] = ()
) -> dict[str, str]:
    """Two stories of three articles; headline → story's key."""
    watched(store, subscriptions=subscriptions)
    await arrive(store, grouping(), news(FIRST), news(OTHER), news(SECOND, 1))
    return {story.title: story.key for story in store.stories.list()}


async def test_a_merge_leads_the_old_key_on_and_can_be_taken_back(store):
    keys = await three_articles(store)
    decided = merge_stories(store, keys[OTHER], keys[FIRST], reason="one trip", **WHO)
    assert titles(store) == [(FIRST, 3)]
    assert find_story(store, keys[OTHER]).key == keys[FIRST]
    assert decided.as_json()["kind"] == "merged"
    undo_last(store, keys[FIRST], by="ann", now=NOW + HOUR)
    assert sorted(titles(store)) == [(OTHER, 1), (FIRST, 2)]
    assert find_story(store, keys[OTHER]).title == OTHER


async def test_a_merge_with_itself_or_without_a_reason_is_refused(store):
    keys = await three_articles(store)
    with pytest.raises(ConfigError, match="are one story already"):
        merge_stories(store, keys[FIRST], keys[FIRST], reason="x", **WHO)
    with pytest.raises(InvalidOption, match="reason is empty"):
        merge_stories(store, keys[OTHER], keys[FIRST], reason=" ", **WHO)


async def test_a_split_makes_a_story_and_can_be_taken_back(store):
    keys = await three_articles(store)
    story = find_story(store, keys[FIRST])
    last = store.stories.articles(story.number)[-1].article_key
    decided = split_story(store, story.key, [last[:8]], reason="two trips", **WHO)
    assert decided.other is not None
    assert sorted(titles(store)) == [(OTHER, 1), (SECOND, 1), (FIRST, 1)]
    undo_last(store, decided.other.key, by="ann", now=NOW + HOUR)
    assert sorted(titles(store)) == [(OTHER, 1), (FIRST, 2)]
    assert find_story(store, decided.other.key).key == story.key


async def test_a_split_needs_articles_of_the_story_and_must_leave_some(store):
    keys = await three_articles(store)
    articles = store.stories.articles(find_story(store, keys[FIRST]).number)
    stranger = store.stories.articles(find_story(store, keys[OTHER]).number)[0].article_key
    with pytest.raises(ConfigError, match=f"article {stranger[:8]} is not in story"):
        split_story(store, keys[FIRST], [stranger], reason="x", **WHO)
    with pytest.raises(ConfigError, match="must leave it at least one"):
        split_story(store, keys[FIRST], [a.article_key for a in articles], reason="x", **WHO)


async def test_what_later_changes_moved_on_cannot_be_undone_first(store):
    keys = await three_articles(store)
    merge_stories(store, keys[OTHER], keys[FIRST], reason="one trip", **WHO)
    undo_last(store, keys[FIRST], by="ann", now=NOW + HOUR)
    with pytest.raises(ConfigError, match="never merged or split"):
        undo_last(store, keys[FIRST], by="ann", now=NOW + HOUR)


async def test_a_story_is_renamed_and_the_name_has_limits(store):
    keys = await three_articles(store)
    renamed = rename_story(store, keys[FIRST], "  The trip\nto Kursk ", **WHO)
    assert (renamed.title, renamed.renamed_by) == ("The trip to Kursk", "ann")
    with pytest.raises(InvalidOption, match="1 to 200 characters"):
        rename_story(store, keys[FIRST], " ", **WHO)


async def test_each_decision_is_announced_once_to_subscriptions_about_stories(store):
    readers = (
        subscription("r", about=frozenset({About.STORIES})),
        subscription("other", about=frozenset({About.STORIES}), feeds=frozenset({"another"})),
        subscription("articles"),
    )
    keys = await three_articles(store, readers)
    merge_stories(store, keys[OTHER], keys[FIRST], reason="one trip", **WHO)
    undo_last(store, keys[FIRST], by="ann", now=NOW + HOUR)
    updates = [alert for alert in store.outbox.list() if isinstance(alert.content, StoryUpdated)]
    assert {alert.subscription_key for alert in updates} == {"r"}
    contents = {
        alert.content.change: alert.content
        for alert in updates
        if isinstance(alert.content, StoryUpdated)
    }
    assert sorted(contents) == ["merged", "undone"]
    merged, undone = contents["merged"], contents["undone"]
    assert (merged.story.title, merged.moved, merged.by, merged.reason) == (
        OTHER, 1, "ann", "one trip"
    )  # fmt: skip
    assert merged.other is not None
    assert (merged.other.title, merged.other.articles) == (FIRST, 3)
    assert (undone.story.title, undone.other and undone.other.title) == (FIRST, OTHER)


async def test_articles_in_review_move_with_their_story_and_are_not_counted(store):
    watched(store, subscriptions=(subscription("r", about=frozenset({About.STORIES})),))
    await arrive(store, None, hours=-1)  # the first poll, whose articles never wait in stories
    await arrive(store, grouping(), news(FIRST), news(OTHER), news(f"{SECOND}, perhaps", 1))
    keys = {story.title: story.key for story in store.stories.list()}
    decided = merge_stories(store, keys[FIRST], keys[OTHER], reason="one trip", **WHO)
    assert len(decided.event.articles) == 2
    (content,) = [
        alert.content for alert in store.outbox.list() if isinstance(alert.content, StoryUpdated)
    ]
    assert content.moved == 1
