"""Matching of articles against subscriptions, and the alerts that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts import match
from monitor.alerts.match import Mismatch
from monitor.domain.alerts import About, AlertState, SubscriptionState
from monitor.domain.articles import DecisionReason
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, HoldReason
from monitor.domain.message_contents import ServiceStateChanged
from monitor.domain.muting.silence import Silence
from monitor.search.article_filter import stored_filter
from tests.fakes import NOW, article, decision, entry, subscription


@pytest.mark.parametrize(
    ("conditions", "reason"),
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
def test_an_article_matches_a_subscription_or_there_is_a_reason(conditions, reason):
    assert match.mismatch(article(), subscription(**conditions)) == reason


def test_an_irrelevant_article_matches_no_subscription():
    rejected = article(decision=decision(relevant=False))
    assert match.mismatch(rejected, subscription()) == Mismatch.IRRELEVANT


def test_a_region_is_part_of_its_language():
    american = article(entry=entry(language="en-US"))
    assert match.mismatch(american, subscription(languages=frozenset({"en"}))) is None


def test_an_article_of_unknown_language_passes_any():
    unknown = article(entry=entry(language=None))
    assert match.mismatch(unknown, subscription(languages=frozenset({"ko"}))) is None


def test_an_article_flagged_by_a_rule_passes_any_minimum_score():
    flagged = article(decision=decision(reason=DecisionReason.FLAGGED, score=0.01))
    assert match.mismatch(flagged, subscription(min_score=0.9)) is None


def test_each_matching_subscription_gets_one_alert():
    matching, other = subscription("s"), subscription("t", feeds=frozenset({"g"}))
    (alert,) = match.alerts([article()], [matching, other])
    assert (alert.subscription_key, alert.article_keys) == ("s", ("a",))


def test_copies_of_an_article_are_one_alert_for_each_subscription():
    copies = [article("a", copy_key="same"), article("b", copy_key="same", feed_key="g")]
    alerts = match.alerts(copies, [subscription("s"), subscription("t")])
    assert len(alerts) == 2


def test_matching_again_gives_the_same_alerts():
    first = match.alerts([article()], [subscription()])
    assert match.alerts([article()], [subscription()]) == first


def test_an_edited_article_alerts_only_subscriptions_that_it_did_not_match_before():
    before = article("a", decision=decision(labels=("labour",)))
    edited = replace(before, decision=decision(labels=("labour", "arms")), edits=1, edited_at=NOW)
    labour = subscription("s", themes=frozenset({"labour"}))
    arms = subscription("t", themes=frozenset({"arms"}))
    alerts = match.alerts([edited], [labour, arms], before={"a": before})
    assert [alert.subscription_key for alert in alerts] == ["t"]
    assert alerts[0].created_at == NOW


def test_an_article_that_matches_again_after_an_edit_causes_no_alert():
    before = article("a")
    edited = replace(before, edits=1, edited_at=NOW)
    assert match.alerts([edited], [subscription()], before={"a": before}) == ()


def test_another_article_that_was_edited_does_not_matter():
    assert len(match.alerts([article("a")], [subscription()], before={"b": article("b")})) == 1


def test_a_silenced_alert_names_the_silence_and_its_reason():
    silence = Silence(
        key="k", reason="summit", created_at=NOW, until=NOW + timedelta(days=1), feed_key="f"
    )
    (alert,) = match.alerts([article(seen_at=NOW)], [subscription()], silences=[silence])
    assert (alert.state, alert.silenced_by) == (AlertState.SILENCED, "k")
    assert alert.last_error == f"silenced until {silence.until:%Y-%m-%d %H:%M} UTC: summit"


def test_an_alert_is_held_as_the_delivery_schedule_says():
    hourly = subscription(cadence=DeliverySchedule(every=Frequency.HOURLY))
    alert = match.alert(article(seen_at=NOW), hourly)
    assert (alert.state, alert.held_for) == (AlertState.HELD, HoldReason.DIGEST)
    assert NOW < alert.due_at <= NOW + timedelta(hours=1)


def test_an_alert_without_a_schedule_is_due_at_once():
    alert = match.alert(article(seen_at=NOW), subscription())
    assert (alert.state, alert.created_at, alert.due_at) == (AlertState.PENDING, NOW, NOW)


@pytest.mark.parametrize(
    ("conditions", "count"),
    [
        ({"about": frozenset({About.SERVICE})}, 1),
        ({"about": frozenset({About.ARTICLES})}, 0),
        ({"about": frozenset(About), "state": SubscriptionState.PAUSED}, 0),
        ({"about": frozenset(About), "state": SubscriptionState.UNCONFIRMED}, 0),
    ],
)
def test_a_notice_goes_to_active_subscriptions_about_the_service(conditions, count):
    content = ServiceStateChanged()
    notices = match.notices(content, [subscription(**conditions)], NOW, occasion="x")
    assert len(notices) == count
    assert all((notice.due_at, notice.content) == (NOW, content) for notice in notices)


def test_one_occasion_is_one_notice():
    about = subscription(about=frozenset({About.SERVICE}))
    content = ServiceStateChanged()
    first, again, other = (
        match.notices(content, [about], NOW, occasion=occasion)[0].key for occasion in "xxy"
    )
    assert first == again != other


def test_an_article_that_the_filter_does_not_admit_is_not_asked_for():
    arms = subscription(filter=stored_filter("theme:arms"))
    labour = subscription("t", filter=stored_filter("theme:labour -lang:ko"))
    assert match.mismatch(article(), arms) == Mismatch.FILTER
    assert match.mismatch(article(), labour) is None
    assert match.recipients(article(), [arms, labour]) == [labour]


def test_a_filter_is_asked_after_every_other_condition():
    paused = subscription(filter=stored_filter("theme:arms"), state=SubscriptionState.PAUSED)
    assert match.mismatch(article(), paused) == Mismatch.PAUSED
