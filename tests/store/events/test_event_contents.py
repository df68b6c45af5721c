"""What events say: keys and changes, and no address of a receiver."""

from __future__ import annotations

import json
from dataclasses import replace

from monitor.domain.alerts import AlertState, Outcome
from monitor.domain.delivery_schedule import HoldReason
from monitor.domain.events.event_types import EventType
from monitor.domain.feeds import FeedState
from monitor.domain.messages import MessageType
from monitor.store.events import event_contents
from tests.store.builders import MINUTE, NOW, a_subscription, an_alert, an_article, an_attempt

DESK = a_subscription("desk")
ALERT = an_alert(an_article(), DESK)


def test_an_attempt_is_told_without_the_answer_of_the_receiver() -> None:
    refused = an_attempt(ALERT, Outcome.LATER, detail="550 <mina@example.org> unknown")
    event = event_contents.delivery_attempted(
        refused, DESK.key, MessageType.FLAGGED, NOW + MINUTE
    )  # fmt: skip
    assert event.type is EventType.DELIVERY_FAILED
    assert event.data["next_at"] == "2025-06-17T12:01:00Z"
    assert "mina" not in json.dumps(dict(event.data))
    dead = replace(refused, outcome=Outcome.DEAD)
    given_up = event_contents.delivery_attempted(dead, DESK.key, MessageType.FLAGGED, None)
    assert given_up.type is EventType.DELIVERY_GIVEN_UP
    assert "next_at" not in given_up.data


def test_of_new_alerts_those_that_are_kept_back_are_told() -> None:
    held = replace(ALERT, key="h", state=AlertState.HELD, held_for=HoldReason.DIGEST)
    silenced = replace(ALERT, key="s", state=AlertState.SILENCED, silenced_by="night")
    events = list(event_contents.alerts_kept_back([ALERT, held, silenced]))
    assert [(event.type, event.data["key"]) for event in events] == [
        (EventType.DELIVERY_HELD, "h"),
        (EventType.DELIVERY_SILENCED, "s"),
    ]
    assert events[0].data["held_for"] == HoldReason.DIGEST
    assert events[1].data["silence"] == "night"


def test_a_feed_is_told_with_both_states_and_the_reason() -> None:
    event = event_contents.feed_changed(
        "f", "The Wire", FeedState.OK, FeedState.FAILING, reason="timeout", at=NOW
    )
    assert event.data == {
        "key": "f", "title": "The Wire", "state": "failing", "before": "ok", "reason": "timeout",
    }  # fmt: skip
