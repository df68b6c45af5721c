"""Scheduler: ticks that start polling, delivery and regular rounds; the only user of APScheduler.

A tick looks for work that is due, starts it as a task, and returns: a slow publisher or a dead
endpoint never delays the next tick.  Due times are stored in our rows.  APScheduler stores nothing
(memory job store), never skips a late tick (`misfire_grace_time=None`; its default of one second
does) and never runs a tick twice at once (`coalesce`, `max_instances=1`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import failpoints
from monitor.domain.alerts import Attempt, Claim, PollCounts, PollResult
from monitor.domain.errors import StoreError
from monitor.domain.feeds import ClaimedFeed
from monitor.pipeline import deliver, poll
from monitor.pipeline.deliver import DeliveryContext
from monitor.pipeline.poll_context import LiveSettings, PollContext

log = logging.getLogger(__name__)

# SIGTERM ends the service within 10 s: this long for running tasks, the rest to close.
PATIENCE = timedelta(seconds=7)

_CORRECTION = timedelta(seconds=2)
_UNKNOWN_FAULT = "the last call failed; the log has the reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """How often each tick comes, and how many feeds are polled at once."""

    poll: timedelta
    deliver: timedelta
    feed_lease: timedelta
    feeds_at_once: int
    feeds_in_claim: int = 100  # few enough that several processes share a small set of feeds
    look: timedelta = timedelta(seconds=1)  # at the settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Regular work beside polling and delivery; never runs twice at once."""

    name: str  # in the log
    every: timedelta
    work: Callable[[datetime], Coroutine[Any, Any, None]]  # called with the time of its tick


def missed_ticks(elapsed: timedelta, every: timedelta) -> int:
    """How many ticks are missing between two that are `elapsed` apart; a late one is not missed."""
    return max(0, elapsed // every - 1)


def clock_went_back(by_wall_clock: timedelta, elapsed: timedelta) -> bool:
    """Whether the wall clock was set back meanwhile; small corrections, as by NTP, don't count."""
    return by_wall_clock < elapsed - _CORRECTION


class Service:
    """Polls and delivers until it is stopped.

    `polled` and `delivered` are called with the results of each finished task; `clock` is the only
    source of the time in the service; running tasks get `patience` to finish at the end.
    """

    def __init__(
        self,
        ticks: Ticks,
        *,
        poll_context: PollContext | None,
        delivery_context: DeliveryContext | None,
        polled: Callable[[Sequence[PollCounts]], None],
        delivered: Callable[[Sequence[Attempt]], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: timedelta = PATIENCE,
    ) -> None:
        self._ticks = ticks
        self._poll_context = poll_context
        self._delivery_context = delivery_context
        self._polled = polled
        self._delivered = delivered
        self._clock = clock
        self._patience = patience
        self._polling: set[str] = set()  # feed keys
        self._claiming_feeds = False
        self._more_due = False  # when feeds were claimed last
        self._delivering: set[str] = set()  # subscription keys
        self._woken = False  # since the last look at the outbox began
        self._claiming = False
        self._ending = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._rounds: list[Round] = []
        self._running: set[str] = set()  # names of rounds
        self._store_faults: dict[str, str] = {}  # by the work that failed last time
        self._missed: Callable[[str, int], None] = lambda tick, count: None

    def store_fault(self) -> str:
        """Why polling or delivery failed at the store, without its address; empty where it works.

        Each has its own: a look at an empty outbox succeeds although the disk is full.
        """
        return next(iter(self._store_faults.values()), "")

    def _store_failed(self, work: str, error: StoreError) -> None:
        self._store_faults[work] = error.cause or _UNKNOWN_FAULT

    def watch(self, look: Callable[[], LiveSettings | None]) -> None:
        """Before `run`: call `look` regularly, in a thread of its own; decide by what it returns.

        None changes nothing.  A feed that answers later is judged by the settings of then, not by
        those of the moment when it was asked.
        """
        self.add(Round(name="look", every=self._ticks.look, work=partial(self._look_once, look)))

    def add(self, round_: Round) -> None:
        """Before `run`: run this round regularly; its failures are logged and harm nothing else."""
        self._rounds.append(round_)

    def report_missed(self, on_missed: Callable[[str, int], None]) -> None:
        """Before `run`: call `on_missed` with a tick's name and how many were missed."""
        self._missed = on_missed

    def _measured(
        self, name: str, every: timedelta, tick: Callable[[], Awaitable[None]]
    ) -> Callable[[], Coroutine[Any, Any, None]]:
        """The tick, with a report of the ticks that were missed before it."""
        before: float | None = None

        async def measured_tick() -> None:
            nonlocal before
            at = time.monotonic()
            if before is not None:
                missed = missed_ticks(timedelta(seconds=at - before), every)
                if missed:
                    self._missed(name, missed)
            before = at
            try:
                await tick()
            except asyncio.CancelledError:  # APScheduler cancels ticks at the end, and logs that
                if not self._ending:
                    raise

        return measured_tick

    def add_all(self, rounds: Sequence[Round]) -> None:
        """Each of these."""
        for round_ in rounds:
            self.add(round_)

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop` is set, then finish the running tasks or release their leases."""
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        ticks: list[tuple[str, timedelta, Callable[[], Awaitable[None]]]] = []
        if self._poll_context is not None:
            ticks.append(("poll", self._ticks.poll, self._poll_tick))
        if self._delivery_context is not None:
            ticks.append(("deliver", self._ticks.deliver, self._deliver_tick))
        ticks += [
            (round_.name, round_.every, partial(self._round_tick, round_))
            for round_ in self._rounds
        ]
        for name, every, tick in ticks:
            seconds = every.total_seconds()
            job = self._measured(name, every, tick)
            scheduler.add_job(
                job, "interval", seconds=seconds, next_run_time=self._clock(), name=name
            )
        scheduler.start()
        clock_watch = asyncio.create_task(self._watch_clock_jumps(scheduler))
        try:
            await stop.wait()
        finally:
            clock_watch.cancel()
            self._ending = True
            failpoints.hit(failpoints.Point.ENDING)
            scheduler.shutdown(wait=False)
            await self._shutdown()

    async def _watch_clock_jumps(self, scheduler: AsyncIOScheduler) -> None:
        """Reschedule the jobs when the wall clock is set back: APScheduler waits for that clock."""
        wall, steady = self._clock(), time.monotonic()
        while True:
            await asyncio.sleep(self._ticks.look.total_seconds())
            was, wall = wall, self._clock()
            before, steady = steady, time.monotonic()
            if clock_went_back(wall - was, timedelta(seconds=steady - before)):
                log.warning(
                    "clock.went_back", extra={"was": was.isoformat(), "is": wall.isoformat()}
                )
                for job in scheduler.get_jobs():
                    job.modify(next_run_time=wall)

    async def _shutdown(self) -> None:
        if not self._tasks:
            return
        log.info("service.finishing", extra={"tasks": len(self._tasks)})
        _, unfinished = await asyncio.wait(self._tasks, timeout=self._patience.total_seconds())
        for task in unfinished:  # a cancelled task releases its leases
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished, timeout=1.0)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _poll_tick(self) -> None:
        context = self._poll_context
        if context is None or self._claiming_feeds:
            return
        self._claiming_feeds = self._more_due = True
        try:
            while self._more_due and self._room_for_feeds > 0 and not self._ending:
                await self._claim_and_poll(context)
            self._store_faults.pop("poll", None)
        except StoreError as error:
            self._more_due = False
            self._store_failed("poll", error)
            log.error("poll.store_unavailable", extra={"error": str(error)})
        finally:
            self._claiming_feeds = False

    @property
    def _room_for_feeds(self) -> int:
        return self._ticks.feeds_at_once - len(self._polling)

    async def _claim_and_poll(self, context: PollContext) -> None:
        """Start to poll some feeds that are due."""
        started, now = time.monotonic(), self._clock()  # the claim may have to wait
        limit = min(self._room_for_feeds, self._ticks.feeds_in_claim)
        claim = partial(context.store.feeds.claim, now, limit=limit, lease=self._ticks.feed_lease)
        claimed = await context.run_in_store(claim)
        self._more_due = len(claimed) == limit
        if claimed:
            self._polling.update(claim.feed.key for claim in claimed)
            self._start(self._poll(claimed, now, started, context))

    async def _poll(
        self, claimed: list[ClaimedFeed], now: datetime, started: float, context: PollContext
    ) -> None:
        try:
            self._polled(
                await poll.poll(claimed, now, context, started=started, on_commit=self._on_commit)
            )
            self._store_faults.pop("commit", None)
        except StoreError as error:  # nothing was stored: the feeds are due again after their lease
            self._store_failed("commit", error)
            log.error("poll.not_stored", extra={"error": str(error), "feeds": len(claimed)})
        except Exception:  # a loop edge: the service goes on; the feeds are due again
            log.exception("poll.crashed", extra={"feeds": len(claimed)})
        finally:
            self._polling.difference_update(claim.feed.key for claim in claimed)

    def _on_commit(self, results: Sequence[PollResult]) -> None:
        """Make room for other feeds without waiting for those that answer late; deliver."""
        self._polling.difference_update(result.feed_key for result in results)
        worth_a_claim = min(self._ticks.feeds_in_claim, self._ticks.feeds_at_once)
        if self._more_due and self._room_for_feeds >= worth_a_claim and not self._ending:
            self._start(self._poll_tick())
        if any(result.alerts for result in results):
            self._wake_delivery()

    async def _deliver_tick(self) -> None:
        self._wake_delivery()

    def _wake_delivery(self) -> None:
        """Look for due alerts now; calls during a look cause one more look after it."""
        self._woken = True
        if self._delivery_context is not None and not self._claiming and not self._ending:
            self._claiming = True
            self._start(self._claim_due(self._delivery_context))

    async def _claim_due(self, context: DeliveryContext) -> None:
        try:
            while self._woken and not self._ending:
                self._woken = False
                for group in await deliver.claim(self._clock(), context, busy=self._delivering):
                    self._delivering.add(group[0].subscription.key)
                    self._start(self._deliver(group, context))
            self._store_faults.pop("deliver", None)
        except StoreError as error:  # the next tick looks again
            self._store_failed("deliver", error)
            log.error("deliver.store_unavailable", extra={"error": str(error)})
        finally:
            self._claiming = False

    def _may_continue(self) -> bool:
        return not self._ending

    async def _deliver(self, group: list[Claim], context: DeliveryContext) -> None:
        try:
            self._delivered(
                await deliver.send_all(group, self._clock, context, may_continue=self._may_continue)
            )
        except StoreError as error:  # the leases expire, and the untried alerts are due again
            log.error("deliver.store_unavailable", extra={"error": str(error)})
        finally:
            self._delivering.discard(group[0].subscription.key)
        self._wake_delivery()  # for alerts that came, or were left, while it was busy

    async def _look_once(self, look: Callable[[], LiveSettings | None], now: datetime) -> None:
        live = await asyncio.to_thread(look)
        if live is not None and self._poll_context is not None:
            self._poll_context.live.replace(live)

    async def _round_tick(self, round_: Round) -> None:
        if round_.name not in self._running:
            self._running.add(round_.name)
            self._start(self._round_once(round_))

    async def _round_once(self, round_: Round) -> None:
        try:
            await round_.work(self._clock())
        except StoreError as error:
            log.error("round.store_unavailable", extra={"round": round_.name, "error": str(error)})
        except Exception:  # a loop edge: the service goes on, and so does the round's next tick
            log.exception("round.crashed", extra={"round": round_.name})
        finally:
            self._running.discard(round_.name)
