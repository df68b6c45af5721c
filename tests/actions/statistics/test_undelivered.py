"""What waits and what was given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions.statistics.undelivered import (
    COLUMNS,
    UndeliveredAlerts,
    undelivered_alerts,
)
from monitor.domain.alerts import AlertState
from monitor.store.reports.dashboard_counts import WaitingAlerts
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article


def test_what_waits_and_what_was_given_up_is_listed(store):
    desk = a_subscription()
    store.subscriptions.add(desk)
    store.feeds.add(a_feed())
    stories = [an_article(name) for name in "abc"]
    alerts = (
        an_alert(stories[0], desk),
        an_alert(stories[1], desk, state=AlertState.HELD),
        an_alert(stories[2], desk, state=AlertState.DEAD, last_error="status: 410"),
    )
    store.commit([a_poll(a_feed(), *stories, alerts=alerts)])
    undelivered = undelivered_alerts(store, NOW + timedelta(minutes=3))
    assert undelivered.sentence == (
        "1 alert waits, for 3 min; 1 held for digests or quiet hours; 1 given up."
    )
    assert undelivered.rows() == [("desk", 1, 1, 1, "2025-06-17T12:00:00Z")]
    assert len(COLUMNS) == len(undelivered.rows()[0])
    document = undelivered.as_json()
    assert (document["pending"], document["held"], document["dead"]) == (1, 1, 1)
    assert document["newest_dead"] == [
        {
            "key": alerts[2].key,
            "subscription": "desk",
            "created_at": "2025-06-17T12:00:00Z",
            "why": "status: 410",
        }
    ]


@pytest.mark.parametrize(
    ("receivers", "sentence"),
    [
        ([], "No alert waits to be sent; none is held; none was given up."),
        (
            [WaitingAlerts(subscription="a", pending=2, oldest_at=NOW)],
            "2 alerts wait, the oldest for 0 s; none is held; none was given up.",
        ),
        (
            [WaitingAlerts(subscription="a", dead=4)],
            "No alert waits to be sent; none is held; 4 given up.",
        ),
    ],
)
def test_the_sentence_says_what_is_the_case(receivers, sentence):
    undelivered = UndeliveredAlerts(at=NOW, receivers=tuple(receivers), newest_dead=())
    assert undelivered.sentence == sentence
