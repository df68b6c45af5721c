"""WebSub: requests to a hub, its verifications and its signatures."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.polling import websub
from monitor.polling.websub import HubSubscriptionState
from tests.fakes import NOW

HUB, TOPIC, CALLBACK = "https://hub.example/", "https://a.example/rss", "https://us.example/websub/"
DAY = timedelta(days=1)
NEW = websub.new_subscription("f", HUB, TOPIC, NOW)
REQUESTED = websub.after_request(NEW, CALLBACK + NEW.token, NOW)
ACTIVE = replace(REQUESTED, state=HubSubscriptionState.ACTIVE, until=NOW + DAY)


def query(mode: str = "subscribe", topic: str = TOPIC, **parameters: str) -> dict[str, str]:
    plain = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "c"}
    plain["hub.lease_seconds"] = "9000"
    return plain | {f"hub.{name}": value for name, value in parameters.items()}


def test_each_subscription_has_a_secret_and_a_callback_of_its_own():
    other = websub.new_subscription("f", HUB, TOPIC, NOW)
    assert len({NEW.secret, other.secret, NEW.token, other.token}) == 4
    assert len(NEW.secret) < 200 <= len(NEW.secret) * 4
    assert NEW.secret not in repr(NEW)


@pytest.mark.parametrize(
    ("subscription", "parameters", "answer"),
    [
        (REQUESTED, query(), "c"),
        (ACTIVE, query(), "c"),  # a renewal
        (NEW, query(), None),  # not requested
        (REQUESTED, query(topic=TOPIC + "/"), None),
        (REQUESTED, query(mode="unsubscribe"), None),
        (REQUESTED, query(mode="publish"), None),
        (REQUESTED, query(challenge=""), None),
        (REQUESTED, {}, None),
        (replace(REQUESTED, state=HubSubscriptionState.DENIED), query(), None),
    ],
)
def test_only_a_requested_subscription_is_confirmed(subscription, parameters, answer):
    verified = websub.answer_verification(subscription, parameters, NOW)
    assert (verified and verified[1]) == answer
    if verified is not None:
        assert (verified[0].state, verified[0].until) == (
            HubSubscriptionState.ACTIVE,
            NOW + timedelta(seconds=9_000),
        )
        assert NOW < verified[0].due_at < verified[0].until  # renewed before it ends


@pytest.mark.parametrize(
    ("seconds", "span"),
    [
        ("86400", DAY),
        ("1", websub.SHORTEST_LEASE),
        ("0", websub.SHORTEST_LEASE),
        ("-5", websub.REQUESTED_LEASE),
        ("9" * 12, websub.LONGEST_LEASE),
        ("9" * 13, websub.REQUESTED_LEASE),
        ("", websub.REQUESTED_LEASE),
        ("a day", websub.REQUESTED_LEASE),
        ("٣٦٠٠", websub.REQUESTED_LEASE),
    ],
)
def test_a_lease_lasts_as_long_as_the_hub_says_within_reason(seconds, span):
    subscription, _ = websub.answer_verification(REQUESTED, query(lease_seconds=seconds), NOW)
    assert subscription.until == NOW + span


@pytest.mark.parametrize("subscription", [NEW, REQUESTED, ACTIVE])
def test_a_denial_is_believed_and_requested_again_in_a_week(subscription):
    denied, _ = websub.answer_verification(subscription, query("denied", reason="too many"), NOW)
    assert (denied.state, denied.until) == (HubSubscriptionState.DENIED, None)
    assert denied.why == "the hub refused: too many"
    assert denied.due_at == NOW + 7 * DAY


def test_failed_requests_back_off_and_leave_an_active_lease_alone():
    subscription, waits = NEW, []
    for _ in range(20):
        subscription = websub.after_failure(subscription, "timeout", NOW)
        waits.append(subscription.due_at - NOW)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=10), DAY)
    assert websub.after_failure(ACTIVE, "timeout", NOW).state is HubSubscriptionState.ACTIVE
    assert websub.after_request(ACTIVE, CALLBACK, NOW).state is HubSubscriptionState.ACTIVE
    assert (
        websub.after_failure(ACTIVE, "timeout", NOW + 2 * DAY).state
        is HubSubscriptionState.NOT_REQUESTED
    )
    assert (
        websub.without_expired_lease(ACTIVE, NOW + 2 * DAY).state
        is HubSubscriptionState.NOT_REQUESTED
    )
    assert websub.without_expired_lease(ACTIVE, NOW) == ACTIVE


def signature(body: bytes, method: str = "sha256", secret: str = ACTIVE.secret) -> str:
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


@pytest.mark.parametrize(
    ("signature_", "is_valid"),
    [
        (signature(b"news"), True),
        (signature(b"news").upper().replace("SHA256", "sha256"), True),
        (signature(b"other"), False),
        (signature(b"news", secret="guessed"), False),
        (signature(b"news", "sha1"), False),
        (signature(b"news", "sha512"), False),
        ("sha1=" + hashlib.sha256(b"").hexdigest(), False),
        ("sha256=", False),
        ("sha256", False),
        ("", False),
        ("sha256=é", False),
    ],
    # the secret is another one in every run, so signatures make no names
    ids=[
        "right",
        "in-capitals",
        "of-other-bytes",
        "of-another-secret",
        "sha1",
        "sha512",
        "called-sha1",
        "empty",
        "bare",
        "none",
        "no-hex",
    ],
)
def test_only_an_hmac_sha256_of_the_body_is_valid(signature_, is_valid):
    assert websub.is_genuine(ACTIVE, signature_, b"news") is is_valid


@given(st.binary(max_size=50), st.text(max_size=80))
def test_no_guessed_signature_is_valid(body, guess):
    assert not websub.is_genuine(ACTIVE, guess, body)
    assert not websub.is_genuine(ACTIVE, f"sha256={guess}", body)
    assert websub.is_genuine(ACTIVE, signature(body), body)


# ── unsubscribing ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        (REQUESTED, True),
        (ACTIVE, True),
        (NEW, False),
        (replace(ACTIVE, state=HubSubscriptionState.DENIED), False),
        (replace(ACTIVE, state=HubSubscriptionState.NOT_REQUESTED), False),  # it ran out
    ],
)
def test_only_a_hub_that_knows_the_subscription_gets_an_unsubscribe_request(subscription, expected):
    assert (websub.pending_unsubscribe(subscription, NOW) is not None) == expected


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        (query(mode="unsubscribe"), "c"),
        (query(mode="subscribe"), None),
        (query(mode="unsubscribe", topic=TOPIC + "/"), None),
        (query(mode="unsubscribe", challenge=""), None),
        ({}, None),
    ],
)
def test_only_an_unsubscribe_from_this_topic_is_confirmed(parameters, answer):
    assert (
        websub.unsubscribe_challenge(websub.pending_unsubscribe(ACTIVE, NOW), parameters) == answer
    )


def test_an_unsubscribe_is_requested_three_times_an_hour_apart_or_until_the_lease_ends():
    pending = websub.pending_unsubscribe(ACTIVE, NOW)
    times = []
    while not websub.is_unsubscribe_over(pending, pending.due_at):
        times.append(pending.due_at)
        pending = websub.after_unsubscribe_request(pending, pending.due_at)
    assert times == [NOW, NOW + websub.VERIFICATION_TIME, NOW + 2 * websub.VERIFICATION_TIME]
    assert websub.is_unsubscribe_over(websub.pending_unsubscribe(ACTIVE, NOW), ACTIVE.until)
