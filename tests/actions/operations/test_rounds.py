"""One round without a service: real adapters, a publisher on loopback that does not answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.actions.operations.rounds import (
    PollRequest,
    deliver_alerts,
    poll_feeds,
    unpolled_notes,
)
from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState, PollState
from monitor.runtime import build
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.fakes import NOW, feed


def poll(store: Store, settings: Settings, request: PollRequest) -> list[PollResult]:
    groups: list[PollResult] = []
    polled = asyncio.run(poll_feeds(store, request, settings, NOW, groups.extend))
    assert len(groups) == len(polled)
    return polled


def test_a_refused_feed_fails_and_is_not_due_any_more(empty_store: Store, settings: Settings):
    empty_store.feeds.add_all([feed("f", url="http://127.0.0.1:9/rss")])  # outside egress.allow
    (result,) = poll(empty_store, settings, PollRequest())
    assert result.state.state is FeedState.FAILING
    assert poll(empty_store, settings, PollRequest()) == []
    assert len(poll(empty_store, settings, PollRequest(due_only=False))) == 1
    assert len(poll(empty_store, settings, PollRequest(feed_keys=("f",), due_only=False))) == 1
    assert poll(empty_store, settings, PollRequest(feed_keys=())) == []


def test_a_named_feed_that_is_polled_elsewhere_or_paused_is_named_with_the_reason(
    empty_store: Store, settings: Settings
):
    paused = feed("p", url="http://127.0.0.1:9/paused", paused=True)
    empty_store.feeds.add_all([feed("f", url="http://127.0.0.1:9/rss"), paused])
    assert len(empty_store.feeds.claim(NOW, limit=1, lease=timedelta(minutes=5))) == 1
    request = PollRequest(feed_keys=("f", "p"), due_only=False)
    polled = poll(empty_store, settings, request)
    assert polled == []
    claimed, resting = unpolled_notes(empty_store, request, polled)
    assert claimed.startswith("http://127.0.0.1:9/rss: not polled: another process polls it")
    assert resting == (
        "http://127.0.0.1:9/paused: not polled: it is paused; `monitor feeds resume` ends that"
    )
    assert unpolled_notes(empty_store, PollRequest(), polled) == []


def test_feeds_that_are_claimed_later_are_leased_and_asked_at_that_time(
    empty_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build, "FEEDS_AT_ONCE", 1)
    names = "fg"
    empty_store.feeds.add_all([feed(name, url=f"http://127.0.0.1:9/{name}") for name in names])
    first, second = poll(empty_store, settings, PollRequest())
    assert first.state.asked_at == NOW
    assert second.state.asked_at > NOW


def test_a_feed_that_waits_for_a_time_of_a_wrong_clock_is_polled(
    empty_store: Store, settings: Settings
):
    later = NOW + timedelta(hours=1)
    ahead = PollState(due_at=later + timedelta(minutes=30), asked_at=later)
    empty_store.feeds.add_all([feed("f", url="http://127.0.0.1:9/rss", poll=ahead)])
    assert len(poll(empty_store, settings, PollRequest())) == 1


def test_without_alerts_nothing_is_sent(store: Store, settings: Settings):
    assert asyncio.run(deliver_alerts(store, settings, NOW)) == []
