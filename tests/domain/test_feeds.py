"""States of feeds."""

from __future__ import annotations

from monitor.domain.feeds import HEALTHY_STATES, FeedState


def test_the_healthy_states_are_those_of_a_feed_that_answers_well():
    assert {FeedState.OK, FeedState.UNCHANGED} == HEALTHY_STATES
