"""Rate limits count requests by name; neighbours share a network."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.net.rate_limit import _MAX_NAMES, RateLimit, RateLimiter, network
from tests.fakes import NOW

TWICE = RateLimit(times=2, within=timedelta(hours=1))


def test_a_name_may_make_so_many_requests_within_the_span():
    limiter = RateLimiter()
    assert [limiter.allow("a", TWICE, NOW) for _ in range(3)] == [True, True, False]
    assert limiter.allow("b", TWICE, NOW)
    assert not limiter.allow("a", TWICE, NOW + timedelta(minutes=59))
    assert limiter.allow("a", TWICE, NOW + timedelta(hours=1))


def test_a_refused_request_is_not_counted():
    limiter = RateLimiter()
    for minute in range(60):
        limiter.allow("a", TWICE, NOW + timedelta(minutes=minute))
    assert limiter.allow("a", TWICE, NOW + timedelta(minutes=61))


def test_the_number_of_remembered_names_is_bounded():
    limiter = RateLimiter()
    for number in range(_MAX_NAMES + 50):
        limiter.allow(str(number), TWICE, NOW)
    assert len(limiter._requests) == _MAX_NAMES


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
        ("x" * 100, "x" * 64),
    ],
)
def test_neighbours_share_a_network(host, expected):
    assert network(host) == expected


def test_a_refused_name_is_told_how_long_to_wait():
    limiter = RateLimiter()
    limiter.allow("a", TWICE, NOW)
    limiter.allow("a", TWICE, NOW + timedelta(minutes=10))
    assert limiter.wait("a", TWICE, NOW + timedelta(minutes=20)) == timedelta(minutes=40)
    assert limiter.wait("a", TWICE, NOW + timedelta(minutes=60)) == timedelta()


def test_what_is_left_is_told_without_being_counted():
    limiter = RateLimiter()
    assert limiter.left("a", TWICE, NOW) == (2, timedelta())
    limiter.allow("a", TWICE, NOW)
    for _ in range(3):
        assert limiter.left("a", TWICE, NOW + timedelta(minutes=15)) == (1, timedelta(minutes=45))
    assert limiter.left("a", TWICE, NOW + timedelta(hours=1)) == (2, timedelta())
