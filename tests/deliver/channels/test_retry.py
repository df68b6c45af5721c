"""Every answer has one meaning, and every wait is in a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.channels import retry
from monitor.deliver.channels.retry import Stage
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
    told = [0 * SECOND, 5 * SECOND, 5 * MINUTE, 30 * MINUTE]
    told += [hours * HOUR for hours in (2, 5, 10, 14, 20, 24)]
    assert list(retry.WEBHOOK_WAITS) == told
    for tries, wait in enumerate(told):
        assert abs(retry.wait(tries, key="k") - wait) <= 0.1 * wait
    assert retry.wait(10, key="k") is None


def test_a_mail_waits_minutes_first_and_is_given_up_after_five_days() -> None:
    assert retry.EMAIL_WAITS[1] >= 5 * MINUTE
    assert 4 * DAY < sum(retry.EMAIL_WAITS, timedelta()) <= 5 * DAY


@given(
    key=st.text(max_size=40),
    tries=st.integers(0, 60),
    asked=st.none() | st.timedeltas(),
    channel=st.sampled_from(ChannelKind),
)
def test_every_wait_is_near_its_table_and_never_sooner_than_asked(
    key: str, tries: int, asked: timedelta | None, channel: ChannelKind
) -> None:
    waits = retry.WAITS[channel]
    pause = retry.wait(tries, key=key, waits=waits, retry_after=asked)
    assert pause == retry.wait(tries, key=key, waits=waits, retry_after=asked)
    if tries >= len(waits):
        assert pause is None
        return
    assert pause >= waits[tries] * 0.9
    if asked is None:
        assert pause <= waits[tries] * 1.1
    else:
        assert pause >= min(max(asked, SECOND), DAY)
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
def test_what_follows_a_try(
    claim: Callable[..., Claim], error: DeliveryError | None, tries: int, due: datetime | None
) -> None:
    claimed = claim(channel=ChannelKind.WEBHOOK)
    next_try = retry.next_try(claimed, tries, error, NOW)
    assert next_try == due or abs(next_try - due) <= SECOND


def test_a_mail_outlasts_a_webhook(claim: Callable[..., Claim]) -> None:
    error = Unreachable(R.TEMPORARY, "450")
    assert retry.next_try(claim(channel=ChannelKind.EMAIL), 10, error, NOW) is not None


# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_alone_is_success(status: int) -> None:
    assert retry.webhook_outcome(status) is None


@pytest.mark.parametrize(
    ("status", "asked", "kind", "reason"),
    [
        (301, None, Unreachable, R.REDIRECT),
        (302, None, Unreachable, R.REDIRECT),
        (304, None, Unreachable, R.REDIRECT),
        (308, None, Unreachable, R.REDIRECT),
        (410, None, Refused, R.GONE),
        (410, HOUR, Refused, R.GONE),
        (429, HOUR, Unreachable, R.THROTTLED),
        (503, HOUR, Unreachable, R.THROTTLED),
        (429, None, Unreachable, R.STATUS),
        (503, None, Unreachable, R.STATUS),
        *((status, None, Unreachable, R.STATUS) for status in (400, 401, 403, 404, 408, 413, 425)),
        *((status, None, Unreachable, R.STATUS) for status in (500, 501, 502, 504, 599, 101, 999)),
        (500, HOUR, Unreachable, R.STATUS),
    ],
)
def test_every_other_status_is_a_failure_that_says_what_next(
    status: int, asked: timedelta | None, kind: type[DeliveryError], reason: DeliveryReason
) -> None:
    failed = retry.webhook_outcome(status, words="no", retry_after=asked)
    assert type(failed) is kind
    assert failed.reason is reason
    assert str(status) in failed.detail
    if isinstance(failed, Refused):
        assert failed.disable
    elif reason is not R.REDIRECT:
        assert failed.retry_after == asked


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stage", "code", "kind", "reason"),
    [
        (Stage.CONNECT, 421, Unreachable, R.TEMPORARY),
        (Stage.CONNECT, 554, Unreachable, R.STATUS),
        (Stage.EHLO, 421, Unreachable, R.TEMPORARY),
        (Stage.EHLO, 550, Unreachable, R.STATUS),
        (Stage.TLS, 454, Unreachable, R.TLS),
        (Stage.TLS, 501, Unreachable, R.TLS),
        (Stage.LOGIN, 454, Unreachable, R.LOGIN),
        (Stage.LOGIN, 535, Unreachable, R.LOGIN),
        (Stage.SENDER, 451, Unreachable, R.TEMPORARY),
        (Stage.SENDER, 530, Unreachable, R.LOGIN),
        (Stage.SENDER, 553, Unreachable, R.CONFIG),
        (Stage.RECIPIENT, 450, Unreachable, R.TEMPORARY),
        (Stage.RECIPIENT, 550, Refused, R.PERMANENT),
        (Stage.RECIPIENT, 530, Unreachable, R.LOGIN),
        (Stage.BODY, 452, Unreachable, R.TEMPORARY),
        (Stage.BODY, 554, Refused, R.PERMANENT),
        (Stage.BODY, -1, Unreachable, R.PROTOCOL),
        (Stage.RECIPIENT, 354, Unreachable, R.PROTOCOL),
    ],
)
def test_a_reply_is_final_only_when_it_speaks_of_this_mail(
    stage: Stage, code: int, kind: type[DeliveryError], reason: DeliveryReason
) -> None:
    failed = retry.smtp_outcome(stage, code, "words")
    assert (type(failed), failed.reason) == (kind, reason)
    assert f"{stage}: {code} words" in failed.detail


@pytest.mark.parametrize("stage", [Stage.SENDER, Stage.RECIPIENT, Stage.BODY])
def test_any_2yz_takes_the_mail_a_step_further(stage: Stage) -> None:
    assert retry.smtp_outcome(stage, 252) is None


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        (Stage.TLS, R.TLS),
        (Stage.LOGIN, R.LOGIN),
        (Stage.CONNECT, R.PROTOCOL),
        (Stage.EHLO, R.PROTOCOL),
    ],
)
def test_an_odd_2yz_never_passes_for_encryption_or_login(
    stage: Stage, reason: DeliveryReason
) -> None:
    failed = retry.smtp_outcome(stage, 250)
    assert failed is not None
    assert failed.reason is reason


@pytest.mark.parametrize(
    ("stage", "timed_out", "reason"),
    [
        (Stage.CONNECT, True, R.TIMEOUT),
        (Stage.CONNECT, False, R.CONNECT),
        (Stage.RECIPIENT, False, R.CONNECT),
        (Stage.BODY, False, R.DROPPED),
        (Stage.BODY, True, R.DROPPED),
    ],
)
def test_a_conversation_that_ends_after_data_may_have_arrived(
    stage: Stage, timed_out: bool, reason: DeliveryReason
) -> None:
    lost = retry.smtp_lost(stage, "gone", timed_out=timed_out)
    assert lost.reason is reason
    assert ("may have arrived" in lost.detail) == (reason is R.DROPPED)


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
def test_what_chokes_on_one_message_does_not_hold_up_the_others(
    error: DeliveryError | None, out: bool
) -> None:
    assert retry.is_endpoint_out(error) is out
