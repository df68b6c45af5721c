"""What a subscription's feed holds."""

from __future__ import annotations

from itertools import count

from monitor.domain.alerts import SubscriptionState
from monitor.publish.selection import MOST_LOOKED_AT, wanted
from tests.fakes import article, decision, subscription


def test_the_newest_that_fit_the_wishes_and_are_news():
    shelf = [
        article("a"),
        article("b", backlog=True),
        article("c", decision=decision(labels=("arms",))),
        article("d"),
        article("e"),
    ]
    asking = subscription(themes=frozenset({"labour"}))
    assert [one.key for one in wanted(shelf, asking, 2)] == ["a", "d"]


def test_a_feed_goes_on_whatever_the_state():
    for state in SubscriptionState:
        assert list(wanted([article("a")], subscription(state=state), 5))


def test_a_wish_that_nothing_fulfils_is_given_up_in_time():
    endless = (article(str(number)) for number in count())
    assert list(wanted(endless, subscription(feeds=frozenset({"none"})), 5)) == []
    assert next(endless).key == str(MOST_LOOKED_AT)
