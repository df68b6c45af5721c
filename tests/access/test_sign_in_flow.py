"""Tests of a sign-in flow: only the browser that began it can end it, once and in ten minutes."""

from __future__ import annotations

import base64
import hashlib

import pytest

from monitor.access.sign_in_flow import FLOW_LIFE, new_flow, read_flow
from tests.fakes import NOW

KEY = "the secret of this installation"
FLOW = new_flow(NOW, "https://watch.example/callback", "/console/search", person_key="ann")


def test_a_cookie_of_ours_is_read_back_until_it_is_over() -> None:
    cookie = FLOW.cookie(KEY)
    assert read_flow(cookie, KEY, NOW) == FLOW
    assert read_flow(cookie, KEY, NOW + FLOW_LIFE) is None
    assert FLOW.secret not in cookie.partition(".")[2]


@pytest.mark.parametrize("forged", ["", ".", "e30.x", FLOW.cookie("another key"), "é.é"])
def test_a_cookie_of_others_is_none(forged: str) -> None:
    assert read_flow(forged, KEY, NOW) is None
    content, _, signature = FLOW.cookie(KEY).partition(".")
    assert read_flow(f"{content[:-2]}.{signature}", KEY, NOW) is None


def test_state_nonce_and_verifier_differ_and_belong_to_one_flow() -> None:
    other = new_flow(NOW, "https://watch.example/callback", "/")
    values = {
        value
        for flow in (FLOW, other)
        for value in (flow.state(KEY), flow.nonce(KEY), flow.verifier(KEY))
    }
    assert len(values) == 6
    assert all(len(value) == 43 for value in values)
    digest = hashlib.sha256(FLOW.verifier(KEY).encode()).digest()
    assert FLOW.challenge(KEY) == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
