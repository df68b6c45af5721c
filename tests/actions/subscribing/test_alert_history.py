"""Alerts that past articles would cause: matching, copies, backlog, silences and the span."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.subscribing.alert_history import past_alerts, times
from monitor.domain.alerts import PollResult, SubscriptionState
from monitor.domain.muting.silence import Silence
from monitor.store.store import Store
from tests.fakes import NOW, article, decision, feed, subscription

DAY = timedelta(days=1)
DESK = subscription("d", name="desk", feeds=frozenset({"g"}))


@pytest.fixture
def week(store: Store) -> Store:
    """Four relevant articles of a week, one of them a copy, one backlog; one is not relevant."""
    first = article("a1", feed_key="g", seen_at=NOW - 3 * DAY)
    stored = (
        first,
        replace(article("a2", feed_key="g", seen_at=NOW - 2 * DAY), copy_key=first.copy_key),
        article("b1", feed_key="g", seen_at=NOW - DAY, decision=decision(labels=("troops",))),
        article("c1", feed_key="g", seen_at=NOW - DAY, backlog=True),
        article("d1", feed_key="g", seen_at=NOW - DAY, decision=decision(relevant=False)),
        article("e1", feed_key="g", seen_at=NOW - 9 * DAY),
    )
    store.feeds.add(feed("g"))
    store.commit([PollResult(feed_key="g", state=feed("g").poll, articles=stored)])
    return store


def keys(store: Store, subscriptions, silences=(), since=NOW - 7 * DAY) -> list[str]:
    history = past_alerts(store, subscriptions, silences, since, NOW)
    assert history.is_complete
    return [past.article.key for past in history.alerts if not past.is_silenced]


def test_copies_count_once_and_the_backlog_never(week: Store):
    assert keys(week, [DESK]) == ["b1", "a1"]
    assert keys(week, [DESK], since=NOW - 10 * DAY) == ["b1", "a1", "e1"]


def test_criteria_and_silences_are_those_of_new_articles(week: Store):
    assert keys(week, [replace(DESK, themes=frozenset({"troops"}))]) == ["b1"]
    silence = Silence(
        key="s", theme="troops", reason="r", created_at=NOW - 9 * DAY, until=NOW + DAY
    )
    assert keys(week, [DESK], [silence]) == ["a1"]


def test_a_paused_subscription_counts_as_if_it_were_active(week: Store):
    assert keys(week, [replace(DESK, state=SubscriptionState.PAUSED)]) == ["b1", "a1"]


@pytest.mark.parametrize("since", [NOW, NOW + DAY, NOW - 91 * DAY])
def test_a_span_that_makes_no_sense_is_refused(store: Store, since):
    with pytest.raises(InvalidOption, match="since"):
        past_alerts(store, [DESK], (), since, NOW)


def test_numbers_are_words_for_people():
    assert [times(number) for number in (0, 1, 2, 1234)] == [
        "never",
        "once",
        "twice",
        "1,234 times",
    ]
