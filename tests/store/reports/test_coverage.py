"""Coverage is counted from stored feeds, articles, alerts and polls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState, Outcome
from monitor.domain.digest_content import DigestReady
from monitor.domain.feeds import FeedState
from monitor.health.coverage import sentence
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)

DAY = timedelta(days=1)


def feed_in(store, state, name, why=None, **changes):
    poll = replace(a_feed(name).poll, state=state, last_error=why)
    store.feeds.add(a_feed(name, poll=poll, title=name.upper(), **changes))


def test_an_empty_store_has_no_coverage(store):
    coverage = store.coverage(NOW, NOW + DAY)
    assert (coverage.feeds, coverage.healthy, coverage.read, coverage.polls) == (0, 0, 0, 0)
    assert sentence(coverage) == "no feed is watched; 0 read, 0 flagged, 0 alerted"


def test_unhealthy_feeds_are_named(store):
    feed_in(store, FeedState.OK, "ok")
    feed_in(store, FeedState.UNCHANGED, "same")
    feed_in(store, FeedState.FAILING, "down", "timeout: no answer within 30 s")
    feed_in(store, FeedState.SILENT, "quiet", "nothing new for 3 days")
    feed_in(store, FeedState.FAILING, "off", "timeout", paused=True)
    coverage = store.coverage(NOW, NOW + DAY)
    assert (coverage.feeds, coverage.healthy) == (4, 2)
    assert [(feed.name, feed.state, feed.why) for feed in coverage.unwell] == [
        ("DOWN", FeedState.FAILING, "timeout: no answer within 30 s"),
        ("QUIET", FeedState.SILENT, "nothing new for 3 days"),
        ("OFF", FeedState.PAUSED, ""),
    ]


def test_a_feed_without_a_title_is_named_by_its_address(store):
    store.feeds.add(a_feed("fresh"))
    [feed] = store.coverage(NOW, NOW + DAY).unwell
    assert (feed.name, feed.state) == ("https://example.org/fresh.xml", FeedState.NEW)


def test_entries_are_counted_by_outcome(store):
    feed = a_feed()
    store.feeds.add(feed)
    store.subscriptions.add(desk := a_subscription("desk"))
    store.subscriptions.add(press := a_subscription("press"))
    sent, waiting, lost, unwanted = (an_article(n) for n in ("told", "waiting", "lost", "unwanted"))
    alerts = [an_alert(article, desk) for article in (sent, waiting, lost)]
    alerts += [an_alert(sent, press)]
    old = an_article("old", backlog=True)
    poll = a_poll(feed, sent, waiting, lost, unwanted, old, a_rejected_article("weather"))
    store.commit([replace(poll, alerts=tuple(alerts))])
    outcomes = {alerts[0].key: Outcome.SENT, alerts[2].key: Outcome.DEAD}
    for claim in store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE):
        if claim.alert.key in outcomes:
            attempt = an_attempt(claim.alert, outcomes[claim.alert.key])
            store.outbox.record(attempt, token=claim.token, due_at=None)
    coverage = store.coverage(NOW, NOW + DAY)
    assert (coverage.read, coverage.backlog, coverage.flagged) == (5, 1, 4)
    assert (coverage.alerted, coverage.held, coverage.undelivered) == (1, 1, 1)


def test_held_and_suppressed_alerts_are_counted(store):
    feed, desk = a_feed(), a_subscription("desk")
    store.feeds.add(feed)
    store.subscriptions.add(desk)
    held, silenced, gathered = (an_article(n) for n in ("held", "silenced", "gathered"))
    alerts = [
        an_alert(held, desk, state=AlertState.HELD),
        an_alert(silenced, desk, state=AlertState.SILENCED),
        an_alert(gathered, desk, state=AlertState.GATHERED),
    ]
    digest = an_alert(gathered, desk, key="d", state=AlertState.SENT, content=DigestReady())
    poll = a_poll(feed, held, silenced, gathered)
    store.commit([replace(poll, alerts=(*alerts, digest))])
    coverage = store.coverage(NOW, NOW + DAY)
    assert (coverage.alerted, coverage.held, coverage.suppressed) == (1, 1, 1)


@pytest.mark.parametrize(("since", "until", "read"), [(-1, 0, 0), (0, 1, 1), (1, 2, 0)])
def test_a_span_includes_its_begin_and_excludes_its_end(store, since, until, read):
    feed = a_feed()
    store.feeds.add(feed)
    store.commit([a_poll(feed, an_article())])
    coverage = store.coverage(NOW + since * MINUTE, NOW + until * MINUTE)
    assert (coverage.read, coverage.flagged) == (read, read)
