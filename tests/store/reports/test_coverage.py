"""Coverage is counted from what is kept."""

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


def test_an_empty_house_is_told_as_such(store):
    found = store.coverage(NOW, NOW + DAY)
    assert (found.feeds, found.healthy, found.read, found.polls) == (0, 0, 0, 0)
    assert sentence(found) == "no feed is watched; 0 read, 0 flagged, 0 alerted"


def test_feeds_that_do_not_do_well_are_named(store):
    feed_in(store, FeedState.OK, "ok")
    feed_in(store, FeedState.UNCHANGED, "same")
    feed_in(store, FeedState.FAILING, "down", "timeout: no answer within 30 s")
    feed_in(store, FeedState.SILENT, "quiet", "nothing new for 3 days")
    feed_in(store, FeedState.FAILING, "off", "timeout", paused=True)
    found = store.coverage(NOW, NOW + DAY)
    assert (found.feeds, found.healthy) == (4, 2)
    assert [(one.name, one.state, one.why) for one in found.unwell] == [
        ("DOWN", FeedState.FAILING, "timeout: no answer within 30 s"),
        ("QUIET", FeedState.SILENT, "nothing new for 3 days"),
        ("OFF", FeedState.PAUSED, ""),
    ]


def test_a_feed_without_a_title_is_named_by_its_address(store):
    store.feeds.add(a_feed("fresh"))
    [one] = store.coverage(NOW, NOW + DAY).unwell
    assert (one.name, one.state) == ("https://example.org/fresh.xml", FeedState.NEW)


def test_entries_are_counted_by_what_became_of_them(store):
    feed = a_feed()
    store.feeds.add(feed)
    store.subscriptions.add(desk := a_subscription("desk"))
    store.subscriptions.add(press := a_subscription("press"))
    told, waiting, lost, unwanted = (an_article(n) for n in ("told", "waiting", "lost", "unwanted"))
    alerts = [an_alert(article, desk) for article in (told, waiting, lost)]
    alerts += [an_alert(told, press)]
    old = an_article("old", backlog=True)
    poll = a_poll(feed, told, waiting, lost, unwanted, old, a_rejected_article("weather"))
    store.commit([replace(poll, alerts=tuple(alerts))])
    outcomes = {alerts[0].key: Outcome.SENT, alerts[2].key: Outcome.DEAD}
    for claim in store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE):
        if claim.alert.key in outcomes:
            attempt = an_attempt(claim.alert, outcomes[claim.alert.key])
            store.outbox.record(attempt, token=claim.token, due_at=None)
    found = store.coverage(NOW, NOW + DAY)
    assert (found.read, found.backlog, found.flagged) == (5, 1, 4)
    assert (found.alerted, found.held, found.undelivered) == (1, 1, 1)


def test_what_is_held_and_what_is_suppressed_is_counted(store):
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
    found = store.coverage(NOW, NOW + DAY)
    assert (found.alerted, found.held, found.suppressed) == (1, 1, 1)


@pytest.mark.parametrize(("since", "until", "read"), [(-1, 0, 0), (0, 1, 1), (1, 2, 0)])
def test_a_span_holds_its_beginning_and_not_its_end(store, since, until, read):
    feed = a_feed()
    store.feeds.add(feed)
    store.commit([a_poll(feed, an_article())])
    found = store.coverage(NOW + since * MINUTE, NOW + until * MINUTE)
    assert (found.read, found.flagged) == (read, read)
