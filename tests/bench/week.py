"""`make week`: simulate a week of polling, compared with polling every feed each half hour.

The decisions are the service's own (`monitor/polling/poll_state.py`), the clock and the publishers
are ours (`town.py`).  Nothing is slept and nothing is sent.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import quantiles

from monitor.domain.errors import FetchError
from monitor.domain.feeds import Entry, Feed, Fetched, Parsed
from monitor.polling import poll_state
from monitor.polling.next_poll import PollIntervals
from tests.bench.simulated_publishers import DAY, MINUTE, START, SimulatedPublishers

FIXED = 30 * MINUTE
SHIPPED = PollIntervals(every=FIXED, fastest=5 * MINUTE, slowest=120 * MINUTE)
TICK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The results of a simulated week."""

    feeds: int
    days: int
    counts: Counter[str]
    delays: list[float]  # minutes from publication to first sight
    free_delays: list[float]  # the same, of publishers whose limits are half an hour at most
    fixed_delays: list[float]
    missed: int  # left the document before they were seen, or not seen by the end
    free_missed: int

    @property
    def fixed_requests(self) -> int:
        return self.feeds * self.days * (DAY // FIXED)


async def play(publishers: SimulatedPublishers, days: int, bounds: PollIntervals = SHIPPED) -> Week:
    """Poll every feed whenever it is due, for so many days."""
    feeds = {feed.key: feed for feed in publishers.feeds()}
    end = START + days * DAY
    # Added over an hour, so that the first polls are spread.
    queue = [(START + 60 * MINUTE * n / len(feeds), key) for n, key in enumerate(feeds)]
    heapq.heapify(queue)
    while queue and queue[0][0] < end:
        due, key = heapq.heappop(queue)
        publishers.now = due + TICK / 2  # the service checks for due feeds every few seconds
        feeds[key] = await poll(publishers, feeds[key], bounds)
        heapq.heappush(queue, (feeds[key].poll.due_at, key))
    return _figures(publishers, days)


async def poll(publishers: SimulatedPublishers, feed: Feed, bounds: PollIntervals) -> Feed:
    """One poll, as in the pipeline; new entries are recognised by their dates."""
    fetched: Fetched | None = None
    parsed: Parsed | None = None
    news: list[Entry] = []
    error: FetchError | None = None
    publisher = publishers.publishers[feed.key]
    try:
        fetched = await publishers.fetch(feed)
        if fetched.body is not None and not poll_state.is_same_body(feed, fetched):
            parsed = await publishers.parse(fetched)
            news = [e for e in parsed.entries if (e.published_at or START) > publisher.read_until]
            publisher.read_until = publishers.now
    except FetchError as failed:
        error = failed
    state = poll_state.next_state(feed, publishers.now, fetched, parsed, error)
    return replace(feed, poll=poll_state.with_next_poll(feed, state, publishers.now, bounds, news))


def _figures(publishers: SimulatedPublishers, days: int) -> Week:
    counts: Counter[str] = Counter()
    delays, free, fixed, missed, free_missed = [], [], [], 0, 0
    end = START + days * DAY
    for number, publisher in enumerate(publishers.publishers.values()):
        counts.update(publisher.count)
        began = min(publisher.seen.values(), default=end)
        phase = FIXED * number / len(publishers.publishers)
        for date in publisher.dates:
            if not began < date < end - DAY:  # a day, so that the last articles could be fetched
                continue
            fixed.append((FIXED - (date - START - phase) % FIXED) / MINUTE)
            if date not in publisher.seen:
                missed += 1
                free_missed += not publisher.is_patient
                continue
            delays.append((publisher.seen[date] - date) / MINUTE)
            free += delays[-1:] if not publisher.is_patient else []
    return Week(
        feeds=len(publishers.publishers),
        days=days,
        counts=counts,
        delays=delays,
        free_delays=free,
        fixed_delays=fixed,
        missed=missed,
        free_missed=free_missed,
    )


def report(week: Week) -> str:
    """The figures, one line each."""
    requests, fixed = week.counts["requests"], week.fixed_requests
    seen = _median_and_95(week.delays)
    free = _median_and_95(week.free_delays)
    other = _median_and_95(week.fixed_delays)
    counts = week.counts
    rows = [
        ("requests", f"{requests:,}", f"{fixed:,}"),
        ("  saved", f"{1 - requests / fixed:.0%}", ""),
        ("articles", f"{len(week.delays) + week.missed:,}", ""),
        ("delay to first sight, median", f"{seen[0]:.1f} min", f"{other[0]:.1f} min"),
        ("  95th percentile", f"{seen[1]:.1f} min", f"{other[1]:.1f} min"),
        ("  never seen", f"{week.missed:,}", ""),
        ("of publishers who want 30 min or less:", "", ""),
        ("  median", f"{free[0]:.1f} min", f"{other[0]:.1f} min"),
        ("  95th percentile", f"{free[1]:.1f} min", f"{other[1]:.1f} min"),
        ("  never seen", f"{week.free_missed:,}", ""),
        ("requests inside a stated minimum", f"{counts['inside']:,}", ""),
        ("conditional, where validators exist", _share(counts, "conditional", "validated"), ""),
        ("answered 304", _share(counts, "unchanged", "requests"), ""),
    ]
    head = f"{week.feeds:,} feeds, {week.days} days"
    lines = [f"{name:40}{figure:>12}{other:>16}".rstrip() for name, figure, other in rows]
    return "\n".join([f"{head:40}{'Watchpost':>12}{'every 30 min':>16}", "", *lines])


def _median_and_95(delays: list[float]) -> tuple[float, float]:
    hundredths = quantiles(delays, n=100)
    return hundredths[49], hundredths[94]


def _share(counts: Counter[str], part: str, whole: str) -> str:
    return f"{counts[part] / max(counts[whole], 1):.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.week", description=__doc__)
    parser.add_argument("--feeds", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    publishers = SimulatedPublishers(chosen.feeds, chosen.days, chosen.seed)
    sys.stdout.write(report(asyncio.run(play(publishers, chosen.days))) + "\n")


if __name__ == "__main__":
    main()
