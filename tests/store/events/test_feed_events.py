"""A feed's event is written when its health changes, not with each poll."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.domain.alerts import PollResult
from monitor.domain.events.event_types import EventType
from monitor.domain.feeds import FeedState
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll

FEED = a_feed(title="The Wire")


def poll(state: FeedState, at: datetime = NOW, **changes: object) -> PollResult:
    error = None if state in (FeedState.OK, FeedState.UNCHANGED) else f"it is {state}"
    return a_poll(
        FEED, at=at, state=replace(FEED.poll, state=state, last_error=error), **changes
    )  # fmt: skip


def changes(store: Store) -> list[tuple[object, object, object]]:
    return [
        (event.data["before"], event.data["state"], event.data["reason"])
        for event in store.event_log.since(0, 100).events
        if event.type is EventType.FEED_STATE_CHANGED
    ]


def test_each_change_of_the_state_is_told_with_its_reason(store: Store) -> None:
    store.feeds.add(FEED)
    states = (
        FeedState.OK, FeedState.UNCHANGED, FeedState.FAILING, FeedState.FAILING, FeedState.OK,
        FeedState.SILENT, FeedState.UNCHANGED,
    )  # fmt: skip
    for state in states:
        store.commit([poll(state)])
    assert changes(store) == [
        ("new", "ok", None),
        ("ok", "failing", "it is failing"),
        ("failing", "ok", None),
        ("ok", "silent", "it is silent"),
        ("silent", "ok", None),
    ]


def test_a_pause_is_told_once_and_hides_polls_that_run(store: Store) -> None:
    store.feeds.add(FEED)
    store.commit([poll(FeedState.OK)])
    for _ in range(2):
        store.feeds.set_paused(FEED.key, True, NOW)
    store.commit([poll(FeedState.FAILING)])
    store.feeds.set_paused(FEED.key, False, NOW)
    assert changes(store)[1:] == [("ok", "paused", None), ("paused", "failing", "it is failing")]


def test_a_feed_that_moved_to_the_address_of_another_one_is_gone(store: Store) -> None:
    other = a_feed("other")
    store.feeds.add_all([FEED, other])
    store.commit([a_poll(other, state=replace(other.poll, state=FeedState.OK, first_ok_at=NOW))])
    store.commit([poll(FeedState.OK, at=NOW + MINUTE, url=other.url)])
    (_, (before, state, reason)) = changes(store)
    assert (before, state) == ("new", "gone")
    assert "it moved to" in str(reason)
