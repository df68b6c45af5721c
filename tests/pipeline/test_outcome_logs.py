"""Log lines of single outcomes."""

from __future__ import annotations

import logging
from datetime import timedelta

from monitor.domain.errors import FetchError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason, FeedReason
from monitor.pipeline import deliver, poll
from tests.contexts import LATER, alerted, claimed, delivery_context, poll_context, watched
from tests.fakes import NOW, FakeChannel, feed


async def test_each_alert_is_logged_with_its_recipient_and_each_failure_with_its_reason(
    store, caplog
):
    caplog.set_level(logging.INFO)
    await alerted(store)
    channel = FakeChannel(Unreachable(DeliveryReason.STATUS, "451 later"))
    await deliver.deliver(LATER, delivery_context(store, channel))
    due = store.outbox.list(limit=1)[0].due_at
    await deliver.deliver(due, delivery_context(store, channel))
    failed, sent = (record for record in caplog.records if record.message.startswith("alert."))
    assert (failed.message, failed.reason) == ("alert.failed", "status: 451 later")
    assert (sent.message, sent.subscription) == ("alert.sent", "name of s")


async def test_a_receiver_that_is_disabled_is_logged_by_its_name(store, caplog):
    await alerted(store)
    channel = FakeChannel(Refused(DeliveryReason.GONE, "410", disable=True))
    await deliver.deliver(LATER, delivery_context(store, channel))
    (line,) = (record for record in caplog.records if record.message == "subscription.disabled")
    assert line.subscription == "name of s"


async def test_a_feed_that_begins_to_fail_is_logged_once_with_its_reason(store, caplog):
    caplog.set_level(logging.INFO)
    watched(store)
    for hour in (0, 1):
        now = NOW + timedelta(hours=hour)
        context = poll_context(store, f=[FetchError(FeedReason.TIMEOUT, "no answer within 30 s")])
        await poll.poll(claimed(store, "f", at=now), now, context)
    (failed,) = (record for record in caplog.records if record.message == "feed.failed")
    assert failed.feed == "https://f.example/rss"
    assert failed.reason == "timeout: no answer within 30 s"


async def test_feeds_that_fail_for_one_reason_share_a_line(store, caplog):
    caplog.set_level(logging.INFO)
    watched(store, feed("f"), feed("g"))
    error = FetchError(FeedReason.CONNECT, "no connection")
    context = poll_context(store, f=[error], g=[error])
    await poll.poll(claimed(store, "f", "g"), NOW, context)
    (failed,) = (record for record in caplog.records if record.message == "feed.failed")
    assert failed.feeds == 2
