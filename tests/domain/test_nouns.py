"""Properties of the nouns, and the doors (protocols) that can be imported."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain import json_fields, ports
from monitor.domain.alerts import Alert, PollResult
from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, Frequency
from monitor.domain.feeds import HEALTHY_STATES, FeedState, PollState
from monitor.domain.message_contents import ServiceStateChanged
from tests.fakes import NOW, article, decision, entry


@pytest.mark.parametrize(
    ("schedule", "has_digests"),
    [
        (AT_ONCE, False),
        (DeliverySchedule(group=timedelta(minutes=1)), False),
        (DeliverySchedule(budget=3), True),
        (DeliverySchedule(every=Frequency.DAILY), True),
    ],
)
def test_a_schedule_with_a_frequency_or_a_budget_has_digests(schedule, has_digests):
    assert schedule.gathers is has_digests


def test_the_feeds_entry_has_the_feeds_own_text():
    from_page = article(entry=entry(text="own and more"), own_text="own")
    assert from_page.feed_entry == entry(text="own")
    assert article(entry=entry(text="own")).feed_entry == entry(text="own")


def test_the_healthy_states_are_those_of_a_feed_that_answers_well():
    assert {FeedState.OK, FeedState.UNCHANGED} == HEALTHY_STATES


def test_every_port_is_a_protocol():
    classes = (door for door in vars(ports).values() if isinstance(door, type))
    doors = [door for door in classes if door.__module__ == ports.__name__]
    assert {door.__name__ for door in doors} >= {"Fetcher", "Parser", "Classifier", "Channel"}
    assert all(door._is_protocol for door in doors)


def test_an_alert_has_the_type_of_its_content():
    content = ServiceStateChanged()
    notice = Alert(key="k", subscription_key="s", content=content, created_at=NOW, due_at=NOW)
    assert notice.type is content.type


def test_the_counts_of_a_poll_have_no_texts():
    state = PollState(due_at=NOW)
    flagged, old = article("a", seen_at=NOW), article("b", backlog=True, seen_at=NOW)
    rejected = article("c", decision=decision(relevant=False))
    poll = PollResult(
        feed_key="f", state=state, articles=(flagged, old, rejected), edited=(flagged,)
    )
    counts = poll.counts()
    assert (counts.feed_key, counts.state, counts.new) == ("f", state, 3)
    assert (counts.backlog, counts.edited) == (1, 1)
    assert "a" in {article.key for article in counts.flagged}
    assert "c" not in {article.key for article in counts.flagged}


def test_only_a_dataclass_has_a_stored_form():
    with pytest.raises(TypeError, match="str is not a dataclass"):
        json_fields.from_dataclass("text")
