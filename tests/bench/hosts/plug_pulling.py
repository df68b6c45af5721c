"""Pulled plugs: of a worker, of its networks, of the database, in the middle of the work.

Each article is told once: nothing is lost, and nothing is told under two ids.  The feeds that a
killed worker was asking are asked by another when their leases have ended.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from time import monotonic, sleep

from tests.bench.hosts.namespaces import Cable, hosts
from tests.bench.hosts.remote_database import RemoteDatabase, remote_database
from tests.bench.hosts.stock import Stock
from tests.bench.hosts.workers import TooSlow, Worker, started_workers, until
from tests.bench.hosts.world import World, open_world

LEASE = timedelta(seconds=5)
# A tick comes each second, and a request waits at most this long behind others of its worker.
_TURN = 5.0
_FEEDS, _PUBLISHERS, _WORKERS = 24, 12, 3
_SHOWN = 200  # articles of a feed at a time: none may leave before it was seen


class Plug(StrEnum):
    """What is pulled."""

    WORKER = "a worker: SIGKILL"
    DATABASE_CABLE = "the cable to the database"
    WORLD_CABLE = "the cable to the publishers"
    BOTH_CABLES = "both cables of a worker"
    DATABASE = "the database"


@dataclass(slots=True)
class Pulled:
    """What was seen."""

    times: Counter[Plug] = field(default_factory=Counter)
    published: int = 0
    received: int = 0
    lost: int = 0
    told_twice: int = 0  # articles that were told under two ids
    repeats: int = 0  # webhooks that came again under the id that they had
    taken_over: list[float] = field(default_factory=list)  # seconds after the plug was pulled
    most_workers_at_once: int = 0  # at one publisher
    overlaps: Counter[Plug] = field(default_factory=Counter)  # requests, by the plug before them
    undelivered: int = 0  # alerts that are not sent at the end

    @property
    def is_kept(self) -> bool:
        """Whether every promise was kept."""
        return (
            not self.lost
            and not self.told_twice
            and not self.undelivered
            and self.most_workers_at_once <= 1
            and max(self.taken_over, default=0.0) <= LEASE.total_seconds() + _TURN
        )


def pull(times: int, folder: Path, seed: int = 1) -> Pulled:
    """Pull a plug so many times, each kind in turn.  Raise TooSlow when work is never resumed."""
    lease = f"{LEASE.total_seconds():.0f}s"
    settings = {
        "POLL__EVERY": "1s", "POLL__FASTEST": "1s", "POLL__SLOWEST": "1s", "POLL__LEASE": lease,
        "DELIVER__LEASE": lease, "POLL__TIMEOUT": "10s",
    }  # fmt: skip
    with ExitStack() as stack:
        machines = stack.enter_context(hosts(_WORKERS, _PUBLISHERS))
        world = stack.enter_context(open_world(_PUBLISHERS, delay=0.3))
        database = stack.enter_context(remote_database())
        stock = Stock(database.url, world, _FEEDS, _PUBLISHERS, seed)
        for path in stock.paths:
            world.publish(path)
        stock.add(timedelta(seconds=1), read_before=True)
        stock.make_due()
        workers = stack.enter_context(started_workers(machines, folder, database.url, settings))
        pulling = _Pulling(world, stock, database, workers, Random(seed))
        for number in range(times):
            pulling.pull(list(Plug)[number % len(Plug)])
        return pulling.settle()


class _Pulling:
    def __init__(
        self,
        world: World,
        stock: Stock,
        database: RemoteDatabase,
        workers: list[Worker],
        chance: Random,
    ) -> None:
        self._world, self._stock = world, stock
        self._database, self._workers, self._chance = database, workers, chance
        self._pulled = Pulled()

    def pull(self, plug: Plug) -> None:
        """Publish, pull the plug at a random moment, publish, and put it in again."""
        overlaps = self._world.overlaps
        self._publish()
        sleep(self._chance.uniform(0, 1.5))
        worker = self._chance.choice(self._workers)
        self._pulled.times[plug] += 1
        match plug:
            case Plug.WORKER:
                self._kill(worker)
            case Plug.DATABASE:
                self._database.pull_plug()
                self._publish()
                sleep(self._chance.uniform(0, 2))
                self._database.start()
            case _:
                self._cut(worker, plug)
        self._publish()
        self._pulled.overlaps[plug] += self._world.overlaps - overlaps

    def _publish(self) -> None:
        self._stock.publish_anywhere(self._chance.randint(1, 3), shown=_SHOWN)

    def _kill(self, worker: Worker) -> None:
        address = worker.host.address
        until(lambda: bool(self._world.asked_by(address)), "the worker asks nothing")
        paths, since = self._world.asked_by(address), monotonic()
        worker.kill()
        self._publish()
        for path in paths:
            self._pulled.taken_over.append(self._asked_again(path, since) - since)
        worker.start()
        worker.wait_until_started()

    def _asked_again(self, path: str, since: float) -> float:
        until(
            lambda: self._world.asked_since(path, since) is not None,
            f"nobody has asked {path} again",
        )
        return self._world.asked_since(path, since) or since

    def _cut(self, worker: Worker, plug: Plug) -> None:
        cables = {
            Plug.DATABASE_CABLE: [Cable.DATABASE],
            Plug.WORLD_CABLE: [Cable.WORLD],
        }.get(plug, list(Cable))
        for cable in cables:
            worker.host.cut(cable)
        self._publish()
        longer_than_a_lease = 2 * LEASE.total_seconds()
        sleep(self._chance.uniform(0.5, longer_than_a_lease))
        for cable in cables:
            worker.host.mend(cable)

    def settle(self) -> Pulled:
        """Wait until everything was told; compare what was published with what was received."""
        published = self._stock.published
        pulled = self._pulled
        try:
            until(lambda: published.keys() <= self._marks(), "some articles were not told")
            until(lambda: not self._stock.count_waiting(), "some alerts are not sent")
        except TooSlow:
            pulled.undelivered = self._stock.count_waiting()
        keys: dict[str, set[str]] = defaultdict(set)
        for receipt in self._world.receipts:
            keys[receipt.mark].add(receipt.key)
        pulled.published = len(published)
        pulled.received = len(self._world.receipts)
        pulled.lost = len(published.keys() - keys.keys())
        pulled.told_twice = sum(len(ids) - 1 for ids in keys.values())
        pulled.repeats = pulled.received - sum(len(ids) for ids in keys.values())
        pulled.most_workers_at_once = self._world.most_workers_at_once
        return pulled

    def _marks(self) -> set[str]:
        return {receipt.mark for receipt in self._world.receipts}
