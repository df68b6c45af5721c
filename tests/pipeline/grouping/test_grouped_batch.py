"""Within one transaction, articles are grouped one after another."""

from __future__ import annotations

from monitor.domain.stories import StoryEventKind
from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import FIRST, OTHER, SECOND, arrive, grouping, news, titles


async def test_a_copy_in_the_same_document_follows_its_original(store):
    watched(store, feed("f"))
    text = (
        "Sappers from the north arrived in Kursk on Tuesday with Shoigu, the agency reported. " * 4
    )
    copies = [news(f"{FIRST}", text=text), news(f"{FIRST}!", 1, text=text)]
    await arrive(store, grouping(), *copies, news(OTHER), hours=2)
    assert sorted(titles(store)) == [(OTHER, 1), (FIRST, 2)]


async def test_the_earlier_article_of_a_document_begins_the_story(store):
    watched(store)
    await arrive(store, grouping(), news(SECOND, 2), news(FIRST, 1), hours=3)
    assert titles(store) == [(FIRST, 2)]


async def test_a_story_that_begins_and_ends_in_one_transaction_is_recorded(store):
    watched(store)
    ties = [news(f"Shoigu, Kursk, sappers, floods {hour}", hour) for hour in (2, 3, 4)]
    parts = [news("Shoigu, Kursk"), news("Kursk: sappers, floods", 1)]
    await arrive(store, grouping(), *parts, *ties, hours=5)
    (story,) = store.stories.list()
    assert story.articles == 5
    kinds = [event.kind for event in store.stories.events(story.number)]
    assert StoryEventKind.MERGED in kinds


async def test_hundreds_of_headlines_alike_in_an_hour_are_one_story(store):
    watched(store)
    many = [news(f"Shoigu in Kursk {number}", number / 1_000) for number in range(300)]
    await arrive(store, grouping(), *many, hours=1)
    assert [articles for _, articles in titles(store)] == [300]
