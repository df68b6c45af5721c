"""A challenge is ours, for one purpose, and for five minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.challenges import ends_at, is_valid, new_challenge
from tests.fakes import NOW

SECRET = "ab" * 32
MINUTE = timedelta(minutes=1)


def test_a_challenge_is_valid_for_its_purpose_and_time():
    challenge = new_challenge(SECRET, "sign in", NOW)
    assert new_challenge(SECRET, "sign in", NOW) != challenge
    assert is_valid(challenge, SECRET, "sign in", NOW)
    assert ends_at(challenge) == NOW + 5 * MINUTE
    assert not is_valid(challenge, SECRET, "sign in", NOW + 5 * MINUTE)
    assert not is_valid(challenge, SECRET, "add ann", NOW)
    assert not is_valid(challenge, SECRET[1:], "sign in", NOW)


@pytest.mark.parametrize("position", [0, 20, 39])
def test_an_altered_challenge_is_not_ours(position):
    challenge = bytearray(new_challenge(SECRET, "sign in", NOW))
    challenge[position] ^= 1
    assert not is_valid(bytes(challenge), SECRET, "sign in", NOW)


@pytest.mark.parametrize("challenge", [b"", b"x" * 39, b"x" * 40, b"x" * 400])
def test_other_bytes_are_not_ours(challenge):
    assert not is_valid(challenge, SECRET, "sign in", NOW)
