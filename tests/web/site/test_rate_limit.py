"""Who asked too often, and who a neighbour is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.web.site.rate_limit import _MOST_NAMES, Limit, Limits, network
from tests.fakes import NOW

TWICE = Limit(times=2, within=timedelta(hours=1))


def test_so_many_times_within_so_long_and_each_name_for_itself():
    limits = Limits()
    assert [limits.allow("a", TWICE, NOW) for _ in range(3)] == [True, True, False]
    assert limits.allow("b", TWICE, NOW)
    assert not limits.allow("a", TWICE, NOW + timedelta(minutes=59))
    assert limits.allow("a", TWICE, NOW + timedelta(hours=1))


def test_a_refusal_is_not_counted():
    limits = Limits()
    for minute in range(60):
        limits.allow("a", TWICE, NOW + timedelta(minutes=minute))
    assert limits.allow("a", TWICE, NOW + timedelta(minutes=61))


def test_names_without_end_cost_no_memory_without_end():
    limits = Limits()
    for number in range(_MOST_NAMES + 50):
        limits.allow(str(number), TWICE, NOW)
    assert len(limits._asked) == _MOST_NAMES


@pytest.mark.parametrize(
    ("host", "its"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
        ("x" * 100, "x" * 64),
    ],
)
def test_neighbours_share_a_network(host, its):
    assert network(host) == its
