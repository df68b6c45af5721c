"""What we ask of a hub, and which of its calls we believe."""

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
WISH = websub.wish("f", HUB, TOPIC, NOW)
ASKED = websub.asked(WISH, CALLBACK + WISH.token, NOW)
LIVE = replace(ASKED, state=HubSubscriptionState.LIVE, until=NOW + DAY)


def query(mode: str = "subscribe", topic: str = TOPIC, **more: str) -> dict[str, str]:
    plain = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "c"}
    plain["hub.lease_seconds"] = "9000"
    return plain | {f"hub.{name}": value for name, value in more.items()}


def test_each_wish_has_a_secret_and_an_address_of_its_own():
    other = websub.wish("f", HUB, TOPIC, NOW)
    assert len({WISH.secret, other.secret, WISH.token, other.token}) == 4
    assert len(WISH.secret) < 200 <= len(WISH.secret) * 4
    assert WISH.secret not in repr(WISH)


@pytest.mark.parametrize(
    ("lease", "asked", "answer"),
    [
        (ASKED, query(), "c"),
        (LIVE, query(), "c"),  # a renewal
        (WISH, query(), None),  # nobody asked
        (ASKED, query(topic=TOPIC + "/"), None),
        (ASKED, query(mode="unsubscribe"), None),
        (ASKED, query(mode="publish"), None),
        (ASKED, query(challenge=""), None),
        (ASKED, {}, None),
        (replace(ASKED, state=HubSubscriptionState.DENIED), query(), None),
    ],
)
def test_only_what_we_asked_for_is_confirmed(lease, asked, answer):
    got = websub.verified(lease, asked, NOW)
    assert (got and got[1]) == answer
    if got is not None:
        assert (got[0].state, got[0].until) == (
            HubSubscriptionState.LIVE,
            NOW + timedelta(seconds=9_000),
        )
        assert NOW < got[0].due_at < got[0].until  # renewed before it ends


@pytest.mark.parametrize(
    ("seconds", "span"),
    [
        ("86400", DAY), ("1", websub.SHORTEST), ("0", websub.SHORTEST), ("-5", websub.LEASE),
        ("9" * 12, websub.LONGEST), ("9" * 400, websub.LEASE), ("", websub.LEASE),
        ("a day", websub.LEASE), ("٣٦٠٠", websub.LEASE),
    ],
)  # fmt: skip
def test_a_lease_lasts_as_long_as_the_hub_says_within_reason(seconds, span):
    lease, _ = websub.verified(ASKED, query(lease_seconds=seconds), NOW)
    assert lease.until == NOW + span


@pytest.mark.parametrize("lease", [WISH, ASKED, LIVE])
def test_a_hub_that_refuses_is_believed_and_asked_again_in_a_week(lease):
    denied, _ = websub.verified(lease, query("denied", reason="too many"), NOW)
    assert (denied.state, denied.until) == (HubSubscriptionState.DENIED, None)
    assert denied.why == "the hub refused: too many"
    assert denied.due_at == NOW + 7 * DAY


def test_a_hub_that_does_not_answer_is_asked_later_each_time_and_a_running_lease_runs_on():
    lease, waits = WISH, []
    for _ in range(20):
        lease = websub.failed(lease, "timeout", NOW)
        waits.append(lease.due_at - NOW)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=10), DAY)
    assert websub.failed(LIVE, "timeout", NOW).state is HubSubscriptionState.LIVE
    assert websub.asked(LIVE, CALLBACK, NOW).state is HubSubscriptionState.LIVE
    assert websub.failed(LIVE, "timeout", NOW + 2 * DAY).state is HubSubscriptionState.WANTED
    assert websub.settled(LIVE, NOW + 2 * DAY).state is HubSubscriptionState.WANTED
    assert websub.settled(LIVE, NOW) == LIVE


def signature(body: bytes, method: str = "sha256", secret: str = LIVE.secret) -> str:
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


@pytest.mark.parametrize(
    ("given_", "believed"),
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
def test_only_sha256_over_the_very_bytes_is_believed(given_, believed):
    assert websub.is_genuine(LIVE, given_, b"news") is believed


@given(st.binary(max_size=50), st.text(max_size=80))
def test_no_guess_is_believed(body, guess):
    assert not websub.is_genuine(LIVE, guess, body)
    assert not websub.is_genuine(LIVE, f"sha256={guess}", body)
    assert websub.is_genuine(LIVE, signature(body), body)


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lease", "told"),
    [
        (ASKED, True),
        (LIVE, True),
        (WISH, False),
        (replace(LIVE, state=HubSubscriptionState.DENIED), False),
        (replace(LIVE, state=HubSubscriptionState.WANTED), False),  # it ran out
    ],
)
def test_only_who_promised_something_is_told_that_we_leave(lease, told):
    assert (websub.farewell(lease, NOW) is not None) == told


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (query(mode="unsubscribe"), "c"),
        (query(mode="subscribe"), None),
        (query(mode="unsubscribe", topic=TOPIC + "/"), None),
        (query(mode="unsubscribe", challenge=""), None),
        ({}, None),
    ],
)
def test_only_that_we_leave_this_topic_is_confirmed(asked, answer):
    assert websub.parted(websub.farewell(LIVE, NOW), asked) == answer


def test_a_farewell_is_said_three_times_an_hour_apart_or_until_the_lease_ends():
    one = websub.farewell(LIVE, NOW)
    times = []
    while not websub.is_over(one, one.due_at):
        times.append(one.due_at)
        one = websub.said(one, one.due_at)
    assert times == [NOW, NOW + websub.ANSWER, NOW + 2 * websub.ANSWER]
    assert websub.is_over(websub.farewell(LIVE, NOW), LIVE.until)
