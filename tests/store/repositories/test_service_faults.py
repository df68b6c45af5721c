"""Faults of the service are reported when they begin and when they end."""

from __future__ import annotations

from monitor.alerts import match
from monitor.domain.alerts import About
from monitor.domain.message_contents import ServiceStateChanged
from monitor.domain.messages import MessageType
from tests.store.builders import MINUTE, NOW, a_subscription


def settled(store, owned, present, at=NOW):
    reports, subscriptions = [], store.subscriptions.list()

    def notices(now_present, ended):
        reports.append((dict(now_present), dict(ended)))
        return match.notices(ServiceStateChanged(), subscriptions, at, occasion=at.isoformat())

    changed = store.service_faults.replace(owned, present, notices, at)
    assert changed == bool(reports)
    return reports[0] if reports else None


def test_a_fault_is_reported_at_its_begin_and_end_only(store):
    store.subscriptions.add(a_subscription(about=frozenset({About.SERVICE})))
    bad = {"pack": "its weights are damaged"}
    assert settled(store, ["pack"], {}) is None
    assert settled(store, ["pack"], bad) == (bad, {})
    assert settled(store, ["pack"], bad, NOW + MINUTE) is None
    assert store.service_faults.all() == bad
    assert settled(store, ["pack"], {}, NOW + 2 * MINUTE) == ({}, bad)
    assert store.service_faults.all() == {}
    assert [alert.type for alert in store.outbox.list()] == [MessageType.SERVICE] * 2


def test_each_process_owns_its_faults_and_notices_name_all(store):
    poll, web = {"configuration (poll)": "line 3"}, {"configuration (deliver)": "line 3"}
    settled(store, list(poll), poll)
    assert settled(store, list(web), web) == (poll | web, {})
    assert settled(store, list(poll), {}) == (web, poll)


def test_a_changed_sentence_is_reported(store):
    settled(store, ["pack"], {"pack": "one"})
    assert settled(store, ["pack"], {"pack": "two"}) == ({"pack": "two"}, {})
    assert store.service_faults.all() == {"pack": "two"}
