"""A receiver that fails rests, is asked again by one alert, and in the end is given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.deliver.channels import endpoint_health
from monitor.domain.alerts import ChannelKind, EndpointHealth, Subscription
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


def after(*errors: DeliveryError | None, every: timedelta = HOUR) -> EndpointHealth:
    """How it does after these tries, so far apart, of alerts that are due again in a day."""
    health = EndpointHealth()
    for number, error in enumerate(errors):
        at = NOW + number * every
        health = endpoint_health.after(health, error, at, at + DAY)
    return health


def rest(*errors: DeliveryError) -> timedelta | None:
    end = after(*errors, every=timedelta()).rests_until
    return end and end - NOW


def test_the_longer_it_is_down_the_longer_it_rests() -> None:
    assert [rest(*[DOWN] * number) for number in range(1, 8)] == [
        5 * SECOND,
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        5 * MINUTE,
        5 * MINUTE,
    ]


def test_it_rests_no_longer_than_the_alert_that_found_it_down() -> None:
    assert (
        endpoint_health.after(EndpointHealth(), DOWN, NOW, NOW + SECOND).rests_until == NOW + SECOND
    )


def test_what_chokes_on_one_message_rests_only_when_it_does_so_again_and_again() -> None:
    assert [rest(*[OOPS] * number) for number in range(1, 6)] == [None] * 4 + [5 * MINUTE]


def test_it_rests_as_long_as_it_asks_to() -> None:
    assert rest(Unreachable(R.THROTTLED, "429", retry_after=3 * HOUR)) == 3 * HOUR


def test_one_success_makes_up_for_all() -> None:
    assert after(DOWN, DOWN, Refused(R.PERMANENT, "550"), None) == EndpointHealth()


@pytest.mark.parametrize("reason", [R.INTERNAL, R.UNWRITABLE])
def test_a_fault_of_one_message_is_not_the_receivers(reason: DeliveryReason) -> None:
    assert after(*[Unreachable(reason, "")] * 9) == EndpointHealth()


def given_up(
    channel: ChannelKind,
    subscription: Callable[..., Subscription],
    *errors: DeliveryError,
    every: timedelta = HOUR,
) -> str | None:
    at = NOW + (len(errors) - 1) * every
    return endpoint_health.given_up(
        subscription(channel=channel), after(*errors, every=every), errors[-1], at
    )


@pytest.mark.parametrize(
    ("errors", "every", "is_given_up"),
    [
        ([OOPS] * 5, DAY, False),
        ([OOPS] * 6, DAY, True),
        ([DOWN] * 121, HOUR, True),
        ([DOWN] * 120, HOUR, False),
        ([DOWN] * 9, 3 * DAY, False),  # each a spell of its own
        ([Unreachable(R.EGRESS, "closed")] * 9, DAY, False),  # ours to mend
        ([OOPS] * 5 + [Unreachable(R.EGRESS, "closed")], DAY, False),
        ([OOPS, Refused(R.GONE, "410", disable=True)], HOUR, True),
    ],
)
def test_after_five_days_without_success_a_webhook_is_given_up(
    subscription: Callable[..., Subscription],
    errors: list[DeliveryError],
    every: timedelta,
    is_given_up: bool,
) -> None:
    why = given_up(ChannelKind.WEBHOOK, subscription, *errors, every=every)
    assert bool(why) is is_given_up
    if isinstance(errors[-1], Unreachable) and why:
        assert why.startswith("every try failed since 2025-06-17 12:00 UTC; the last: ")


def test_a_mail_server_that_is_down_is_no_fault_of_its_readers(
    subscription: Callable[..., Subscription],
) -> None:
    assert given_up(ChannelKind.EMAIL, subscription, *[DOWN] * 9, every=DAY) is None


def test_an_address_that_refuses_three_mails_in_a_row_is_given_up(
    subscription: Callable[..., Subscription],
) -> None:
    refused = Refused(R.PERMANENT, "RCPT TO: 550 nobody here")
    assert given_up(ChannelKind.EMAIL, subscription, refused, refused) is None
    assert after(refused).rests_until is None
    why = given_up(ChannelKind.EMAIL, subscription, refused, DOWN, refused, refused)
    assert why == "3 mails in a row were refused for good; the last: RCPT TO: 550 nobody here"
