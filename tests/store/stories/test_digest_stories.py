"""A digest knows the stories of its articles: news since the last one, origins, figures."""

from __future__ import annotations

from monitor.deliver.messages import render
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.domain.digest_content import DigestReady
from monitor.domain.stories import Repeat
from tests.contexts import watched
from tests.fakes import NOW, subscription
from tests.grouped import (
    HOUR,
    KILLED,
    MORE_KILLED,
    OTHER,
    arrive,
    figure_pack,
    grouping,
    news,
)

AGAIN = "Near Kursk, Shoigu: 600 North Korean soldiers killed, Seoul's spy agency says"
DAILY = DeliverySchedule(every=Frequency.DAILY, zone="UTC")


async def test_a_digest_is_by_story_with_news_figures_and_what_was_held_back(store):
    asking = subscription("s", repeat=Repeat.FACTS, cadence=DAILY, created_at=NOW - HOUR)
    watched(store, subscriptions=(asking,))
    stage = grouping(figure_pack())
    await arrive(store, stage, hours=-1)
    for hour, title in enumerate((KILLED, AGAIN, MORE_KILLED, OTHER)):
        await arrive(store, stage, news(title, hour / 10), hours=hour / 10)
    store.digests.close_due(NOW + 24 * HOUR)
    (claim,) = store.outbox.claim(NOW + 24 * HOUR, limit=5, per_subscription=5, lease=HOUR)
    content = claim.alert.content
    assert isinstance(content, DigestReady)
    losses, other = content.stories
    assert (losses.title, losses.articles, losses.outlets, losses.origins) == (KILLED, 3, 1, 1)
    assert [item.kind for item in losses.news] == ["story", "figure"]
    assert losses.figures[0].startswith("800 killed, says ")
    assert (len(losses.new_articles), losses.held_back) == (2, 1)
    assert (other.title, other.held_back) == (OTHER, 0)
    mail = render.message(claim, topic="test", theme_titles={})
    for text in (mail.text, mail.html):
        assert "2 new of 3 articles, 1 outlet, 1 origin" in text
        assert "now says 800 killed" in text
        assert "1 more article of this story with nothing new" in text
    stories = mail.data["stories"]
    assert isinstance(stories, list)
    assert [story["title"] for story in stories] == [KILLED, OTHER]
    assert mail.data["stories_omitted"] == 0


async def test_articles_without_a_story_are_listed_as_before(store):
    asking = subscription("s", cadence=DAILY, created_at=NOW - HOUR)
    watched(store, subscriptions=(asking,))
    await arrive(store, None, hours=-1)
    await arrive(store, None, news(KILLED))
    store.digests.close_due(NOW + 24 * HOUR)
    (claim,) = store.outbox.claim(NOW + 24 * HOUR, limit=5, per_subscription=5, lease=HOUR)
    assert isinstance(claim.alert.content, DigestReady)
    assert claim.alert.content.stories == ()
    assert f"- {KILLED}" in render.message(claim, topic="test", theme_titles={}).text
