"""Actions on subscriptions, on a real store."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.subscribing import subscriptions
from monitor.actions.subscribing.subscriptions import NewSubscription
from monitor.alerts import match
from monitor.deliver.channels.descriptor import Destination
from monitor.domain.alerts import AlertState, ChannelKind, SubscriptionState
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.domain.errors import ConfigError
from monitor.domain.keys import subscription_key
from monitor.domain.tiers import WantedTier
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_article

MAIL = Destination(channel=ChannelKind.EMAIL, address="me@watch.example")
HOOK = Destination(
    channel=ChannelKind.WEBHOOK, address="https://receiver.example/", signing_secret="whsec_b2xk"
)
DAY = timedelta(days=1)


@pytest.fixture
def store(sqlite_url: str):
    with Store.open(sqlite_url) as opened:
        yield opened


def add_alert(store: Store) -> None:
    """One article, and an alert for each subscription that it matches."""
    store.feeds.add(a_feed())
    article = an_article()
    alerts = match.alerts([article], store.subscriptions.list())
    store.commit([a_poll(a_feed(), article, alerts=alerts)])


def test_a_subscription_is_stored_as_it_is_described(store: Store):
    request = NewSubscription(
        name="me",
        destination=HOOK,
        themes=frozenset({"labour"}),
        languages=frozenset({"KO"}),
        min_score=0.8,
        schedule=DeliverySchedule(zone="Asia/Seoul"),
    )
    subscriptions.subscribe(store, request, NOW)
    (stored,) = store.subscriptions.list()
    assert (stored.key, stored.name, stored.created_at) == (subscription_key("me"), "me", NOW)
    assert (stored.channel, stored.address) == (HOOK.channel, HOOK.address)
    assert (stored.themes, stored.languages, stored.min_score) == ({"labour"}, {"ko"}, 0.8)
    assert (stored.cadence.zone, stored.state) == ("Asia/Seoul", SubscriptionState.ACTIVE)


def test_a_name_that_is_taken_is_refused_and_the_first_subscription_stays(store: Store):
    subscriptions.subscribe(store, NewSubscription(name="me", destination=MAIL), NOW)
    with pytest.raises(ConfigError, match="there is a subscription 'me' already"):
        subscriptions.subscribe(store, NewSubscription(name="me", destination=HOOK), NOW)
    other = NewSubscription(name="me", key="f00d", destination=HOOK)
    with pytest.raises(ConfigError, match="there is a subscription 'me' already"):
        subscriptions.subscribe(store, other, NOW)
    assert [stored.channel for stored in store.subscriptions.list()] == [MAIL.channel]


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 101])
def test_a_name_that_can_not_be_printed_in_a_line_is_refused(store: Store, name):
    with pytest.raises(ConfigError, match="1 to 100 printable characters"):
        subscriptions.subscribe(store, NewSubscription(name=name, destination=MAIL), NOW)


def test_the_longest_name_is_an_argument(store: Store):
    request = NewSubscription(name="x" * 101, destination=MAIL)
    subscriptions.subscribe(store, request, NOW, longest_name=101)
    assert len(store.subscriptions.list()) == 1


def test_a_theme_that_the_topic_lacks_is_refused_with_those_it_has():
    themes = {"labour": "Labour", "troops": "Troops"}
    assert subscriptions.check_themes(["labour"], themes) == {"labour"}
    with pytest.raises(ConfigError, match="theme labor: no such theme; there are: labour, tr"):
        subscriptions.check_themes(["labor"], themes)


@pytest.mark.parametrize("key_or_name", ["me", subscription_key("me"), subscription_key("me")[:8]])
def test_a_subscription_is_found_by_name_and_key(store: Store, key_or_name):
    subscriptions.subscribe(store, NewSubscription(name="me", destination=MAIL), NOW)
    assert subscriptions.find_subscription(store, key_or_name).name == "me"


def test_a_subscription_that_is_not_there_is_an_error(store: Store):
    with pytest.raises(ConfigError, match="no subscription 'me': `monitor subscriptions list`"):
        subscriptions.find_subscription(store, "me")


def test_a_paused_subscription_keeps_its_alerts_until_it_is_resumed(store: Store):
    subscriptions.subscribe(store, NewSubscription(name="me", destination=MAIL), NOW)
    add_alert(store)
    paused = subscriptions.pause_subscription(store, "me")
    assert paused.alerts[AlertState.PENDING] == 1
    assert paused.subscription == store.subscriptions.find("me")
    assert paused.subscription.state is SubscriptionState.PAUSED
    resumed = subscriptions.resume_subscription(store, "me", NOW + DAY)
    assert resumed.alerts[AlertState.PENDING] == 1
    assert resumed.subscription.state is SubscriptionState.ACTIVE
    active = store.subscriptions.find("me")
    assert active is not None
    assert (active.state, active.state_reason) == (SubscriptionState.ACTIVE, "")


def test_a_removed_subscriptions_alerts_are_undelivered(store: Store):
    subscriptions.subscribe(store, NewSubscription(name="me", destination=MAIL), NOW)
    add_alert(store)
    removed = subscriptions.remove_subscription(store, "me", NOW)
    assert store.subscriptions.list() == []
    assert store.outbox.counts(subscription=removed.key)[AlertState.DEAD] == 1


def test_a_new_secret_replaces_the_old_one_after_the_overlap(store: Store):
    subscriptions.subscribe(store, NewSubscription(name="hook", destination=HOOK), NOW)
    rotated = subscriptions.rotate_secret(store, "hook", old_until=NOW + DAY, now=NOW)
    assert rotated.secret.startswith("whsec_")
    for now, ends in ((NOW, (NOW + DAY,)), (NOW + DAY, ())):
        assert subscriptions.show_subscription(store, "hook", now).old_secrets_until == ends


def test_only_webhooks_have_secrets_to_rotate(store: Store):
    subscriptions.subscribe(store, NewSubscription(name="me", destination=MAIL), NOW)
    with pytest.raises(ConfigError, match="only webhooks are signed"):
        subscriptions.rotate_secret(store, "me", old_until=NOW, now=NOW)


@pytest.mark.parametrize(
    ("state", "dead", "commands"),
    [
        (SubscriptionState.ACTIVE, 0, []),
        (SubscriptionState.PAUSED, 0, ["monitor subscriptions resume 'a b'"]),
        (
            SubscriptionState.ACTIVE,
            3,
            ["monitor deliveries retry --all-dead --subscription 'a b'"],
        ),
    ],
)
def test_advice_names_the_commands_for_what_waits_and_what_was_given_up(state, dead, commands):
    alerts = {AlertState.PENDING: 2, AlertState.DEAD: dead}
    advice = subscriptions.advice(a_subscription("a b", state=state), alerts)
    assert re.findall("`(.*?)`", advice) == commands
    assert re.findall(r"\d+(?= alerts)", advice) == [str(dead or 2)] * len(commands)


def test_json_never_has_a_secret(store: Store):
    subscriptions.subscribe(store, NewSubscription(name="hook", destination=HOOK), NOW)
    subscriptions.rotate_secret(store, "hook", old_until=NOW + DAY, now=NOW)
    details = subscriptions.show_subscription(store, "hook", NOW)
    json = details.as_json()
    assert "whsec" not in str(json)
    assert json["old_secrets_until"] == ["2025-06-18T12:00:00Z"]
    assert json["alerts"] == {str(state): 0 for state in AlertState}
    (status,) = subscriptions.list_subscriptions(store)
    assert status.as_json()["held"] == {}
    health = replace(details.subscription.health, failing_since=NOW)
    failing = replace(details.subscription, health=health)
    assert (
        replace(status, subscription=failing).as_json()["failing_since"] == "2025-06-17T12:00:00Z"
    )


def test_the_tier_review_needs_digests(store: Store):
    at_once = NewSubscription(name="desk", destination=MAIL, tier=WantedTier.REVIEW)
    with pytest.raises(InvalidOption, match="review needs digests"):
        subscriptions.subscribe(store, at_once, NOW)
    daily = replace(at_once, schedule=DeliverySchedule(every=Frequency.DAILY))
    assert subscriptions.subscribe(store, daily, NOW).tier is WantedTier.REVIEW
