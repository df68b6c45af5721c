"""Editing subscriptions, on real databases: what is not named stays, and so do the secrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.access.caller import local_caller
from monitor.actions.option_values import InvalidOption
from monitor.actions.subscribing import subscriptions
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions
from monitor.actions.subscribing.subscription_edits import SubscriptionEdit, edit_subscription
from monitor.deliver.channels.descriptor import Destination
from monitor.domain.alerts import About, ChannelKind, EndpointHealth
from monitor.domain.delivery_schedule import Frequency
from monitor.domain.errors import ConfigError
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_subscription

THEMES = {"labour": "Labour", "troops": "Troops"}
ME = local_caller("anna", NOW)
HOOK = replace(a_subscription("hook"), signing_secret="whsec_b2xk")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A fresh database, of either kind."""
    with Store.open(database_url) as opened:
        yield opened


def edited(store: Store, **changes: object):
    edit = SubscriptionEdit(**changes)
    return edit_subscription(store, "hook", edit, ME, NOW, THEMES)


def audit(store: Store) -> list[tuple[object, object]]:
    return [(entry.before, entry.after) for entry in store.audit_log.list(AuditFilter(), 10)]


def test_everything_is_changed_but_the_key_and_the_secret(store: Store):
    store.feeds.add(a_feed("wire"))
    store.subscriptions.add(HOOK)
    new_place = Destination(
        channel=ChannelKind.WEBHOOK, address="https://new.example/", signing_secret="whsec_bmV3"
    )
    edited(
        store,
        name="desk of the day",
        destination=new_place,
        themes=["labour"],
        languages=["ko-KR"],
        feeds=[a_feed("wire").url],
        min_score=0.7,
        question="sappers",
        about=[About.SERVICE],
        repeat=Repeat.STORY,
        schedule=ScheduleOptions(frequency=Frequency.DAILY),
    )
    (stored,) = store.subscriptions.list()
    assert (stored.key, stored.name) == (HOOK.key, "desk of the day")
    assert (stored.address, stored.signing_secret) == ("https://new.example/", "whsec_b2xk")
    assert (stored.themes, stored.languages, stored.feeds) == (
        {"labour"},
        {"ko"},
        {a_feed("wire").key},
    )
    assert (stored.min_score, stored.repeat, stored.about) == (0.7, Repeat.STORY, {About.SERVICE})
    assert stored.filter is not None
    assert stored.filter.text == "sappers"
    assert stored.cadence.every is Frequency.DAILY
    assert "whsec" not in str(audit(store))


def test_what_is_not_named_stays_and_the_audit_log_has_what_changed(store: Store):
    store.subscriptions.add(replace(HOOK, themes=frozenset({"labour"}), min_score=0.5))
    result = edited(store, themes=["none"], min_score=0.5)
    assert store.subscriptions.find("hook") == replace(HOOK, min_score=0.5)
    assert audit(store) == [({"themes": ["labour"]}, {"themes": []})]
    assert result.changed == {"themes": []}
    edited(store, min_score=0.5)  # it is so already
    assert len(audit(store)) == 1


def test_a_new_address_of_a_chat_replaces_the_private_one_and_the_failures(store: Store):
    old = replace(
        HOOK,
        channel=ChannelKind.APPRISE,
        address="slack://***",
        signing_secret="",
        private_url="slack://old",
        health=EndpointHealth(failures=3, failing_since=NOW),
    )
    store.subscriptions.add(old)
    new = Destination(
        channel=ChannelKind.APPRISE, address="slack://…", private_url="slack://new/tokens"
    )
    edited(store, destination=new)
    stored = store.subscriptions.find("hook")
    assert stored is not None
    assert (stored.private_url, stored.health) == ("slack://new/tokens", EndpointHealth())
    assert "tokens" not in str(audit(store))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "two\nlines"}, "1 to 100 printable characters"),
        ({"name": "other"}, "there is a subscription 'other' already"),
        ({"themes": ["armz"]}, "armz: no such theme; there are: labour, troops"),
        ({"languages": ["klingon"]}, "no such language"),
        ({"feeds": ["nobody"]}, "no feed 'nobody'"),
        ({"min_score": 1.5}, "min_score 1.5: from 0 to 1"),
        ({"question": "theme:("}, "filter"),
        ({"schedule": ScheduleOptions(on="monday")}, "on is the day of a weekly digest"),
        (
            {"destination": Destination(channel=ChannelKind.EMAIL, address="me@watch.example")},
            "for another channel add another subscription",
        ),
    ],
)
def test_what_can_not_be_used_is_refused_and_nothing_changes(store: Store, changes, problem):
    store.subscriptions.add(HOOK)
    store.subscriptions.add(a_subscription("other"))
    with pytest.raises(ConfigError) as refused:
        edited(store, **{"languages": ["en"], "question": "kursk", **changes})
    assert problem in str(refused.value)
    assert store.subscriptions.find("hook") == HOOK
    assert audit(store) == []


def test_the_former_name_of_a_renamed_subscription_can_be_given_again(store: Store):
    place = Destination(channel=ChannelKind.EMAIL, address="me@watch.example")
    first = subscriptions.subscribe(
        store, subscriptions.NewSubscription(name="hook", destination=place), NOW
    )
    edited(store, name="old hook")
    second = subscriptions.subscribe(
        store, subscriptions.NewSubscription(name="hook", destination=place), NOW
    )
    assert first.key != second.key
    assert [stored.name for stored in store.subscriptions.list()] == ["hook", "old hook"]


def test_an_unknown_option_of_a_list_names_the_option(store: Store):
    store.subscriptions.add(HOOK)
    with pytest.raises(InvalidOption) as refused:
        edited(store, themes=["armz", "labour"])
    assert refused.value.option == "theme"


def test_the_tier_review_needs_digests(store: Store):
    store.subscriptions.add(HOOK)
    with pytest.raises(InvalidOption, match="review needs digests"):
        edited(store, tier=WantedTier.REVIEW)
    daily, at_once = (ScheduleOptions(frequency=f) for f in (Frequency.DAILY, Frequency.ONCE))
    assert edited(store, tier=WantedTier.REVIEW, schedule=daily).changed["tier"] == "review"
    with pytest.raises(InvalidOption, match="review needs digests"):
        edited(store, schedule=at_once)
    edited(store, tier=WantedTier.ALERT, schedule=at_once)
    (stored,) = store.subscriptions.list()
    assert stored.tier is WantedTier.ALERT
