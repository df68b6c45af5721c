"""The error tree: what each class says and carries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain import errors
from monitor.domain.reasons import DeliveryReason, FeedReason

MINUTE = timedelta(minutes=1)


def test_a_fetch_error_says_its_reason_and_detail():
    error = errors.FetchError(FeedReason.TIMEOUT, "no answer within 30 s", retry_after=MINUTE)
    assert str(error) == "timeout: no answer within 30 s"
    assert (error.reason, error.detail) == (FeedReason.TIMEOUT, "no answer within 30 s")
    assert error.retry_after == MINUTE


def test_a_parse_error_says_its_reason_and_detail():
    error = errors.ParseError(FeedReason.NOT_A_FEED, "a page")
    assert (str(error), error.reason) == ("not_a_feed: a page", FeedReason.NOT_A_FEED)
    assert error.detail == "a page"


def test_an_unreachable_receiver_may_name_a_time_to_wait():
    reason = DeliveryReason.TIMEOUT
    assert errors.Unreachable(reason, "x").retry_after is None
    error = errors.Unreachable(reason, "no answer", retry_after=MINUTE)
    assert (str(error), error.reason, error.retry_after) == ("timeout: no answer", reason, MINUTE)
    assert error.detail == "no answer"


def test_a_refusal_may_end_all_messages_to_the_receiver():
    reason = DeliveryReason.TIMEOUT
    assert errors.Refused(reason, "x").disable is False
    error = errors.Refused(reason, "gone", disable=True)
    assert (error.reason, error.detail, error.disable) == (reason, "gone", True)


@pytest.mark.parametrize(
    ("error", "parent"),
    [
        (errors.ConfigError, errors.MonitorError),
        (errors.PackError, errors.MonitorError),
        (errors.StoreError, errors.MonitorError),
        (errors.StoreBusy, errors.StoreError),
        (errors.FetchError, errors.MonitorError),
        (errors.ParseError, errors.MonitorError),
        (errors.DeliveryError, errors.MonitorError),
        (errors.Unreachable, errors.DeliveryError),
        (errors.Refused, errors.DeliveryError),
    ],
)
def test_the_tree_is_as_drawn(error, parent):
    assert error.__base__ is parent
    assert error.__name__ in (errors.__doc__ or "")
