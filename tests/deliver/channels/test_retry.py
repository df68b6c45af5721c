"""Every wait is in a table; failures of a receiver and of a message are distinguished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.channels import retry
from monitor.deliver.channels.channel_registry import CHANNELS
from monitor.deliver.channels.email import EMAIL
from monitor.domain.alerts import ChannelKind, Claim
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
R = DeliveryReason

# ── when ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_webhook_is_tried_ten_times_at_the_published_times() -> None:
    published = [0 * SECOND, 5 * SECOND, 5 * MINUTE, 30 * MINUTE]
    published += [hours * HOUR for hours in (2, 5, 10, 14, 20, 24)]
    assert list(retry.WEBHOOK_WAITS) == published
    for tries, wait in enumerate(published):
        assert abs(retry.wait(tries, key="k") - wait) <= 0.1 * wait
    assert retry.wait(10, key="k") is None


def test_a_mail_waits_minutes_first_and_is_given_up_after_five_days() -> None:
    assert EMAIL.waits[1] >= 5 * MINUTE
    assert 4 * DAY < sum(EMAIL.waits, timedelta()) <= 5 * DAY


@given(
    key=st.text(max_size=40),
    tries=st.integers(0, 60),
    retry_after=st.none() | st.timedeltas(),
    channel=st.sampled_from(ChannelKind),
)
def test_every_wait_is_near_its_table_and_never_shorter_than_retry_after(
    key: str, tries: int, retry_after: timedelta | None, channel: ChannelKind
) -> None:
    waits = CHANNELS[channel].waits
    pause = retry.wait(tries, key=key, waits=waits, retry_after=retry_after)
    assert pause == retry.wait(tries, key=key, waits=waits, retry_after=retry_after)
    if tries >= len(waits):
        assert pause is None
        return
    assert pause >= waits[tries] * 0.9
    if retry_after is None:
        assert pause <= waits[tries] * 1.1
    else:
        assert pause >= min(max(retry_after, SECOND), DAY)
        assert pause <= max(waits[tries] * 1.1, DAY)


def test_alerts_that_failed_together_come_back_apart() -> None:
    assert len({retry.wait(3, key=f"alert {number}") for number in range(50)}) == 50


@pytest.mark.parametrize(
    ("error", "tries", "due"),
    [
        (None, 1, None),
        (Refused(R.PERMANENT, "550"), 1, None),
        (Refused(R.GONE, "410", disable=True), 1, NOW),
        (Unreachable(R.STATUS, "500"), 10, None),
        (Unreachable(R.STATUS, "500"), 1, NOW + 5 * SECOND),
        (Unreachable(R.THROTTLED, "429", retry_after=HOUR), 1, NOW + HOUR),
    ],
)
def test_when_the_next_try_is_due(
    claim: Callable[..., Claim], error: DeliveryError | None, tries: int, due: datetime | None
) -> None:
    claimed = claim()
    next_try = retry.next_try(claimed, tries, error, NOW, waits=retry.WEBHOOK_WAITS)
    assert next_try == due or abs(next_try - due) <= SECOND


def test_a_mail_outlasts_a_webhook(claim: Callable[..., Claim]) -> None:
    error = Unreachable(R.TEMPORARY, "450")
    assert retry.next_try(claim(), 10, error, NOW, waits=EMAIL.waits) is not None


# ── the endpoint ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("error", "out"),
    [
        (None, False),
        (Unreachable(R.CONNECT, ""), True),
        (Unreachable(R.TIMEOUT, ""), True),
        (Unreachable(R.THROTTLED, ""), True),
        (Unreachable(R.LOGIN, ""), True),
        (Unreachable(R.STATUS, "500"), False),
        (Unreachable(R.TEMPORARY, "451"), False),
        (Unreachable(R.DROPPED, ""), False),
        (Refused(R.PERMANENT, "550"), False),
        (Refused(R.GONE, "410", disable=True), True),
    ],
)
def test_a_message_that_a_receiver_fails_on_does_not_delay_the_others(
    error: DeliveryError | None, out: bool
) -> None:
    assert retry.is_endpoint_out(error) is out
