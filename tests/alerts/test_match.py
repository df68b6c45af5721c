"""Who asked for it?"""

from __future__ import annotations

import pytest

from monitor.alerts import match
from monitor.alerts.match import Mismatch
from monitor.domain.alerts import About, SubscriptionState
from monitor.domain.articles import DecisionReason
from tests.fakes import article, decision, entry, subscription


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({}, None),
        ({"themes": frozenset({"labour", "arms"})}, None),
        ({"themes": frozenset({"arms"})}, Mismatch.THEME),
        ({"languages": frozenset({"en"})}, None),
        ({"languages": frozenset({"ko"})}, Mismatch.LANGUAGE),
        ({"feeds": frozenset({"f"})}, None),
        ({"feeds": frozenset({"g"})}, Mismatch.FEED),
        ({"about": frozenset(About)}, None),
        ({"about": frozenset({About.SERVICE})}, Mismatch.ABOUT),
        ({"min_score": 0.9}, None),
        ({"min_score": 0.95}, Mismatch.SCORE),
        ({"state": SubscriptionState.PAUSED}, Mismatch.PAUSED),
        ({"state": SubscriptionState.UNSUBSCRIBED}, Mismatch.PAUSED),
        ({"state": SubscriptionState.DISABLED}, None),  # its alerts wait for it
    ],
)
def test_a_subscription_gets_what_it_asked_for_or_the_reason(wish, why):
    assert match.mismatch(article(), subscription(**wish)) == why


def test_what_is_not_relevant_is_nobodys():
    rejected = article(decision=decision(relevant=False))
    assert match.mismatch(rejected, subscription()) == Mismatch.IRRELEVANT


def test_a_region_belongs_to_its_language():
    american = article(entry=entry(language="en-US"))
    assert match.mismatch(american, subscription(languages=frozenset({"en"}))) is None


def test_an_article_of_unknown_language_passes_any():
    unknown = article(entry=entry(language=None))
    assert match.mismatch(unknown, subscription(languages=frozenset({"ko"}))) is None


def test_what_a_rule_flagged_passes_any_minimum_score():
    flagged = article(decision=decision(reason=DecisionReason.FLAGGED, score=0.01))
    assert match.mismatch(flagged, subscription(min_score=0.9)) is None


def test_one_alert_for_each_subscription_that_wants_it():
    wanted, other = subscription("s"), subscription("t", feeds=frozenset({"g"}))
    (promise,) = match.alerts([article()], [wanted, other])
    assert (promise.subscription_key, promise.article_keys) == ("s", ("a",))


def test_copies_of_an_article_are_one_alert_for_each_subscription():
    copies = [article("a", copy_key="same"), article("b", copy_key="same", feed_key="g")]
    promises = match.alerts(copies, [subscription("s"), subscription("t")])
    assert len(promises) == 2


def test_the_key_of_an_alert_is_made_so_matching_again_changes_nothing():
    first = match.alerts([article()], [subscription()])
    assert match.alerts([article()], [subscription()]) == first
