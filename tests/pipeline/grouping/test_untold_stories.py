"""A story of which only held-back articles are left is told."""

from __future__ import annotations

from monitor.domain.alerts import AlertState, PollResult, Subscription
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.domain.message_contents import ArticleFlagged
from monitor.domain.stories import Repeat, StoryChanges
from monitor.pipeline.grouping.untold_stories import tell_untold, untold_articles
from monitor.store.store import Store
from monitor.store.stories.stored_stories import HeldBackArticle, StoredStories
from tests.contexts import watched
from tests.fakes import NOW, feed, subscription
from tests.grouped import FIRST, HOUR, OTHER, SECOND, arrive, grouping, news

ASKING = subscription("s", repeat=Repeat.STORY)


def after_moves(
    store: Store, moves: dict[str, int], asking: Subscription = ASKING
) -> list[PollResult]:
    """A poll that moves these articles, with the alerts that follow."""
    changes = StoryChanges(moves=tuple(moves.items()))
    poll = PollResult(feed_key="f", state=feed().poll, stories=changes)
    return store._database.write(
        lambda connection: tell_untold(
            [poll], StoredStories(store._database, connection), [asking], NOW + HOUR
        )
    )


async def places(store: Store) -> dict[str, tuple[str, int]]:
    """Headline → article and story: FIRST was told, SECOND held back, OTHER told."""
    watched(store, subscriptions=(ASKING,))
    stage = grouping()
    await arrive(store, stage, hours=-1)
    for hour, title in enumerate((FIRST, SECOND, OTHER)):
        await arrive(store, stage, news(title, hour), hours=hour)
    articles = {article.entry.title: article.key for article in store.articles.list()}
    grouped = store.stories.grouped(articles.values())
    return {title: (key, grouped[key].story) for title, key in articles.items()}


async def test_what_is_left_of_a_story_whose_told_articles_moved_away_is_told(store):
    at = await places(store)
    (poll,) = after_moves(store, {at[FIRST][0]: at[OTHER][1]})
    (alert,) = poll.alerts
    assert alert.article_keys == (at[SECOND][0],)
    assert alert.state is AlertState.PENDING
    assert isinstance(alert.content, ArticleFlagged)
    assert [item.text for item in alert.content.news] == ["a story of its own now"]
    assert after_moves(store, {at[FIRST][0]: at[OTHER][1]})[0].alerts[0].key == alert.key


async def test_a_story_that_was_told_is_not_told_again(store):
    at = await places(store)
    assert after_moves(store, {at[SECOND][0]: at[OTHER][1]})[0].alerts == ()
    assert after_moves(store, {})[0].alerts == ()


async def test_it_waits_for_the_digest_of_its_subscription(store):
    at = await places(store)
    daily = subscription(
        "s", repeat=Repeat.STORY, cadence=DeliverySchedule(every=Frequency.DAILY, zone="UTC")
    )
    (poll,) = after_moves(store, {at[FIRST][0]: at[OTHER][1]}, daily)
    assert poll.alerts[0].state is AlertState.HELD


def test_of_each_story_the_earliest_article_is_told_to_each_subscription():
    def held(key: str, hours: float, story: int = 1, reader: str = "s") -> HeldBackArticle:
        return HeldBackArticle(
            subscription_key=reader, article_key=key, copy_key=key, story=story,
            at=NOW + hours * HOUR,
        )  # fmt: skip

    untold = untold_articles(
        [held("b", 2), held("a", 1), held("c", 0, 2), held("d", 0, reader="t")], {("s", 2)}
    )
    assert [(article.article_key, article.subscription_key) for article in untold] == [
        ("d", "t"), ("a", "s")
    ]  # fmt: skip
