"""The measurement with many hosts is sound: it counts who asks whom, and what was received."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bench.hosts import __main__ as command
from tests.bench.hosts import namespaces, throughput
from tests.bench.hosts.namespaces import Cable, Host
from tests.bench.hosts.plug_pulling import LEASE, Plug, Pulled
from tests.bench.hosts.throughput import Size, Step, Throughput
from tests.bench.hosts.world import World


def test_workers_that_ask_one_publisher_at_a_time_are_counted():
    world = World()
    for publisher, worker, path in (("p", "w1", "/1"), ("p", "w1", "/2"), ("q", "w2", "/3")):
        world.begin(publisher, worker, path)
    assert (world.most_workers_at_once, world.most_requests_at_once) == (1, 2)
    assert world.asked_by("w1") == {"/1", "/2"}
    world.end("p", "w1", "/1")
    world.begin("p", "w2", "/1")
    assert world.most_workers_at_once == 2
    world.end("p", "w1", "/2")
    assert world.asked_by("w1") == set()


def test_a_webhook_is_known_by_the_mark_of_its_article():
    world = World()
    world.receive("id-1", b'{"title": "zq0123456789 news"}')
    world.receive("id-2", b"{}")
    assert [(receipt.mark, receipt.key) for receipt in world.receipts] == [
        ("zq0123456789", "id-1"),
        ("", "id-2"),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"lost": 1},
        {"told_twice": 1},
        {"undelivered": 1},
        {"most_workers_at_once": 2},
        {"taken_over": [3 * LEASE.total_seconds()]},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_each_broken_promise_fails_the_run(broken):
    assert Pulled(repeats=3, most_workers_at_once=1, taken_over=[1.0]).is_kept
    pulled = Pulled(**{"most_workers_at_once": 1, **broken})
    assert not pulled.is_kept
    assert command.pulled_table(pulled).endswith("NOT as promised")


def test_every_kind_of_plug_is_pulled_in_60_times():
    assert {list(Plug)[number % len(Plug)] for number in range(60)} == set(Plug)


def a_run(workers: int, cpu: float) -> Throughput:
    step = Step(
        name="unchanged",
        workers=workers,
        polls=100,
        articles=0,
        alerts=0,
        seconds=2.0,
        worker_cpu=(cpu / workers,) * workers,
        database_cpu=0.1,
    )
    return Throughput(
        steps=(step,),
        asked=100,
        most_workers_at_once=1,
        connections=3 * workers,
        bytes_an_article=2_500,
        shares=(1 / workers,) * workers,
    )


def test_efficiency_is_the_cpu_of_a_poll_beside_that_of_the_first_run():
    size = Size(feeds=100, entries=3, publishers=10)
    table = command.throughput_table(size, [a_run(1, 0.9), a_run(2, 1.15)])
    rows = [line.split() for line in table.splitlines() if line.startswith("      ")]
    assert [row[0] for row in rows] == ["1", "2"]
    assert [row[-1] for row in rows] == ["1.00", "0.80"]


def test_a_host_has_a_namespace_and_an_address_of_its_own():
    first, second = Host(1), Host(2)
    assert first.namespace != second.namespace
    assert first.address != second.address
    assert first.command("true")[:3] == ["ip", "netns", "exec"]
    addresses = {namespaces.publisher_address(number) for number in range(450)}
    assert len(addresses) == 450
    assert first.address not in addresses
    assert set(Cable) == {Cable.DATABASE, Cable.WORLD}


def test_the_costs_of_an_article_and_an_alert_are_beyond_those_of_the_poll():
    def step(name: str, cpu: float, database: float) -> Step:
        return Step(
            name=name, workers=1, polls=100, articles=100, alerts=0, seconds=1.0,
            worker_cpu=(cpu,), database_cpu=database,
        )  # fmt: skip

    steps = (step("first", 9.0, 9.0), step("unchanged", 0.1, 0.02), step("new", 1.1, 0.5),
             step("told", 1.4, 0.62))  # fmt: skip
    costs = throughput.costs(replace(a_run(1, 0.9), steps=steps))
    assert costs.unchanged == pytest.approx(1.0)
    assert costs.article == pytest.approx(10.0)
    assert costs.alert == pytest.approx(3.0)
    assert costs.database_poll == pytest.approx(0.2)
    assert costs.database_article == pytest.approx(4.8)
    assert costs.database_alert == pytest.approx(1.2)
