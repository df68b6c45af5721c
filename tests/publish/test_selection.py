"""Selection of the articles in a subscription's feed."""

from __future__ import annotations

from itertools import count

from monitor.domain.alerts import SubscriptionState
from monitor.publish.selection import MAX_EXAMINED, select
from tests.fakes import article, decision, subscription


def test_the_newest_matching_articles_are_selected_without_the_backlog():
    candidates = [
        article("a"),
        article("b", backlog=True),
        article("c", decision=decision(labels=("arms",))),
        article("d"),
        article("e"),
    ]
    subscriber = subscription(themes=frozenset({"labour"}))
    assert [selected.key for selected in select(candidates, subscriber, 2)] == ["a", "d"]


def test_a_feed_is_served_in_every_state_of_the_subscription():
    for state in SubscriptionState:
        assert list(select([article("a")], subscription(state=state), 5))


def test_the_number_of_examined_articles_is_bounded():
    endless = (article(str(number)) for number in count())
    assert list(select(endless, subscription(feeds=frozenset({"none"})), 5)) == []
    assert next(endless).key == str(MAX_EXAMINED)
