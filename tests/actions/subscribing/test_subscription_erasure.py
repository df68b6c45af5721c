"""Erasing a subscription, on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from monitor.access.caller import local_caller
from monitor.actions.jobs.job_requests import JobRequest, start_job
from monitor.actions.subscribing.subscription_erasure import erase_subscription
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import JobKind
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    with Store.open(sqlite_url) as opened:
        yield opened


def alerted(store: Store, name: str, **changes: Any) -> str:
    """The key of a subscription for which an alert waits."""
    subscription, article = a_subscription(name, **changes), an_article(name, a_feed())
    store.feeds.add(a_feed())
    store.subscriptions.add(subscription)
    store.commit([a_poll(a_feed(), article, alerts=[an_alert(article, subscription)])])
    return subscription.key


def test_a_removed_subscription_is_erased_by_the_beginning_of_its_key(
    store: Store, settings: Settings
):
    key = alerted(store, "mina")
    store.subscriptions.remove(key, NOW)
    erased = erase_subscription(store, key[:8], settings, NOW)
    assert (erased.key, erased.name, erased.alerts) == (key, "", 1)
    assert erased.summary.endswith("1 message, 0 attempts, 0 silences are gone from the database")
    with pytest.raises(ConfigError, match="no subscription"):
        erase_subscription(store, key[:8], settings, NOW)


def test_an_erasure_that_was_interrupted_is_continued(store: Store, settings: Settings):
    key = alerted(store, "mina")
    store.subscriptions.unsubscribe(key, "it is being erased", NOW)
    store.erasure.step(key, "", batch=1)
    assert erase_subscription(store, "mina", settings, NOW).key == key
    assert store.subscriptions.list() == []


def test_mails_in_files_are_named_for_who_may_have_got_mails(store: Store, settings: Settings):
    alerted(store, "mina", channel=ChannelKind.EMAIL, address="mina@example.org")
    removed_key = alerted(store, "anton")
    alerted(store, "hook")
    store.subscriptions.remove(removed_key, NOW)
    folder = settings.folder / settings.email.folder
    folder.mkdir(parents=True)
    erased = erase_subscription(store, "mina", settings, NOW)
    assert any(str(folder) in sentence for sentence in erased.remains)
    removed = erase_subscription(store, removed_key, settings, NOW)
    assert any(str(folder) in sentence for sentence in removed.remains)  # its channel is forgotten
    webhook = erase_subscription(store, "hook", settings, NOW)
    assert not any(str(folder) in sentence for sentence in webhook.remains)


def test_an_export_that_names_it_is_told_of(store: Store, settings: Settings):
    alerted(store, "mina")
    request = JobRequest(kind=JobKind.EXPORT, options={"subscription": "mina"})
    start_job(store, settings, request, local_caller("Otto", NOW), NOW)
    erased = erase_subscription(store, "mina", settings, NOW)
    assert "export jobs that were restricted to 'mina' keep the name for 90 days" in erased.remains
