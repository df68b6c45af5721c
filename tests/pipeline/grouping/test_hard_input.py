"""Input that is hard to group: floods, live blogs, mixed headlines, missing facts, and faults."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.actions.grouping.story_decisions import split_story
from monitor.actions.grouping.story_reports import StoryQuery, list_stories, show_story
from monitor.domain.alerts import AlertState
from monitor.domain.stories import GroupedArticle, GroupingReason, NewStory, Repeat, StoryChanges
from monitor.store.stories.story_lists import MOST_ARTICLES
from tests.contexts import watched
from tests.fakes import NOW, subscription
from tests.grouped import (
    FIRST,
    HOUR,
    KILLED,
    MORE_KILLED,
    OTHER,
    SECOND,
    arrive,
    figure_pack,
    grouping,
    news,
    titles,
)
from tests.store.builders import a_feed, a_poll, an_article

FACTS = subscription("s", repeat=Repeat.FACTS)


async def test_of_a_thousand_reports_alike_in_an_hour_one_is_told_and_none_is_lost(store):
    watched(store, subscriptions=(FACTS,))
    stage = grouping()
    await arrive(store, stage, hours=-1)
    many = [news(f"Shoigu in Kursk {number}", number / 1_000) for number in range(1_000)]
    await arrive(store, stage, *many, hours=1)
    assert [articles for _, articles in titles(store)] == [1_000]
    alerts = store.outbox.list(limit=2_000)
    told = [alert for alert in alerts if alert.state is not AlertState.REPEATED]
    assert (len(told), len(alerts)) == (1, 1_000)


def test_a_story_of_five_thousand_is_listed_whole_and_shown_in_part(store):
    wire = a_feed("f")
    store.feeds.add(wire)
    articles = [
        an_article(f"{number:04}", wire, seen_at=NOW + number * HOUR / 100)
        for number in range(5_000)
    ]
    why = GroupingReason(sentence="it founded the story")
    first = articles[0]
    changes = StoryChanges(
        created=(
            NewStory(number=1, article_key=first.key, title="Kursk", language="en", at=NOW),
        ),
        grouped=tuple(
            GroupedArticle(
                article_key=article.key, story=1, copy_key=article.copy_key, origin="o",
                at=article.seen_at, why=why,
            )
            for article in articles
        ),
        state="s",
    )  # fmt: skip
    store.commit([replace(a_poll(wire, *articles), stories=changes)])
    (listed,) = list_stories(store, StoryQuery(), NOW).stories
    assert (listed.story.articles, listed.outlets, listed.origins) == (5_000, 1, 1)
    shown = show_story(store, listed.story.key, NOW)
    assert (len(shown.articles), shown.omitted) == (MOST_ARTICLES, 5_000 - MOST_ARTICLES)
    assert shown.articles[-1].article.key == articles[-1].key


async def test_a_live_blog_of_ten_events_joins_no_stories(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST), news(OTHER, 1), hours=1)
    entries = " ".join(f"{hour}:00 {event}." for hour in range(5) for event in (FIRST, OTHER))
    await arrive(store, stage, news("Live: the day's events", 2, text=entries), hours=2)
    stories = dict(titles(store))
    assert {FIRST, OTHER} <= set(stories)
    assert sum(stories.values()) == 3


async def test_an_edited_live_blog_stays_one_article_of_one_story(store):
    watched(store)
    stage = grouping(figure_pack())
    text = ""
    for hour, title in enumerate((KILLED, OTHER, FIRST, MORE_KILLED)):
        text = f"{hour}:00 {title}. {text}"
        await arrive(store, stage, news("Live: Shoigu in Kursk", text=text), hours=hour)
    (story,) = store.stories.list()
    assert story.articles == 1
    (article,) = store.stories.articles(story.number)
    stated = store.figures.of_articles([article.article_key])[article.article_key]
    assert {figure.value_min for figure in stated} == {600, 800}


async def test_a_headline_of_two_events_is_in_one_story_and_a_person_can_take_it_out(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST), news(OTHER, 1), hours=1)
    both = news(f"{FIRST}; {OTHER}", 2)
    await arrive(store, stage, both, hours=2)
    sizes = sorted(articles for _, articles in titles(store))
    assert sum(sizes) == 3
    article = next(item for item in store.articles.list() if item.entry.title == both.title)
    place = store.stories.grouped([article.key])[article.key]
    story = store.stories.by_numbers([place.story])[place.story]
    if story.articles > 1:
        split_story(store, story.key, [article.key], by="ann", reason="two events", now=NOW)
    await arrive(store, stage, news(SECOND, 3), hours=3)
    after = store.stories.grouped([article.key])[article.key]
    assert store.stories.by_numbers([after.story])[after.story].articles == 1


async def test_a_language_without_a_dictionary_is_grouped_by_the_names_it_shares(store):
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    swahili = replace(news("Sappers wa Shoigu wako Kursk", 1), language="sw")
    await arrive(store, stage, swahili, hours=1)
    assert titles(store) == [(FIRST, 2)]


async def test_a_split_between_two_polls_of_one_stage_holds_for_what_comes(store):
    watched(store, subscriptions=(FACTS,))
    stage = grouping()
    await arrive(store, stage, news(FIRST), news(SECOND, 1), hours=1)
    (story,) = store.stories.list()
    last = store.stories.articles(story.number)[-1]
    split_story(store, story.key, [last.article_key], by="ann", reason="two", now=NOW + HOUR)
    await arrive(store, stage, news("Shoigu, sappers, Kursk: third report", 2), hours=2)
    assert sorted(articles for _, articles in titles(store)) == [1, 2]
    assert store.stories.grouped([last.article_key])[last.article_key].pinned


@pytest.mark.parametrize("broken", ["story_changes.store_stories", "story_changes.record"])
async def test_a_fault_between_grouping_and_commit_loses_nothing_and_tells_nothing_twice(
    store, monkeypatch, broken
):
    watched(store, subscriptions=(FACTS,))
    stage = grouping(figure_pack())
    await arrive(store, stage, hours=-1)
    await arrive(store, stage, news(KILLED))

    def crash(*_arguments: object) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as patch:
        patch.setattr(f"monitor.store.stories.{broken}", crash)
        await arrive(store, stage, news(MORE_KILLED, 1), hours=1)
    await arrive(store, grouping(figure_pack()), news(MORE_KILLED, 1), hours=2)
    await arrive(store, stage, news(MORE_KILLED, 1), hours=3)
    assert titles(store) == [(KILLED, 2)]
    alerts = store.outbox.list()
    assert [alert.state for alert in alerts] == [AlertState.PENDING, AlertState.PENDING]
    assert len({alert.article_keys for alert in alerts}) == 2
