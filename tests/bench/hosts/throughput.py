"""Throughput of 1, 2, 4 workers: polls, articles and alerts a second, and CPU of each."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

from tests.bench.capacity.simulation import Costs
from tests.bench.hosts.namespaces import hosts
from tests.bench.hosts.remote_database import RemoteDatabase, remote_database
from tests.bench.hosts.stock import Stock
from tests.bench.hosts.workers import Worker, started_workers, until
from tests.bench.hosts.world import World, open_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is polled."""

    feeds: int
    entries: int  # of a feed at first
    publishers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step took with some workers."""

    name: str
    workers: int
    polls: int
    articles: int
    alerts: int
    seconds: float
    worker_cpu: tuple[float, ...]  # seconds of each
    database_cpu: float

    @property
    def cpu(self) -> float:
        """Processor seconds of the workers and the database."""
        return sum(self.worker_cpu) + self.database_cpu


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """The steps with some workers, and what the publishers saw."""

    steps: tuple[Step, ...]
    asked: int
    most_workers_at_once: int  # at one publisher
    connections: int  # to the database
    bytes_an_article: int  # in the database
    shares: tuple[float, ...]  # of the polls, by worker


def measure(workers: int, size: Size, folder: Path) -> Throughput:
    """All steps with so many workers, on a database of their own.  Raise TooSlow."""
    with ExitStack() as stack:
        machines = stack.enter_context(hosts(workers, size.publishers))
        world = stack.enter_context(open_world(size.publishers))
        database = stack.enter_context(remote_database())
        stock = Stock(database.url, world, size.feeds, size.publishers)
        for path in stock.paths:
            stock.publish(path, size.entries, shown=2 * size.entries, told=False)
        stock.add(timedelta(hours=12), read_before=False)
        running = stack.enter_context(started_workers(machines, folder, database.url, {}))
        run = _Run(size, world, stock, database, running)
        size_before = stock.size()
        steps = (run.first(), run.unchanged(), run.one_new(), run.one_told())
        grown = stock.size() - size_before
        requests = sum(world.requests.values())
        return Throughput(
            steps=steps,
            asked=requests,
            most_workers_at_once=world.most_workers_at_once,
            connections=stock.count_connections(),
            bytes_an_article=grown // max(1, stock.count_articles()),
            shares=tuple(world.requests[machine.address] / requests for machine in machines),
        )


def costs(measured: Throughput) -> Costs:
    """What a poll, a new article and an alert cost by this measurement, in milliseconds of CPU."""
    steps = measured.steps[1:]  # unchanged, one new, one new that is told
    worker = [1_000 * sum(step.worker_cpu) / step.polls for step in steps]
    database = [1_000 * step.database_cpu / step.polls for step in steps]
    return Costs(
        unchanged=worker[0],
        article=worker[1] - worker[0],
        alert=worker[2] - worker[1],
        database_poll=database[0],
        database_article=database[1] - database[0],
        database_alert=database[2] - database[1],
        bytes_an_article=measured.bytes_an_article,
    )


class _Run:
    def __init__(
        self,
        size: Size,
        world: World,
        stock: Stock,
        database: RemoteDatabase,
        workers: list[Worker],
    ) -> None:
        self._size, self._world, self._stock = size, world, stock
        self._database, self._workers = database, workers

    def first(self) -> Step:
        """Every feed is new, so nobody is told."""
        return self._step("first poll", self._stock.make_due)

    def unchanged(self) -> Step:
        """Every publisher answers 304."""
        return self._step("unchanged", self._stock.make_due)

    def one_new(self) -> Step:
        """Every feed has a new article, which is not relevant."""
        self._publish(told=False)
        return self._step("one new, not relevant", self._stock.make_due)

    def one_told(self) -> Step:
        """Every feed has a new article, of which the subscriber is told."""
        self._publish(told=True)
        return self._step("one new, told", self._stock.make_due)

    def _publish(self, *, told: bool) -> None:
        for path in self._stock.paths:
            self._stock.publish(path, shown=2 * self._size.entries, told=told)

    def _step(self, name: str, begin: Callable[[], None]) -> Step:
        articles, receipts = self._stock.count_articles(), len(self._world.receipts)
        requests = sum(self._world.requests.values())
        cpu = [worker.cpu() for worker in self._workers]
        database_cpu, started = self._database.cpu(), monotonic()
        begin()
        until(lambda: not self._stock.count_unpolled(), f"{name}: feeds are still due")
        until(lambda: not self._stock.count_waiting(), f"{name}: alerts still wait")
        return Step(
            name=name,
            workers=len(self._workers),
            polls=sum(self._world.requests.values()) - requests,
            articles=self._stock.count_articles() - articles,
            alerts=len(self._world.receipts) - receipts,
            seconds=monotonic() - started,
            worker_cpu=tuple(
                worker.cpu() - before for worker, before in zip(self._workers, cpu, strict=True)
            ),
            database_cpu=self._database.cpu() - database_cpu,
        )
