"""Subscriptions of a setup file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.alerts import ChannelKind, SubscriptionState
from monitor.domain.errors import ConfigError
from monitor.domain.keys import feed_key, sign_up_key
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.setup.conftest import applied, planned, sentences
from tests.store.builders import a_subscription

HOOK = {"name": "hook", "webhook": "https://hook.example/", "themes": ["arms"], "min_score": 0.5}
URL = "https://wire.example/feed.xml"


def test_a_webhook_is_added_with_its_feed_and_keeps_its_secret_when_it_changes(store: Store):
    setup = {
        "feeds": [{"url": URL}],
        "subscriptions": [{**HOOK, "feeds": [URL], "cadence": "daily", "at": "07:30"}],
    }
    result = applied(store, setup)
    assert result.secrets["hook"].startswith("whsec_")
    (stored,) = store.subscriptions.list()
    assert (stored.feeds, stored.themes, stored.min_score) == ({feed_key(URL)}, {"arms"}, 0.5)
    assert stored.signing_secret == result.secrets["hook"]
    change = {"name": "hook", "webhook": "https://new.example/", "filter": "kursk", "feeds": []}
    plan = applied(store, {"subscriptions": [change]}).plan
    (sentence,) = sentences(plan)
    assert sentence == (
        "~ subscription hook: address https://hook.example/ → https://new.example/,"
        f" feeds {feed_key(URL)} → none, filter none → kursk"
    )
    (stored,) = store.subscriptions.list()
    assert stored.signing_secret == result.secrets["hook"]
    assert (stored.themes, stored.cadence.every) == ({"arms"}, "daily")  # not named: as it was
    entries = store.audit_log.list(AuditFilter(), 10)
    assert [entry.act for entry in entries] == [
        "edit subscription",
        "add subscription",
        "add feed",
    ]
    assert "whsec" not in str(entries)


def test_a_subscription_is_paused_and_resumed(store: Store):
    for paused, state in ((True, SubscriptionState.PAUSED), (False, SubscriptionState.ACTIVE)):
        applied(store, {"subscriptions": [{**HOOK, "paused": paused}]})
        (stored,) = store.subscriptions.list()
        assert stored.state is state


def test_a_chat_is_known_by_the_address_that_lists_show(store: Store):
    chat = {"name": "chat", "apprise": "slack://TokenA/TokenB/TokenC/#desk"}
    applied(store, {"subscriptions": [chat]})
    assert planned(store, {"subscriptions": [{**chat, "apprise": "slack://…"}]}).steps == ()
    (stored,) = store.subscriptions.list()
    assert stored.private_url == chat["apprise"]
    with pytest.raises(ConfigError, match="has no tokens"):
        planned(store, {"subscriptions": [{"name": "new", "apprise": "slack://…"}]})


def test_prune_leaves_readers_who_signed_up_by_themselves(store: Store):
    address = "reader@watch.example"
    reader = replace(
        a_subscription(), key=sign_up_key(address), name=address, channel=ChannelKind.EMAIL,
        address=address,
    )  # fmt: skip
    store.subscriptions.add(reader)
    store.subscriptions.add(a_subscription("old"))
    plan = applied(store, {"subscriptions": [HOOK]}, prune=True).plan
    assert sentences(plan) == ["+ subscription hook", "- subscription old"]
    assert {stored.name for stored in store.subscriptions.list()} == {"hook", address}


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({**HOOK, "themes": ["armz"]}, "armz: no such theme"),
        ({**HOOK, "filter": "theme:("}, "filter"),
        ({**HOOK, "feeds": ["https://nobody.example/"]}, "no feed"),
        ({**HOOK, "on": "monday"}, "on is the day of a weekly digest"),
        ({"name": "desk", "email": "me@watch.example"}, "is alerted by webhook"),
        ({**HOOK, "name": "two\nlines"}, "printable characters"),
    ],
)
def test_what_can_not_be_used_is_refused_before_anything_changes(store: Store, entry, problem):
    store.subscriptions.add(a_subscription("desk"))
    with pytest.raises(ConfigError, match=rf"^subscriptions\[2\]: .*{problem}"):
        planned(store, {"subscriptions": [{**HOOK, "name": "first"}, entry]})
    assert len(store.subscriptions.list()) == 1
