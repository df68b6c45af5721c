"""Articles are found by their story, and by the figures that they state."""

from __future__ import annotations

from monitor.search.grammar import parse
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import KILLED, MORE_KILLED, OTHER, arrive, figure_pack, grouping, news


def found(store: Store, question: str) -> list[str]:
    page = store.search.find(parse(question, NOW), limit=10)
    return sorted(article.entry.title for article in page.articles)


async def test_articles_are_found_by_story_kind_and_claimant(store):
    watched(store)
    stage = grouping(figure_pack())
    await arrive(store, stage, news(KILLED), news(MORE_KILLED, 1), news(OTHER, 2), hours=3)
    keys = {story.title: story.key for story in store.stories.list()}
    both = [KILLED, MORE_KILLED]
    assert found(store, f"story:{keys[KILLED][:8]}") == both
    assert found(store, f"-story:{keys[KILLED]}") == [OTHER]
    assert found(store, "figure:killed") == both
    assert found(store, "figure:shells") == []
    assert found(store, "claimant:seoul") == both
    assert found(store, 'claimant:"SPY agency"') == both
    assert found(store, 'claimant:"%"') == []
    assert found(store, "-claimant:seoul") == [OTHER]


async def test_a_merged_storys_key_finds_where_its_articles_are(store):
    watched(store)
    await arrive(store, grouping(), news(KILLED), news(OTHER))
    stories = {story.title: story for story in store.stories.list()}
    ended, target = stories[OTHER], stories[KILLED]
    store.story_edits.merge(ended.number, target.number, by="ann", reason="x", now=NOW)
    assert found(store, f"story:{ended.key}") == sorted([KILLED, OTHER])


async def test_figures_are_compared_by_the_values_that_they_may_have(store):
    watched(store)
    stage = grouping(figure_pack())
    await arrive(store, stage, news(KILLED), news(MORE_KILLED, 1), news(OTHER, 2), hours=3)
    assert found(store, "figure:killed>0") == [KILLED, MORE_KILLED]
    assert found(store, "figure:killed<=1000000") == [KILLED, MORE_KILLED]
    assert found(store, "figure:killed>999999") == []
    assert found(store, "figure:shells>0") == []
    assert found(store, "-figure:killed>0") == [OTHER]
