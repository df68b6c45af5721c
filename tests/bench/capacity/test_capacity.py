"""The capacity study: the simulation keeps the scheduler's limits, and its arithmetic is right."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.bench.capacity import __main__ as command
from tests.bench.capacity import simulation
from tests.bench.capacity.simulation import Costs, Load

COSTS = Costs(
    unchanged=2.0,
    article=10.0,
    alert=4.0,
    database_poll=1.0,
    database_article=5.0,
    database_alert=4.0,
    bytes_an_article=3_000,
)


def a_load(**changes) -> Load:
    values = {
        "feeds": 100,
        "hours": 1.0,
        "polls": 3_600,
        "failed": 36,
        "articles": 360,
        "polls_by_second": Counter({0: 3_600}),
        "late_after_outage": 600,
    }
    return Load(**{**values, **changes})


@pytest.fixture(scope="module")
def load() -> Load:
    return simulation.simulate(300, 1.0, seed=2)


def test_the_same_seed_gives_the_same_load(load):
    assert simulation.simulate(300, 1.0, seed=2) == load
    assert simulation.simulate(300, 1.0, seed=3) != load


def test_polls_are_between_the_fastest_and_the_slowest_that_the_scheduler_allows(load):
    an_hour = 60 * 300
    assert an_hour / 132 < load.polls < an_hour / 4.5  # minutes, with the jitter of a tenth
    assert 0 < load.failed < 0.1 * load.polls
    assert load.polls_by_second.total() == load.polls
    assert 0 < load.late_after_outage <= load.feeds


def test_polls_of_feeds_that_became_due_together_are_spread(load):
    assert load.busiest(1.0) <= 10 * load.polls_a_second + 3


def test_a_second_without_polls_counts_as_one():
    busy = a_load(polls_by_second=Counter({7: 3_600}))
    assert busy.busiest(0.99) == 0
    assert busy.busiest(1.0) == 3_600
    even = a_load(polls_by_second=Counter(range(3_600)))
    assert even.busiest(0.5) == 1


def test_needs_are_the_costs_of_what_is_done():
    need = simulation.needs(a_load(), COSTS, told=0.5)
    # a poll a second, and a tenth of an article, of which half are told
    assert need.worker_cores == pytest.approx((2.0 + 0.1 * 12.0) / 1_000)
    assert need.database_cores == pytest.approx((1.0 + 0.1 * (5.0 + 0.5 * 4.0)) / 1_000)
    assert need.articles_a_day == pytest.approx(8_640)
    assert need.bytes_a_day == pytest.approx(8_640 * 3_000)
    assert need.machines == 1
    assert need.open_requests == pytest.approx(0.7)


def test_a_machine_is_added_when_the_cores_of_the_others_are_used():
    busy = simulation.needs(a_load(polls=3_600 * 1_000, articles=0), COSTS, told=0.0)
    assert busy.worker_cores == pytest.approx(2.0)
    assert busy.machines == 2


def test_the_table_has_a_column_for_each_number_of_feeds():
    table = command.report([a_load(), a_load(feeds=1_000_000)], COSTS, 0.05)
    assert table.splitlines()[0].split() == ["feeds", "100", "1,000,000"]
    assert max(map(len, table.splitlines())) <= 80
