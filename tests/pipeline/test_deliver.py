"""The story, played to its end: alerts are kept, whatever happens to receivers and to us."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import time, timedelta
from typing import TypeVar

import pytest

from monitor.domain.alerts import (
    About,
    AlertState,
    EndpointHealth,
    Outcome,
    Subscription,
    SubscriptionState,
)
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.domain.errors import Refused, StoreError, Unreachable
from monitor.domain.messages import Message, MessageType
from monitor.domain.muting.silence import Silence
from monitor.domain.reasons import DeliveryReason
from monitor.pipeline import deliver
from monitor.pipeline.group_commit import GroupCommit
from tests.contexts import LATER, NEW, alerted, delivery_context, many_alerts, polled, watched
from tests.fakes import (
    NOW,
    FakeChannel,
    subscription,
)

T = TypeVar("T")


async def test_an_alert_is_sent_once_and_its_attempt_recorded(store):
    await alerted(store)
    channel = FakeChannel()
    (attempt,) = await deliver.deliver(LATER, delivery_context(store, channel))
    assert (attempt.outcome, attempt.reason) == (Outcome.SENT, DeliveryReason.ACCEPTED)
    assert await deliver.deliver(LATER, delivery_context(store, channel)) == []
    assert NEW.title in channel.sent[0].subject
    assert store.outbox.list(limit=1)[0].state is AlertState.SENT


async def test_an_endpoint_that_is_down_is_tried_again_with_the_same_key(store):
    await alerted(store)
    channel = FakeChannel(Unreachable(DeliveryReason.CONNECT, "refused"))
    (first,) = await deliver.deliver(LATER, delivery_context(store, channel))
    assert first.outcome is Outcome.LATER
    assert await deliver.deliver(LATER, delivery_context(store, channel)) == []
    due = store.outbox.list(limit=1)[0].due_at
    (second,) = await deliver.deliver(due, delivery_context(store, channel))
    assert (second.outcome, second.number) == (Outcome.SENT, 2)
    assert channel.sent[0].key == first.alert_key


async def test_an_alert_that_is_refused_is_listed_as_undelivered_with_the_reason(store):
    await alerted(store)
    channel = FakeChannel(Refused(DeliveryReason.PERMANENT, "550 no such user"))
    await deliver.deliver(LATER, delivery_context(store, channel))
    (dead,) = store.outbox.list(state=AlertState.DEAD, limit=10)
    assert "550 no such user" in dead.last_error


async def test_an_endpoint_that_is_gone_is_disabled_and_its_queue_kept(store):
    await alerted(store)
    await polled(store, "dull", at=LATER)
    channel = FakeChannel(Refused(DeliveryReason.GONE, "410", disable=True))
    await deliver.deliver(LATER, delivery_context(store, channel))
    (disabled,) = store.subscriptions.list()
    assert disabled.state is SubscriptionState.DISABLED
    assert "410" in disabled.state_reason

    (alert,) = store.outbox.list(limit=10)
    assert (alert.state, alert.last_error) == (AlertState.PENDING, "gone: 410")
    assert await deliver.deliver(LATER, delivery_context(store, channel)) == []
    store.subscriptions.set_state("s", SubscriptionState.ACTIVE)
    (attempt,) = await deliver.deliver(LATER, delivery_context(store, channel))
    assert attempt.outcome is Outcome.SENT


async def test_service_subscribers_are_notified_when_a_subscription_is_disabled(store):
    service = frozenset({About.SERVICE})
    subscribed = ("asked", service), ("gone", service | {About.ARTICLES}), ("reader", frozenset())
    everyone = tuple(subscription(key, about=about) for key, about in subscribed)
    watched(store, subscriptions=everyone)
    await polled(store, "one", "two")
    channel = ByAddress("asked", Refused(DeliveryReason.GONE, "410", disable=True))
    await deliver.deliver(LATER, delivery_context(store, channel))
    (notice,) = store.outbox.list(limit=10, subscription="asked")
    assert notice.type is MessageType.DISABLED
    assert notice.content.reason == "gone: 410"
    assert [a.type for a in store.outbox.list(subscription="gone")] == [MessageType.FLAGGED]
    (attempt,) = await deliver.deliver(LATER, delivery_context(store, channel))
    assert (attempt.alert_key, attempt.outcome) == (notice.key, Outcome.SENT)


async def test_five_days_of_failure_disable_and_nothing_is_lost(store):
    await alerted(store)
    channel = FakeChannel(*[Unreachable(DeliveryReason.CONNECT, "refused")] * 99)
    now, end = LATER, LATER + timedelta(days=6)
    while now < end and store.subscriptions.find("s").state is SubscriptionState.ACTIVE:
        await deliver.deliver(now, delivery_context(store, channel))
        if store.outbox.list(state=AlertState.DEAD):  # another comes when the first is given up
            store.outbox.replay([a.key for a in store.outbox.list()], now + timedelta(days=1))
        now = max(store.outbox.next_due(now) or end, now + timedelta(seconds=1))
    disabled = store.subscriptions.find("s")
    assert disabled.state is SubscriptionState.DISABLED
    assert timedelta(days=5) <= disabled.health.failed_at - LATER < timedelta(days=6)
    (waiting,) = store.outbox.list(limit=10)
    assert waiting.state is AlertState.PENDING
    store.subscriptions.set_state("s", SubscriptionState.ACTIVE)
    store.outbox.retry(waiting.key, now)
    (attempt,) = await deliver.deliver(now, delivery_context(store, FakeChannel()))
    assert attempt.outcome is Outcome.SENT


class ByAddress:
    """Takes what goes to one address, and fails the rest."""

    def __init__(self, good: str, error: Exception) -> None:
        self.good, self.error = good, error
        self.tried: list[str] = []

    async def send(self, message: Message, to: Subscription, now: object, /) -> str:
        self.tried.append(to.key)
        if to.key != self.good:
            raise self.error
        return "taken"


async def test_a_dead_endpoint_costs_one_call_and_holds_up_nobody(store):
    await many_alerts(store, subscription("dead"), subscription("good"))
    channel = ByAddress("good", Unreachable(DeliveryReason.TIMEOUT, "no answer"))
    attempts = await deliver.deliver(NOW, delivery_context(store, channel))
    assert sum(attempt.outcome is Outcome.SENT for attempt in attempts) == 5
    assert channel.tried.count("dead") == 1
    waiting = store.outbox.list(state=AlertState.PENDING, limit=10)
    assert len(waiting) == 5
    assert sorted(alert.attempts for alert in waiting) == [0, 0, 0, 0, 1]
    assert await deliver.deliver(NOW, delivery_context(store, channel)) == []


async def test_one_alert_probes_a_receiver_that_failed_and_the_rest_follow(store):
    await many_alerts(store, subscription("s"))
    channel = FakeChannel(*[Unreachable(DeliveryReason.TIMEOUT, "no answer")] * 2)
    for number in range(2):
        rested = store.outbox.next_due(NOW)
        assert len(await deliver.deliver(rested, delivery_context(store, channel))) == 1, number
    rested = store.outbox.next_due(NOW)
    assert rested - NOW <= timedelta(minutes=1)
    sent = await deliver.deliver(rested, delivery_context(store, channel))
    assert sum(attempt.outcome is Outcome.SENT for attempt in sent) >= 3
    assert store.subscriptions.find("s").health == EndpointHealth()


async def test_an_alert_that_breaks_our_code_harms_only_itself(store):
    await many_alerts(store, subscription("odd"), subscription("good"))
    channel = ByAddress("good", RuntimeError("a fault of ours"))
    attempts = await deliver.deliver(NOW, delivery_context(store, channel))
    assert sum(attempt.outcome is Outcome.SENT for attempt in attempts) == 5
    reasons = {attempt.reason for attempt in attempts if attempt.outcome is Outcome.LATER}
    assert reasons == {DeliveryReason.INTERNAL}


async def test_a_crash_between_sending_and_recording_repeats_with_the_same_key(store):
    await alerted(store)
    channel = FakeChannel()
    context = delivery_context(store, channel)
    ((claimed,),) = await deliver.claim(LATER, context)
    await deliver._send(claimed, LATER, context)  # and the process dies here
    assert await deliver.claim(LATER + timedelta(seconds=30), context) == []
    await deliver.deliver(LATER + timedelta(minutes=2), context)
    assert [message.key for message in channel.sent] == [claimed.alert.key] * 2


async def test_a_process_that_lost_its_claim_changes_nothing(store):
    await alerted(store)
    context = delivery_context(store, FakeChannel())
    (late,) = await deliver.claim(LATER, context)
    await deliver.deliver(LATER + timedelta(minutes=2), context)
    await deliver.send_all(late, lambda: LATER + timedelta(minutes=3), context)
    (alert,) = store.outbox.list(limit=10)
    assert (alert.state, alert.attempts) == (AlertState.SENT, 1)


async def test_untried_alerts_are_released_at_once_on_shutdown(store):
    await many_alerts(store, subscription("slow"))

    class Slow(FakeChannel):
        async def send(self, message: Message, to: Subscription, now: object, /) -> str:
            await asyncio.Event().wait()
            return ""

    context = delivery_context(store, Slow())
    (group,) = await deliver.claim(NOW, context)
    telling = asyncio.create_task(deliver.send_all(group, lambda: NOW, context))
    await asyncio.sleep(0)
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling
    (again,) = await deliver.claim(NOW, context)
    assert len(again) == len(group) == 5


async def test_the_claim_on_an_alert_behind_a_slow_endpoint_is_renewed(store):
    await alerted(store)
    renewed, looked, much_later = asyncio.Event(), [], LATER + timedelta(hours=1)

    def clock():
        looked.append(much_later)  # three times to send, then once for each renewal
        if len(looked) > 4:
            renewed.set()
        return much_later

    class Slow(FakeChannel):
        async def send(self, message: Message, to: Subscription, now: object, /) -> str:
            await asyncio.wait_for(renewed.wait(), timeout=10)
            return f"{len(await deliver.claim(much_later, context))} claimed by another"

    context = delivery_context(store, Slow(), lease=timedelta(milliseconds=30))
    (group,) = await deliver.claim(LATER, context)
    (attempt,) = await deliver.send_all(group, clock, context)
    assert (attempt.outcome, attempt.detail) == (Outcome.SENT, "0 claimed by another")


async def test_an_alert_that_another_process_claimed_meanwhile_is_not_sent(store):
    await many_alerts(store, subscription("s"))
    times = [NOW] * 2  # it is stopped for five minutes while the first alert is on its way

    def clock():
        return times.pop() if times else NOW + timedelta(minutes=5)

    channel = FakeChannel()
    context = delivery_context(store, channel)
    (group,) = await deliver.claim(NOW, context)
    store.outbox.release([group[0].token])
    others = await deliver.claim(NOW + timedelta(minutes=2), delivery_context(store, channel))
    attempts = await deliver.send_all(group, clock, context)
    assert len(attempts) == 1
    assert [message.key for message in channel.sent] == [group[0].alert.key]
    assert len(others[0]) == len(group)


class Refusing:
    """A database that is out for a while: asked again, it works."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def __call__(self, call: Callable[[], T], /) -> T:
        if self.times:
            self.times -= 1
            raise StoreError("the disk is full")
        return call()


async def test_an_attempt_is_recorded_once_when_the_database_fails_for_a_while(store):
    await many_alerts(store, subscription("s"))
    channel, refusing = FakeChannel(), Refusing(3)
    recorded = GroupCommit(lambda items: refusing(lambda: store.outbox.record_all(items)))
    attempts = await deliver.deliver(NOW, delivery_context(store, channel, attempts=recorded))
    assert len(attempts) == 5
    assert len({message.key for message in channel.sent}) == len(channel.sent) == 5
    assert store.outbox.counts()[AlertState.SENT] == 5


async def test_an_attempt_is_recorded_during_shutdown_too(store):
    await many_alerts(store, subscription("s"))
    recording, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(attempts):
        recording.set()
        await go_on.wait()
        return store.outbox.record_all(attempts)

    context = delivery_context(store, FakeChannel(), attempts=GroupCommit(slowly))
    (group,) = await deliver.claim(NOW, context)
    telling = asyncio.create_task(deliver.send_all(group, lambda: NOW, context))
    await asyncio.wait_for(recording.wait(), timeout=10)
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling
    go_on.set()
    await context.attempts.close(timedelta(seconds=10))
    assert store.outbox.counts()[AlertState.SENT] == 1
    (again,) = await deliver.claim(NOW, context)
    assert len(again) == 4


# ── at the times that each asked for ─────────────────────────────────────────────────────────────


async def test_held_alerts_are_sent_in_a_digest_when_it_is_due(store):
    noon = time(NOW.hour)
    watched(
        store,
        subscriptions=(subscription(cadence=DeliverySchedule(every=Frequency.DAILY, at=noon)),),
    )
    await polled(store, "one", "two")
    channel = FakeChannel()
    assert await deliver.deliver(LATER, delivery_context(store, channel)) == []
    (attempt,) = await deliver.deliver(NOW + timedelta(days=1), delivery_context(store, channel))
    assert attempt.outcome is Outcome.SENT
    (message,) = channel.sent
    assert message.type is MessageType.DIGEST
    assert NEW.title in message.subject
    assert "1 read, 1 flagged, 1 alerted" in message.data["coverage"]["sentence"]


async def test_silenced_alerts_are_stored_and_not_sent(store):
    silence = Silence(
        key="q", term="sappers", reason="known", created_at=NOW, until=NOW + timedelta(days=1)
    )
    watched(store)
    store.silences.add(silence)
    await polled(store, "one", "two")
    assert await deliver.deliver(LATER, delivery_context(store, FakeChannel())) == []
    (alert,) = store.outbox.list()
    assert (alert.state, alert.silenced_by) == (AlertState.SILENCED, "q")
