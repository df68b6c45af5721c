"""Silences are stored and ended; suppressed alerts are counted and can be sent later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.alerts import match
from monitor.domain.alerts import AlertState
from monitor.domain.errors import ConfigError
from monitor.domain.muting.silence import Silence
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, a_subscription, an_article

QUIET = Silence(
    key="5" * 64, feed_key=a_feed().key, reason="a flood", created_at=NOW, until=NOW + 60 * MINUTE
)


def test_a_silence_ends_by_time_or_on_request_and_stays_stored(store: Store) -> None:
    other = replace(QUIET, key="6" * 64, until=NOW + MINUTE)
    assert store.silences.add(QUIET)
    assert not store.silences.add(QUIET)
    store.silences.add(other)
    assert store.silences.list() == [other, QUIET]
    assert store.silences.list(until_after=NOW + MINUTE) == [QUIET]
    assert store.silences.end(QUIET.key, NOW + MINUTE)
    assert not store.silences.end(QUIET.key, NOW + 2 * MINUTE)
    assert not store.silences.end("nothing", NOW)
    assert store.silences.list(until_after=NOW + MINUTE) == []
    assert store.silences.find(QUIET.key[:8]) == replace(QUIET, until=NOW + MINUTE)


def test_suppressed_alerts_are_stored_counted_and_can_be_retried(store: Store) -> None:
    feed, desk = a_feed(), a_subscription()
    store.feeds.add(feed)
    store.subscriptions.add(desk)
    store.silences.add(QUIET)
    articles = [an_article(f"story {n}", feed) for n in range(3)]
    alerts = match.alerts(articles, [desk], silences=store.silences.list())
    store.commit([a_poll(feed, *articles, alerts=alerts)])
    assert store.silences.counts() == {QUIET.key: 3}
    assert store.counts().silenced == 3
    assert store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE) == []
    (*_, alert) = store.outbox.list(state=AlertState.SILENCED)
    assert alert.last_error == "silenced until 2025-06-17 13:00 UTC: a flood"
    assert store.outbox.retry(alert.key, NOW)
    assert len(store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE)) == 1
    assert store.silences.counts() == {QUIET.key: 2}


def test_a_term_that_can_not_be_stored_is_refused(store: Store) -> None:
    with pytest.raises(ConfigError, match="term holds a character"):
        store.silences.add(replace(QUIET, term="\x00"))
