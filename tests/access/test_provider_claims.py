"""Tests of a provider's claims: a correctly signed token may still be wrong about everything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.provider_claims import (
    ExpectedClaims,
    claims_fault,
    groups_of,
    groups_of_text,
    proved_at,
    role_of_groups,
)
from monitor.access.roles import PersonRole
from tests.fakes import NOW

EXPECTED = ExpectedClaims(issuer="https://id.example.org", client_id="watch", nonce="n0nce")
STAMP = int(NOW.timestamp())
CLAIMS = {
    "iss": "https://id.example.org",
    "aud": "watch",
    "sub": "248289761001",
    "nonce": "n0nce",
    "iat": STAMP - 5,
    "exp": STAMP + 300,
}
MINUTE = 60


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"aud": ["watch"]},
        {"aud": ["watch", "mail"], "azp": "watch"},
        {"exp": STAMP - MINUTE + 1},
        {"iat": STAMP + MINUTE},
    ],
)
def test_claims_for_us_are_taken(right: dict[str, object]) -> None:
    assert claims_fault({**CLAIMS, **right}, EXPECTED, NOW) is None


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"iss": "https://id.example.org/"}, "issued by"),
        ({"iss": None}, "issued by"),
        ({"aud": "mail"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": ["watch", "mail"]}, "azp"),
        ({"azp": "mail"}, "azp"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"exp": STAMP - MINUTE}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"iat": STAMP + MINUTE + 1}, "future"),
        ({"iat": STAMP - 11 * MINUTE}, "too long ago"),
        ({"iat": "now"}, "iat"),
    ],
)
def test_every_wrong_claim_is_named(wrong: dict[str, object], fault: str) -> None:
    sentence = claims_fault({**CLAIMS, **wrong}, EXPECTED, NOW)
    assert sentence is not None
    assert fault in sentence


def test_the_proof_is_as_old_as_the_provider_says_and_never_of_the_future() -> None:
    assert proved_at({}, NOW) == NOW
    assert proved_at({"auth_time": STAMP - 3_600}, NOW) == NOW - timedelta(hours=1)
    assert proved_at({"auth_time": STAMP + 3_600}, NOW) == NOW


def test_groups_are_an_array_or_a_text() -> None:
    assert groups_of({"groups": ["desk", 7, "it"]}, "groups") == {"desk", "it"}
    assert groups_of({"groups": "desk, it,"}, "groups") == {"desk", "it"}
    assert groups_of({"groups": {"desk": 1}}, "groups") == frozenset()
    assert groups_of_text("") == frozenset()


def test_the_highest_role_of_the_groups_counts() -> None:
    roles = {"desk": PersonRole.ANALYST, "it": PersonRole.ADMIN}
    assert role_of_groups(frozenset({"desk", "it"}), roles) is PersonRole.ADMIN
    assert role_of_groups(frozenset({"desk"}), roles) is PersonRole.ANALYST
    assert role_of_groups(frozenset({"Desk"}), roles) is None
