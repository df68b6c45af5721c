"""The articles that stories are made of, in their order of arrival."""

from __future__ import annotations

from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import FIRST, HOUR, OTHER, SECOND, arrive, article_key, grouping, news


async def test_articles_come_in_the_order_in_which_they_were_grouped(store):
    watched(store)
    stage = grouping()
    await arrive(store, None, news(FIRST))  # without a story: the pack had no data for them
    await arrive(store, stage, news(SECOND, 2), news(OTHER, 1), hours=2)
    await arrive(store, None, news("Lavrov, perhaps, in Kursk", 3), hours=3)
    await arrive(store, None, news("Rain on Sunday", 3), hours=4)
    arrivals = store.stories.arrivals(NOW, NOW + 5 * HOUR)
    doubtful = article_key(store, "Lavrov, perhaps, in Kursk")
    keys = [article_key(store, title) for title in (FIRST, OTHER, SECOND)]
    assert [arrival.article_key for arrival in arrivals] == [*keys, doubtful]
    assert [arrival.place is None for arrival in arrivals] == [True, False, False, True]
    assert [arrival.arrival for arrival in arrivals] == [None, 1, 2, None]


async def test_only_those_of_the_period_come_and_copies_name_their_original(store):
    watched(store)
    stage = grouping()
    text = "Sappers from the north arrived in Kursk on Tuesday with Shoigu, it was said. " * 4
    await arrive(store, stage, news(FIRST, text=text))
    await arrive(store, stage, news(f"{FIRST}.", 1, text=text), hours=1)
    original, copy = store.stories.arrivals(NOW, NOW + 2 * HOUR)
    assert (original.copy_of, copy.copy_of) == (None, original.article_key)
    assert store.stories.arrivals(NOW + HOUR, NOW + 2 * HOUR) == [copy]
    assert store.stories.arrivals(NOW, NOW + HOUR) == [original]
