"""What subscriptions were not told of a story, with the reasons."""

from __future__ import annotations

from monitor.domain.stories import Repeat
from tests.contexts import watched
from tests.fakes import subscription
from tests.grouped import FIRST, OTHER, SECOND, arrive, grouping, news


async def test_held_back_alerts_are_listed_with_subscription_and_reason(store):
    watched(store, subscriptions=(subscription("s", repeat=Repeat.STORY),))
    stage = grouping()
    await arrive(store, stage, hours=-1)
    await arrive(store, stage, news(FIRST), news(OTHER))
    await arrive(store, stage, news(SECOND, 1), hours=1)
    by_title = {story.title: story for story in store.stories.list()}
    (held,) = store.stories.held_back(by_title[FIRST].number)
    article = next(item for item in store.articles.list() if item.entry.title == SECOND)
    assert (held.article_key, held.subscription) == (article.key, "name of s")
    assert "this subscription is told each story once" in held.reason
    assert store.stories.held_back(by_title[OTHER].number) == []
