"""Held alerts become messages: each article in one message, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from monitor.alerts import match
from monitor.domain.alerts import AlertState, Outcome, SubscriptionState
from monitor.domain.articles import DecisionReason, Mark
from monitor.domain.delivery_schedule import (
    AT_ONCE,
    DeliverySchedule,
    HoldReason,
    QuietHours,
)
from monitor.domain.digest_content import DigestReady
from monitor.domain.messages import MessageType
from monitor.domain.muting.silence import Silence
from monitor.domain.tiers import WantedTier
from monitor.store.store import Store
from tests.store.builders import (
    NOW,
    a_decision,
    a_feed,
    a_poll,
    a_subscription,
    an_article,
    an_attempt,
    change_schedule,
)
from tests.store.held_alerts import (
    DAILY,
    DAY,
    HOUR,
    MINUTE,
    MORNING,
    arrive,
    names,
    sent_until,
    subscribed,
)


class TestDigest:
    def test_holds_the_articles_before_its_time_once(self, store: Store) -> None:
        desk = subscribed(store, DAILY)
        arrive(store, NOW, "a", "b")
        assert sent_until(store, NOW) == []
        assert store.digests.outlook()[desk.key].held == {HoldReason.DIGEST: 2}
        assert store.digests.outlook()[desk.key].next_at == MORNING
        assert sent_until(store, MORNING - MINUTE) == []
        arrive(store, MORNING - MINUTE, "c")
        (digest,) = sent_until(store, MORNING)
        assert (digest.type, names(store, digest)) == (MessageType.DIGEST, ["a", "b", "c"])
        facts = digest.content.to_json()
        assert (facts["kind"], facts["since"], facts["until"]) == (
            "digest",
            "2025-06-17T12:00:00Z",
            "2025-06-18T07:30:00Z",
        )
        assert sent_until(store, MORNING) == sent_until(store, MORNING + 23 * HOUR) == []
        gathered = store.outbox.list(state=AlertState.GATHERED)
        assert {alert.digest_key for alert in gathered} == {digest.key}
        assert not store.outbox.retry(gathered[0].key, MORNING)  # it was told

    def test_is_sealed_a_retry_sends_the_same_and_the_next_one_the_rest(self, store: Store) -> None:
        subscribed(store, DAILY)
        arrive(store, NOW, "a")
        store.digests.close_due(MORNING)
        (claim,) = store.outbox.claim(MORNING, limit=9, per_subscription=9, lease=MINUTE)
        arrive(store, MORNING, "b")
        later = an_attempt(claim.alert, Outcome.LATER, at=MORNING)
        store.outbox.record(later, token=claim.token, due_at=MORNING + HOUR)
        (again,) = sent_until(store, MORNING + HOUR)
        assert (again.key, again.article_keys) == (claim.alert.key, claim.alert.article_keys)
        (next_one,) = sent_until(store, MORNING + DAY)
        assert names(store, next_one) == ["b"]
        assert next_one.key != again.key

    def test_an_empty_digest_is_sent_only_where_the_schedule_has_it(self, store: Store) -> None:
        subscribed(store, DAILY)
        eager = a_subscription("eager", cadence=replace(DAILY, empty=True))
        store.subscriptions.add(eager)
        (digest,) = sent_until(store, MORNING)
        assert (digest.subscription_key, digest.article_keys) == (eager.key, ())

    def test_lists_the_silences_with_their_reasons(self, store: Store) -> None:
        subscribed(store, DAILY)
        silence = Silence(
            key="5" * 64, theme="troops", reason="known", created_at=NOW, until=NOW + HOUR
        )
        store.silences.add(silence)
        arrive(store, NOW + MINUTE, "a", "b")
        arrive(store, NOW + HOUR, "c")  # the silence has ended by itself
        (digest,) = sent_until(store, MORNING)
        assert names(store, digest) == ["c"]
        facts = digest.content.to_json()
        assert facts["silenced"] == 2
        assert facts["silences"] == [
            {"key": "5" * 64, "reason": "known", "until": "2025-06-17T13:00:00Z", "articles": 2}
        ]

    def test_after_days_without_the_service_each_date_gets_its_own(self, store: Store) -> None:
        subscribed(store, DAILY)
        for day in range(3):
            arrive(store, NOW + day * DAY, f"day {day}")
        sent = sent_until(store, MORNING + 5 * DAY)
        assert sorted(map(tuple, (names(store, alert) for alert in sent))) == [
            ("day 0",),
            ("day 1",),
            ("day 2",),
        ]

    def test_a_clock_that_was_put_back_makes_no_second_one_and_loses_nothing(self, store) -> None:
        subscribed(store, DAILY)
        arrive(store, NOW, "a")
        assert len(sent_until(store, MORNING + 400 * DAY)) == 1  # the clock ran ahead
        arrive(store, NOW + MINUTE, "b")
        assert sent_until(store, NOW + MINUTE) == []
        assert [names(store, alert) for alert in sent_until(store, MORNING)] == [["b"]]

    def test_hundreds_of_articles_are_one_message_in_order(self, store: Store) -> None:
        subscribed(store, DAILY)
        all_names = [f"{number:03}" for number in range(600)]
        for number, name in enumerate(all_names[:10]):
            arrive(store, NOW + number * MINUTE, name)
        arrive(store, NOW + HOUR, *all_names[10:])
        (digest,) = sent_until(store, MORNING)
        keys = [an_article(name).key for name in all_names]
        assert list(digest.article_keys[:10]) == keys[:10]
        assert sorted(digest.article_keys) == sorted(keys)


class TestAtOnce:
    def test_a_plain_one_never_waits(self, store: Store) -> None:
        subscribed(store, AT_ONCE)
        arrive(store, NOW, "a", "b")
        assert len(sent_until(store, NOW)) == 2

    def test_quiet_hours_hold_and_then_tell_in_one(self, store: Store) -> None:
        subscribed(store, DeliverySchedule(quiet=QuietHours(start=time(22), end=time(7))))
        arrive(store, NOW, "noon")
        assert [alert.type for alert in sent_until(store, NOW)] == [MessageType.FLAGGED]
        arrive(store, NOW + 10 * HOUR, "night")
        arrive(store, NOW + 12 * HOUR, "later")
        assert sent_until(store, NOW + 15 * HOUR) == []
        (message,) = sent_until(store, NOW + 19 * HOUR)
        assert (message.content.to_json()["kind"], names(store, message)) == (
            "quiet",
            ["night", "later"],
        )

    def test_a_retry_waits_for_the_end_of_quiet_hours_too(self, store) -> None:
        subscribed(store, DeliverySchedule(quiet=QuietHours(start=time(22), end=time(7))))
        arrive(store, NOW, "noon")
        (claim,) = store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE)
        later = an_attempt(claim.alert, Outcome.LATER, at=NOW)
        store.outbox.record(later, token=claim.token, due_at=NOW + 11 * HOUR)
        assert sent_until(store, NOW + 11 * HOUR) == []
        (put_off,) = store.outbox.list(state=AlertState.PENDING)
        assert put_off.due_at == NOW + 19 * HOUR  # nobody takes it for stuck
        assert [alert.key for alert in sent_until(store, NOW + 19 * HOUR)] == [claim.alert.key]

    def test_a_burst_is_one_message(self, store: Store) -> None:
        subscribed(store, DeliverySchedule(group=10 * MINUTE))
        arrive(store, NOW, "a")
        assert sent_until(store, NOW) == []
        arrive(store, NOW + 5 * MINUTE, "b", "c")
        (message,) = sent_until(store, NOW + 10 * MINUTE)
        assert (message.content.to_json()["kind"], len(message.article_keys)) == ("group", 3)
        arrive(store, NOW + 11 * MINUTE, "d")
        assert sent_until(store, NOW + 12 * MINUTE) == []
        (alone,) = sent_until(store, NOW + 21 * MINUTE)
        assert (alone.type, names(store, alone)) == (MessageType.FLAGGED, ["d"])

    def test_over_the_budget_an_alert_waits_for_the_digest_which_counts_it(
        self, store: Store
    ) -> None:
        desk = subscribed(store, DeliverySchedule(budget=2, at=time(18)))
        arrive(store, NOW, "a", "b", "c")
        assert len(sent_until(store, NOW)) == 2
        arrive(store, NOW + HOUR, "d")
        assert sent_until(store, NOW + HOUR) == []
        assert store.digests.outlook()[desk.key].held == {HoldReason.BUDGET: 2}
        (digest,) = sent_until(store, NOW + 6 * HOUR)
        assert (digest.content.budget, digest.content.over_budget) == (2, 2)
        arrive(store, NOW + DAY, "e")
        assert [alert.type for alert in sent_until(store, NOW + DAY)] == [MessageType.FLAGGED]


class TestChange:
    def test_alerts_held_for_a_digest_are_sent_when_the_schedule_has_none_any_more(
        self, store
    ) -> None:
        desk = subscribed(store, DAILY)
        arrive(store, NOW, "a", "b")
        assert change_schedule(store, desk.key, AT_ONCE, NOW + MINUTE)
        assert store.subscriptions.find(desk.key).cadence == AT_ONCE
        (message,) = sent_until(store, NOW + MINUTE)
        assert sorted(names(store, message)) == ["a", "b"]
        assert not change_schedule(store, "nobody", AT_ONCE, NOW)

    def test_alerts_held_for_the_morning_go_into_the_digest(self, store: Store) -> None:
        desk = subscribed(store, DeliverySchedule(quiet=QuietHours(start=time(10), end=time(14))))
        arrive(store, NOW, "a")
        change_schedule(store, desk.key, DAILY, NOW + MINUTE)
        assert sent_until(store, NOW + 3 * HOUR) == []
        assert [names(store, alert) for alert in sent_until(store, MORNING)] == [["a"]]

    def test_a_date_has_one_digest_when_its_time_is_changed(self, store: Store) -> None:
        desk = subscribed(store, DAILY)
        arrive(store, NOW, "a")
        assert len(sent_until(store, MORNING)) == 1
        arrive(store, MORNING, "b")
        change_schedule(store, desk.key, replace(DAILY, at=time(20)), MORNING + HOUR)
        assert sent_until(store, MORNING + 14 * HOUR) == []
        assert len(sent_until(store, MORNING + 37 * HOUR)) == 1

    def test_dates_before_the_schedule_get_no_digest(self, store: Store) -> None:
        desk = subscribed(store, AT_ONCE)
        change_schedule(store, desk.key, replace(DAILY, empty=True), MORNING + 9 * DAY)
        assert sent_until(store, MORNING + 9 * DAY) == []
        assert len(sent_until(store, MORNING + 10 * DAY)) == 1

    def test_a_pause_keeps_held_alerts_and_makes_no_digests_of_its_dates(self, store) -> None:
        desk = subscribed(store, replace(DAILY, empty=True))
        arrive(store, NOW, "a")
        store.subscriptions.set_state(desk.key, SubscriptionState.PAUSED)
        assert sent_until(store, MORNING + 3 * DAY) == []
        store.subscriptions.set_state(desk.key, SubscriptionState.ACTIVE)
        store.digests.restart_schedule(desk.key, MORNING + 3 * DAY + MINUTE)
        assert sent_until(store, MORNING + 3 * DAY + MINUTE) == []
        (digest,) = sent_until(store, MORNING + 4 * DAY)
        assert names(store, digest) == ["a"]
        assert digest.content.since == NOW

    def test_a_digest_counts_every_article_that_it_carries(self, store: Store) -> None:
        desk = subscribed(store, DeliverySchedule(quiet=QuietHours(start=time(10), end=time(14))))
        arrive(store, NOW, "a", "b")
        edited = an_article("c", seen_at=NOW - DAY, edited_at=NOW)
        alert = match.alert(edited, desk)
        store.commit([a_poll(a_feed(), edited, alerts=(alert,))])
        (message,) = sent_until(store, NOW + 3 * HOUR)
        coverage = message.content.coverage
        assert (coverage.read, coverage.flagged, coverage.alerted) == (3, 3, 3)
        assert coverage.held == 0
        assert message.content.since == NOW - 2 * HOUR

    def test_removing_it_lists_its_held_alerts_as_undelivered(self, store: Store) -> None:
        desk = subscribed(store, DAILY)
        arrive(store, NOW, "a")
        store.subscriptions.remove(desk.key, NOW)
        (dead,) = store.outbox.list(state=AlertState.DEAD)
        assert dead.last_error == "the subscription was removed"
        store.subscriptions.add(replace(desk, created_at=NOW + HOUR))  # another life
        arrive(store, NOW + HOUR, "b")
        assert [names(store, alert) for alert in sent_until(store, MORNING)] == [["b"]]

    def test_a_held_alert_can_be_sent_by_hand_and_is_then_in_no_digest(self, store) -> None:
        subscribed(store, DAILY)
        arrive(store, NOW, "a", "b")
        (first, other) = store.outbox.list(state=AlertState.HELD)
        assert store.outbox.retry(first.key, NOW)
        assert [sent.key for sent in sent_until(store, NOW)] == [first.key]
        assert [sent.article_keys for sent in sent_until(store, MORNING)] == [other.article_keys]


class TestReview:
    """A subscription with the tier `review` is told of doubtful articles in its digests."""

    def doubt(self, store: Store, now: datetime, *names: str, **changes: object) -> None:
        feed = store.feeds.find(a_feed().key)
        in_doubt = a_decision(
            relevant=False, reason=DecisionReason.BELOW, score=0.3, review_threshold=0.15
        )
        articles = [
            an_article(name, feed, seen_at=now, decision=in_doubt, **changes) for name in names
        ]
        store.commit([a_poll(feed, *articles)])

    def test_each_is_in_one_digest_even_without_any_other_article(self, store: Store):
        subscribed(store, DAILY, tier=WantedTier.REVIEW)
        self.doubt(store, NOW, "letter", "wreath")
        (message,) = sent_until(store, MORNING)
        assert isinstance(message.content, DigestReady)
        assert message.article_keys == ()
        assert message.content.in_review == 2
        assert {article.title for article in message.content.review} == {"letter", "wreath"}
        assert sent_until(store, MORNING + DAY) == []

    def test_one_that_is_committed_late_is_in_the_next_digest(self, store: Store):
        subscribed(store, DAILY, tier=WantedTier.REVIEW)
        assert sent_until(store, MORNING) == []
        self.doubt(store, MORNING - timedelta(seconds=2), "letter")
        (message,) = sent_until(store, MORNING + DAY)
        assert message.content.in_review == 1

    def test_others_and_answered_articles_are_left_out(self, store: Store):
        subscribed(store, DAILY, tier=WantedTier.REVIEW, themes=frozenset({"arms"}))
        store.subscriptions.add(a_subscription("plain", cadence=DAILY))
        self.doubt(store, NOW, "letter")
        assert sent_until(store, MORNING) == []
        subscribed_to_all = a_subscription("all", cadence=DAILY, tier=WantedTier.REVIEW)
        store.subscriptions.add(subscribed_to_all)
        letter = an_article("letter", a_feed())
        store.marks.add(Mark(article_key=letter.key, relevant=False, marked_at=NOW))
        assert sent_until(store, MORNING + DAY) == []
