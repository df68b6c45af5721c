"""After a confirmation: the article joins its story, and its subscribers are alerted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.alerts import AlertState, PollResult
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.pipeline.review.confirmation_stages import confirmation_stages
from monitor.store.commit.confirmations import ConfirmationRequest
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import NOW, doubtful, subscription
from tests.grouped import FIRST, SECOND, arrive, grouping, news, titles

LATER = NOW + timedelta(hours=3)
REQUEST = ConfirmationRequest(article_key="d", by="Ana", at=LATER)


def store_doubtful(store: Store, title: str) -> None:
    article = doubtful("d", entry=replace(news(title), guid="d"), seen_at=NOW)
    state = store.feeds.list()[0].poll
    store.commit([PollResult(feed_key="f", state=state, articles=(article,))])


async def test_the_article_joins_the_story_of_its_event(store: Store) -> None:
    watched(store)
    stage = grouping()
    await arrive(store, stage, news(FIRST))
    store_doubtful(store, SECOND)
    before = store.articles.find("d")
    assert before is not None
    store.confirm(REQUEST, confirmation_stages(before, LATER, store, stage))
    assert titles(store) == [(FIRST, 2)]


async def test_subscribers_are_alerted_as_of_the_answer_by_their_schedules(store: Store) -> None:
    watched(store)
    daily = DeliverySchedule(every=Frequency.DAILY)
    store.subscriptions.add(subscription("daily", cadence=daily))
    store.subscriptions.add(subscription("other", themes=frozenset({"troops"})))
    store.subscriptions.add(subscription("strict", min_score=0.8))
    store_doubtful(store, SECOND)
    before = store.articles.find("d")
    assert before is not None
    store.confirm(REQUEST, confirmation_stages(before, LATER, store, None))
    by_subscription = {alert.subscription_key: alert for alert in store.outbox.list()}
    assert {alert.created_at for alert in by_subscription.values()} == {LATER}
    assert by_subscription["daily"].state is AlertState.HELD
    assert by_subscription["strict"].state is AlertState.PENDING
    assert "other" not in by_subscription
