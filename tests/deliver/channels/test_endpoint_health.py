"""A receiver that fails is paused, tried with one alert, and in the end disabled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.deliver.channels import endpoint_health
from monitor.domain.alerts import EndpointHealth
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason

R = DeliveryReason
NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
DOWN = Unreachable(R.CONNECT, "refused")
OOPS = Unreachable(R.STATUS, "500")


def after(*errors: DeliveryError | None, interval: timedelta = HOUR) -> EndpointHealth:
    """The health after these tries, `every` apart, of alerts that are due again in a day."""
    health = EndpointHealth()
    for number, error in enumerate(errors):
        at = NOW + number * interval
        health = endpoint_health.after(health, error, at, at + DAY)
    return health


def pause(*errors: DeliveryError) -> timedelta | None:
    end = after(*errors, interval=timedelta()).paused_until
    return end and end - NOW


def test_the_longer_it_is_down_the_longer_it_is_paused() -> None:
    assert [pause(*[DOWN] * number) for number in range(1, 8)] == [
        5 * SECOND,
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        5 * MINUTE,
        5 * MINUTE,
    ]


def test_the_pause_ends_when_the_alert_that_failed_is_due() -> None:
    assert (
        endpoint_health.after(EndpointHealth(), DOWN, NOW, NOW + SECOND).paused_until
        == NOW + SECOND
    )


def test_failures_of_single_messages_pause_it_only_after_five_in_a_row() -> None:
    assert [pause(*[OOPS] * number) for number in range(1, 6)] == [None] * 4 + [5 * MINUTE]


def test_it_is_paused_for_as_long_as_it_asks() -> None:
    assert pause(Unreachable(R.THROTTLED, "429", retry_after=3 * HOUR)) == 3 * HOUR


def test_one_success_resets_the_health() -> None:
    assert after(DOWN, DOWN, Refused(R.PERMANENT, "550"), None) == EndpointHealth()


@pytest.mark.parametrize("reason", [R.INTERNAL, R.UNWRITABLE])
def test_a_fault_of_one_message_is_not_the_receivers(reason: DeliveryReason) -> None:
    assert after(*[Unreachable(reason, "")] * 9) == EndpointHealth()


def given_up(
    *errors: DeliveryError, interval: timedelta = HOUR, shares_server: bool = False
) -> str | None:
    at = NOW + (len(errors) - 1) * interval
    health = after(*errors, interval=interval)
    return endpoint_health.given_up(health, errors[-1], at, shares_server=shares_server)


@pytest.mark.parametrize(
    ("errors", "interval", "is_given_up"),
    [
        ([OOPS] * 5, DAY, False),
        ([OOPS] * 6, DAY, True),
        ([DOWN] * 121, HOUR, True),
        ([DOWN] * 120, HOUR, False),
        ([DOWN] * 9, 3 * DAY, False),  # each an outage of its own
        ([Unreachable(R.EGRESS, "closed")] * 9, DAY, False),  # the operator can fix it here
        ([OOPS] * 5 + [Unreachable(R.EGRESS, "closed")], DAY, False),
        ([OOPS, Refused(R.GONE, "410", disable=True)], HOUR, True),
    ],
)
def test_after_five_days_without_success_a_webhook_is_given_up(
    errors: list[DeliveryError], interval: timedelta, is_given_up: bool
) -> None:
    why = given_up(*errors, interval=interval)
    assert bool(why) is is_given_up
    if isinstance(errors[-1], Unreachable) and why:
        assert why.startswith("every try failed since 2025-06-17 12:00 UTC; the last: ")


def test_a_mail_server_that_is_down_disables_no_subscription() -> None:
    assert given_up(*[DOWN] * 9, interval=DAY, shares_server=True) is None


def test_an_address_that_refuses_three_mails_in_a_row_is_given_up() -> None:
    refused = Refused(R.PERMANENT, "RCPT TO: 550 nobody here")
    assert given_up(refused, refused, shares_server=True) is None
    assert after(refused).paused_until is None
    why = given_up(refused, DOWN, refused, refused, shares_server=True)
    assert why == "3 mails in a row were refused for good; the last: RCPT TO: 550 nobody here"
