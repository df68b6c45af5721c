"""The event log is read in order from a position, on both databases, or says what was lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.alerts import AlertState, Outcome
from monitor.domain.articles import Mark
from monitor.domain.delivery_schedule import HoldReason
from monitor.domain.events.event_types import EventType
from monitor.domain.feeds import FeedState
from monitor.store.database.stored_states import Pruned
from monitor.store.events.event_log import EventPosition, GapReason, parse_position
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.store import Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)

FEED = a_feed()


def fill(store: Store) -> None:
    """Two flagged articles, a mark, a version of the rules: 4 events and the feed's first state."""
    store.feeds.add(FEED)
    first, second = an_article("one", FEED), an_article("two", FEED)
    store.commit([a_poll(FEED, first, a_rejected_article("weather", FEED), second)])
    store.marks.add(Mark(article_key=first.key, relevant=False, marked_at=NOW, by="Mina"))
    store.rule_versions.add(RuleVersion(at=NOW, by="Otto", text="", config="a"))


def types(store: Store, after: int = 0) -> list[str]:
    return [event.type.value for event in store.event_log.since(after, 100).events]


def test_events_come_once_and_in_order(store: Store) -> None:
    fill(store)
    page = store.event_log.since(0, 10)
    assert [event.type.value for event in page.events] == [
        "article.flagged", "article.flagged", "feed.state_changed", "article.marked",
        "rules.in_force",
    ]  # fmt: skip
    assert page.events[3].data["relevant"] is False
    assert not page.has_more
    assert page.reached == store.event_log.newest().number
    assert store.event_log.since(page.reached, 10).events == ()


def test_a_page_is_bounded_and_the_next_goes_on(store: Store) -> None:
    fill(store)
    page = store.event_log.since(0, 2)
    assert (len(page.events), page.has_more) == (2, True)
    assert store.event_log.since(page.reached, 2).events[0].number > page.events[-1].number


def test_a_poll_without_news_writes_no_event(store: Store) -> None:
    fill(store)
    before = store.event_log.newest()
    unchanged = replace(FEED.poll, state=FeedState.UNCHANGED)
    store.commit([a_poll(FEED, state=unchanged), a_poll(FEED, an_article("one", FEED))])
    store.commit([a_poll(FEED, a_rejected_article("more weather", FEED))])
    assert store.event_log.newest() == before


def test_a_delivery_is_followed_from_the_hold_to_its_end(store: Store) -> None:
    desk, article = a_subscription(), an_article("one", FEED)
    held = an_alert(article, desk, key="a1", state=AlertState.HELD, held_for=HoldReason.DIGEST)
    alert = an_alert(article, desk, key="b2")
    store.feeds.add(FEED)
    store.subscriptions.add(desk)
    store.commit([a_poll(FEED, article, alerts=(held, alert))])
    for outcome, due_at in ((Outcome.LATER, NOW + MINUTE), (Outcome.SENT, None)):
        (claim,) = store.outbox.claim(NOW + MINUTE, limit=9, per_subscription=9, lease=MINUTE)
        assert store.outbox.record(
            an_attempt(claim.alert, outcome), token=claim.token, due_at=due_at
        )
        assert not store.outbox.record(
            an_attempt(claim.alert, outcome), token="late", due_at=due_at
        ), "only one attempt changed the alert"
    store.subscriptions.remove(desk.key, NOW)
    deliveries = [
        (event.type.value, event.data["key"], event.data.get("reason"))
        for event in store.event_log.since(0, 100).events
        if event.type.startswith("delivery.")
    ]
    assert deliveries == [
        ("delivery.held", "a1", None),
        ("delivery.failed", "b2", "status"),
        ("delivery.sent", "b2", "accepted"),
        ("delivery.given_up", "a1", "removed"),
    ]


def test_erasing_a_subscription_empties_its_events_and_keeps_their_numbers(store: Store) -> None:
    desk, article = a_subscription(), an_article("one", FEED)
    store.feeds.add(FEED)
    store.subscriptions.add(desk)
    store.commit([a_poll(FEED, article, alerts=(an_alert(article, desk),))])
    store.subscriptions.unsubscribe(desk.key, "it is being erased", NOW)
    newest = store.event_log.newest()
    assert types(store)[-1] == "delivery.given_up"
    store.erasure.finish(desk.key)
    assert "delivery.given_up" not in types(store)
    assert store.event_log.newest() == newest
    assert store.event_log.since(0, 100).reached == newest.number


class TestResume:
    def test_goes_on_where_the_client_stopped(self, store: Store) -> None:
        fill(store)
        newest = store.event_log.newest()
        for number in (0, 2, newest.number):
            asked = replace(newest, number=number)
            resumed = store.event_log.resume(asked)
            assert (resumed.position, resumed.gap) == (asked, None)

    def test_says_what_was_pruned(self, store: Store) -> None:
        fill(store)
        pruned = store.pruning.step(Pruned.EVENTS, NOW + 60 * MINUTE, NOW, batch=3).pruned
        assert pruned == 3
        newest = store.event_log.newest()
        resumed = store.event_log.resume(replace(newest, number=1))
        assert resumed.position.number == 3
        assert resumed.gap is not None
        assert (resumed.gap.reason, resumed.gap.most_lost) == (GapReason.PRUNED, 2)
        assert resumed.gap.lost_until == NOW + 30 * MINUTE, "when the feed is due"
        assert store.event_log.resume(resumed.position).gap is None

    def test_begins_now_with_an_id_of_another_database(self, store: Store) -> None:
        fill(store)
        newest = store.event_log.newest()
        resumed = store.event_log.resume(EventPosition(log="0badcafe", number=2))
        assert resumed.position == newest
        assert resumed.gap is not None
        assert (resumed.gap.reason, resumed.gap.most_lost) == (GapReason.OTHER_LOG, None)

    def test_begins_now_in_an_older_copy(self, store: Store) -> None:
        fill(store)
        newest = store.event_log.newest()
        resumed = store.event_log.resume(replace(newest, number=newest.number + 1))
        assert resumed.gap is not None
        assert resumed.gap.reason is GapReason.AHEAD
        store.event_log.begin_anew()
        after = store.event_log.resume(newest)
        assert after.gap is not None
        assert after.gap.reason is GapReason.OTHER_LOG

    def test_a_log_that_is_pruned_whole_goes_on_with_its_numbers(self, store: Store) -> None:
        fill(store)
        before = store.event_log.newest()
        store.pruning.step(Pruned.EVENTS, NOW + MINUTE, NOW)
        assert store.event_log.newest() == before
        store.feeds.set_paused(FEED.key, True, NOW)
        assert store.event_log.newest().number == before.number + 1
        assert store.event_log.resume(before).gap is None


def test_the_subjects_of_new_events_are_counted(store: Store) -> None:
    fill(store)
    newest = store.event_log.newest().number
    for paused in (True, False):
        store.feeds.set_paused(FEED.key, paused, NOW)
    changed = [EventType.FEED_STATE_CHANGED]
    assert store.event_log.count_since(newest, changed, 9) == 1
    assert store.event_log.count_since(newest, [EventType.STORY_OPENED], 9) == 0


def test_a_position_is_read_back() -> None:
    position = EventPosition(log="3fa9c21b", number=12)
    assert parse_position(str(position)) == position


@pytest.mark.parametrize(
    "text", ["", "1.2.3", "3fa9c21b", "3fa9c21b.x", "3fa9c21b.-1", f"3fa9c21b.{10**20}", "٣.1"]
)  # fmt: skip
def test_other_texts_are_no_position(text: str) -> None:
    assert parse_position(text) is None
