"""Alerts sent again: only those of the span that ended, counted the same as they are sent."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.alerts import AlertState
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article

HOUR = timedelta(hours=1)


def test_a_span_is_counted_as_it_is_sent_again(store: Store) -> None:
    source, desk = a_feed("wire"), a_subscription("desk")
    store.feeds.add(source)
    store.subscriptions.add(desk)
    states = (AlertState.SENT, AlertState.DEAD, AlertState.SILENCED, AlertState.SENT)
    stories = [an_article(f"story {number}", source) for number in range(len(states))]
    store.commit([a_poll(source, *stories)])
    store.outbox.add(
        an_alert(story, desk, state=state, created_at=NOW - number * HOUR)
        for number, (story, state) in enumerate(zip(stories, states, strict=True))
    )
    span = (desk.key, NOW - 2 * HOUR, NOW + HOUR)
    assert store.outbox.count_finished(*span) == 2
    assert store.outbox.replay_span(*span, NOW) == 2
    assert store.outbox.count_finished(*span) == 0
    assert store.outbox.counts()[AlertState.PENDING] == 2
    assert store.outbox.retry_dead(NOW) == 0
