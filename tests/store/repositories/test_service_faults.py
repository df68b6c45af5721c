"""What is wrong with the service itself is told when it begins and when it is over."""

from __future__ import annotations

from monitor.alerts import match
from monitor.domain.alerts import About
from monitor.domain.message_contents import ServiceStateChanged
from monitor.domain.messages import MessageType
from tests.store.builders import MINUTE, NOW, a_subscription


def settled(store, owned, present, at=NOW):
    said, subscriptions = [], store.subscriptions.list()

    def notices(now_present, over):
        said.append((dict(now_present), dict(over)))
        return match.notices(ServiceStateChanged(), subscriptions, at, occasion=at.isoformat())

    changed = store.service_faults.replace(owned, present, notices, at)
    assert changed == bool(said)
    return said[0] if said else None


def test_it_begins_lasts_and_is_over(store):
    store.subscriptions.add(a_subscription(about=frozenset({About.SERVICE})))
    bad = {"pack": "its weights are damaged"}
    assert settled(store, ["pack"], {}) is None
    assert settled(store, ["pack"], bad) == (bad, {})
    assert settled(store, ["pack"], bad, NOW + MINUTE) is None
    assert store.service_faults.all() == bad
    assert settled(store, ["pack"], {}, NOW + 2 * MINUTE) == ({}, bad)
    assert store.service_faults.all() == {}
    assert [alert.type for alert in store.outbox.list()] == [MessageType.SERVICE] * 2


def test_each_process_speaks_for_its_own_and_all_are_told(store):
    poll, web = {"configuration (poll)": "line 3"}, {"configuration (deliver)": "line 3"}
    settled(store, list(poll), poll)
    assert settled(store, list(web), web) == (poll | web, {})
    assert settled(store, list(poll), {}) == (web, poll)


def test_another_reason_is_told_too(store):
    settled(store, ["pack"], {"pack": "one"})
    assert settled(store, ["pack"], {"pack": "two"}) == ({"pack": "two"}, {})
    assert store.service_faults.all() == {"pack": "two"}
