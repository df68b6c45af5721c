"""Rows of subscriptions: two kinds of secret in one column, and the delivery schedule."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from monitor.domain.alerts import About, EndpointHealth, SubscriptionState
from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, Frequency, QuietHours
from monitor.domain.errors import ConfigError
from monitor.search.article_filter import stored_filter
from monitor.store.mapping import subscription_rows
from monitor.store.schema.tables import subscriptions
from tests.store.builders import NOW, a_subscription
from tests.store.mapping.conftest import ReadBack

WEEKLY = DeliverySchedule(
    every=Frequency.WEEKLY, at=time(7, 30), weekday=4, zone="Asia/Seoul", empty=True, budget=3,
    quiet=QuietHours(start=time(22), end=time(6, 15)), group=timedelta(seconds=90.5),
)  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"signing_secret": "c2VjcmV0", "old_secrets": (("b2xk", NOW),)},
        {"private_url": "tgram://token/chat"},
        {"cadence": WEEKLY},
        {"themes": frozenset("ab"), "languages": frozenset({"ru"}), "feeds": frozenset("f")},
        {"filter": stored_filter("theme:arms -lang:ru")},
        {"about": frozenset({About.SERVICE}), "state": SubscriptionState.DISABLED},
        {"health": EndpointHealth(failures=3, refusals=1, failing_since=NOW, paused_until=NOW)},
    ],
    ids=["plain", "signed", "private", "weekly", "filters", "question", "service", "failing"],
)
def test_a_subscription_comes_back_as_it_was(read_back: ReadBack, changes):
    subscription = a_subscription(**changes)
    row = read_back(subscriptions, subscription_rows.subscription_values(subscription))
    assert subscription_rows.subscription_from_row(row) == subscription


def test_only_a_subscription_with_a_timetable_is_planned_from_the_start():
    at_once, weekly = a_subscription(), a_subscription(cadence=WEEKLY)
    assert subscription_rows.subscription_values(at_once)["next_at"] is None
    assert subscription_rows.subscription_values(weekly)["next_at"] == NOW


def test_the_default_schedule_needs_no_json():
    assert subscription_rows.schedule_json(AT_ONCE) is None
    assert subscription_rows.schedule_from_json(None) == AT_ONCE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "the subscription's name is empty"),
        ({"address": "https://e.example/" + 2_000 * "a"}, "the subscription's address is longer"),
        ({"private_url": "x://" + 2_000 * "a"}, "the subscription's secret is longer"),
    ],
)
def test_what_must_not_be_cut_is_refused(changes, words):
    with pytest.raises(ConfigError, match=words):
        subscription_rows.subscription_values(a_subscription(**changes))
